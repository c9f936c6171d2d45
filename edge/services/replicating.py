"""The hub's side of its standby: hands out the journal, and knows how far it was confirmed."""

import asyncio
import threading
from contextlib import suppress

import structlog

from edge.domain.replica import (
    CONFIRM_SECONDS,
    HEALTHY_SECONDS,
    PAGE_BYTES,
    PAGE_EVENTS,
    WAIT_SECONDS,
    Ask,
    Page,
    StandbyState,
)
from edge.ports import Clock, Journal
from protocol.identity import Epoch

log = structlog.get_logger("standby")


class Replicating:
    """One standby of one hub. Questions come in the event loop; writers wait there or in threads."""

    def __init__(self, *, journal: Journal, device: str, clock: Clock) -> None:
        """Take the parts; made in the event loop in which questions are answered."""
        self._journal = journal
        self._device = device
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._grown = asyncio.Event()
        self._epoch = journal.position().epoch
        self._confirmed: int | None = None
        self._heard_ns = -(1 << 62)
        self._change = threading.Condition()
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []

    def state(self) -> StandbyState:
        """Return how the standby is."""
        confirmed = self._confirmed
        behind = None if confirmed is None else max(0, self._journal.position().last - confirmed)
        return StandbyState(behind, self._healthy())

    def notify(self) -> None:
        """Hear that the journal has grown; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    async def confirmed(self, seq: int) -> None:
        """Wait until the standby has entry ``seq``; not for one that is not well, nor for long."""
        self._wake()
        if self._has(seq) or not self._healthy():
            return
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiters.append((seq, waiter))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(CONFIRM_SECONDS):
                    await waiter
        finally:
            self._waiters.remove((seq, waiter))

    def wait(self) -> None:
        """Wait likewise for everything that is written by now; in a thread of its own."""
        self.notify()
        seq = self._journal.position().last
        with self._change:
            self._change.wait_for(
                lambda: self._has(seq) or not self._healthy(), timeout=CONFIRM_SECONDS
            )

    async def page(self, ask: Ask) -> Page:
        """Return what follows; waits for it for a while where it is not written yet.

        Raises:
            JournalError: The journal cannot be read.
        """
        self._note(ask)
        grown = self._grown
        page = await asyncio.to_thread(self._read, ask)
        if page.events or not page.fits or page.epoch != self._epoch:
            return page
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                await grown.wait()
        return await asyncio.to_thread(self._read, ask)

    def _note(self, ask: Ask) -> None:
        if ask.epoch != self._epoch:
            return
        # What it has of the current journal; that the hash fits is looked at with the page.
        if self._journal.hash_at(ask.after) != ask.hash and ask.after:
            return
        with self._change:
            if self._confirmed is None:
                log.info("standby_listens", after=ask.after)
            self._confirmed = ask.after
            self._heard_ns = self._clock.boottime_ns()
            self._change.notify_all()
        for seq, waiter in self._waiters:
            if seq <= ask.after and not waiter.done():
                waiter.set_result(None)

    def _read(self, ask: Ask) -> Page:
        epochs = tuple(self._journal.epochs())
        epoch = Epoch(ask.epoch) if ask.epoch in epochs else epochs[0]
        same = epoch == ask.epoch
        after = ask.after if same else 0
        last = self._journal.position(epoch).last
        if same and after and self._journal.hash_at(after, epoch) != ask.hash:
            return Page(device=self._device, epoch=epoch, epochs=epochs, fits=False, last=last)
        entries = self._journal.entries(after, most=PAGE_EVENTS, most_bytes=PAGE_BYTES, epoch=epoch)
        first = entries[0].seq if entries else 0
        return Page(
            device=self._device,
            epoch=epoch,
            epochs=epochs,
            first=first,
            prev=(self._journal.hash_at(first - 1, epoch) or b"") if entries else b"",
            events=tuple(entry.data for entry in entries),
            last=last,
        )

    def _wake(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

    def _has(self, seq: int) -> bool:
        return self._confirmed is not None and self._confirmed >= seq

    def _healthy(self) -> bool:
        return self._clock.boottime_ns() - self._heard_ns < HEALTHY_SECONDS * 1e9

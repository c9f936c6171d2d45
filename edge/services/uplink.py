"""Brings the journal to the centre: greets, sends batches in a window, believes signed words only.

What the broker says about a message proves nothing and is not used. Each connection is a fresh
link; a late answer ends it, so that a link that died without a word is found by the clock.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import structlog

from edge.domain import backoff, outbox
from edge.domain.outbox import Lane, Verdict
from edge.ports import Clock, DiskFull, Journal, Keys, Link, LinkUnavailable
from edge.services.room import RoomLeft
from protocol.errors import WireError
from protocol.identity import Epoch
from protocol.messages import Ack

log = structlog.get_logger(__name__)


class Connection(StrEnum):
    """How the way to the centre stands."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class UplinkStatus:
    """What the screen says of the way to the centre.

    Attributes:
        unsent: Entries that no signed acknowledgement covers, of every epoch.
        acked_at: Our wall clock at the last acknowledgement since the program started.
        diverged: Epochs whose entries the centre knows otherwise; a person must look at this device.
        problem: Why the way is not open, None when it is.
    """

    connection: Connection = Connection.OFFLINE
    unsent: int = 0
    acked_at: datetime | None = None
    diverged: tuple[Epoch, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient the uplink is.

    Attributes:
        ack_seconds: After this long without the centre's word a message counts as lost.
        greet_again_seconds: How often the centre is asked whether it still has what it said: one
            that was restored from a backup has less, and a device with nothing new would not know.
            It also keeps an idle device from being called silent, which the centre does after ten
            minutes.
    """

    ack_seconds: float = 30.0
    greet_again_seconds: float = 240.0
    least_seconds: float = backoff.LEAST_SECONDS
    most_seconds: float = backoff.MOST_SECONDS


@dataclass(frozen=True, slots=True)
class _Appended:
    """The journal has grown."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A message came on the acknowledgement topic of one link."""

    link: int
    message: bytes


@dataclass(frozen=True, slots=True)
class _Closed:
    """One link ended."""

    link: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Changed:
    """What ``up/state`` says of the machine is another thing now."""


@dataclass(frozen=True, slots=True)
class _Noticed:
    """A message came on the notice topic."""

    message: bytes


_Signal = _Appended | _Arrived | _Closed | _Changed | _Noticed


def presence(
    boot: str, *, online: bool, diverged: Sequence[Epoch] = (), faults: Sequence[str] = ()
) -> bytes:
    """Return what ``up/state`` says: unsigned, for the eye only. ``online=False`` is for the will.

    The boot id is in both, because the broker may deliver a will after the next boot's word.

    Args:
        faults: Codes of what is wrong with the machine, worst first.
    """
    fields = {"boot": boot, "online": online, "diverged": list(diverged), "faults": list(faults)}
    return json.dumps(fields, sort_keys=True).encode()


class Uplink:
    """The service; ``run`` lives in the program's task group."""

    def __init__(
        self,
        *,
        journal: Journal,
        keys: Keys,
        clock: Clock,
        new_link: Callable[[], Link],
        faults: Callable[[], Sequence[str]] = tuple,
        timing: Timing | None = None,
        room: RoomLeft | None = None,
        on_notice: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        """Make the service.

        Args:
            new_link: Makes a link that was never connected; called for each try.
            faults: What is wrong with the machine now; see ``tell_state``.
            room: Says for how long what is acknowledged is kept; None: as long as usual.
            on_notice: Hears in the event loop what the centre says beside acknowledgements.
        """
        self._journal = journal
        self._keys = keys
        self._clock = clock
        self._new_link = new_link
        self._faults = faults
        self._timing = timing or Timing()
        self._room = room or RoomLeft()
        self._on_notice = on_notice
        self._inbox: asyncio.Queue[_Signal] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._links = 0
        self._failures = 0
        self._greet_at = 0.0
        self._lanes: dict[Epoch, Lane] = {}
        self._status = UplinkStatus()

    def status(self) -> UplinkStatus:
        """Return how the way to the centre stands; never blocks."""
        return self._status

    def notify(self) -> None:
        """Say that the journal has grown. From any thread."""
        self._put(_Appended())

    def tell_state(self) -> None:
        """Say that ``faults`` changed; the fleet hears it now, or on the next connection."""
        self._put(_Changed())

    async def run(self) -> None:
        """Keep a connection and drain the journal over it, until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self._open_lanes()
            try:
                await self._one_connection()
            except LinkUnavailable as error:
                self._say(connection=Connection.OFFLINE, problem=str(error))
            except DiskFull as error:
                # The word is not stored; the centre says it again on the next connection.
                self._say(connection=Connection.OFFLINE, problem=str(error))
            await self._rest()

    async def _one_connection(self) -> None:
        self._links += 1
        number = self._links
        self._say(connection=Connection.CONNECTING)
        link = self._new_link()
        try:
            await asyncio.to_thread(
                link.connect,
                lambda message: self._put(_Arrived(number, message)),
                lambda reason: self._put(_Closed(number, reason)),
                lambda message: self._put(_Noticed(message)),
            )
            await self._greet(link)
            while True:
                await self._fill(link)
                due = outbox.next_due(list(self._lanes.values()))
                signal = await self._next(min(due or self._greet_at, self._greet_at))
                await self._take(signal, number)
                if isinstance(signal, _Changed):
                    await self._say_state(link)
                self._look_at_the_time()
                if self._now() >= self._greet_at:
                    await self._greet(link)
        finally:
            await asyncio.to_thread(link.close)

    async def _greet(self, link: Link) -> None:
        due = self._now() + self._timing.ack_seconds
        self._greet_at = self._now() + self._timing.greet_again_seconds
        await self._say_state(link)
        for lane in list(self._lanes.values()):
            if lane.under_way:
                continue  # its answer comes anyhow, and one to a hello could be older than that
            await asyncio.to_thread(self._say_hello, link, lane.epoch)
            self._lanes[lane.epoch] = replace(lane, due=due)

    async def _say_state(self, link: Link) -> None:
        said = presence(
            self._clock.boot_id(),
            online=True,
            diverged=self._status.diverged,
            faults=self._faults(),
        )
        await asyncio.to_thread(link.publish, "state", said)

    def _say_hello(self, link: Link, epoch: Epoch) -> None:
        position = self._journal.position(epoch)
        acked_hash = self._journal.hash_at(position.acked, epoch)
        if acked_hash is None:
            # Salvage did not save it: claim nothing, the centre's word says where to go on.
            acked_hash = self._journal.hash_at(0, epoch) or b""
            position = replace(position, acked=0)
        link.publish("hello", self._keys.sign_hello(position, acked_hash, self._clock.boot_id()))

    async def _fill(self, link: Link) -> None:
        for epoch in list(self._lanes):
            while outbox.may_send(self._lanes[epoch]):
                lane = self._lanes[epoch]
                through = await asyncio.to_thread(self._send_batch, link, lane)
                due = self._now() + self._timing.ack_seconds
                self._lanes[epoch] = outbox.published(lane, through, due)

    def _send_batch(self, link: Link, lane: Lane) -> int:
        run = self._journal.entries(
            lane.sent,
            most=outbox.MOST_EVENTS,
            most_bytes=outbox.MOST_EVENT_BYTES,
            epoch=lane.epoch,
        )
        prev = self._journal.hash_at(run[0].seq - 1, lane.epoch) if run else None
        if prev is None:
            return lane.last  # nothing above is held any more
        events = [entry.data for entry in run]
        lost = run[0].seq > lane.sent + 1
        message = self._keys.sign_batch(lane.epoch, run[0].seq, prev, events, after_loss=lost)
        link.publish("batch", message)
        return run[-1].seq

    async def _take(self, signal: _Signal | None, number: int) -> None:
        match signal:
            case _Appended():
                await self._look_at_the_journal()
            case _Arrived(link, message) if link == number:
                await self._take_ack(message)
            case _Closed(link, reason) if link == number:
                raise LinkUnavailable(reason)
            case _Noticed(message):
                self._on_notice(message)
            case _:
                pass  # nothing came in time, or a word from a link that we left

    async def _take_ack(self, message: bytes) -> None:
        try:
            ack = self._keys.open_ack(message)
        except WireError as error:
            log.warning("acknowledgement not believed", code=error.code)
            return
        lane = self._lanes.get(ack.epoch)
        if lane is None:
            log.warning("acknowledgement of an epoch that is not held", epoch=ack.epoch)
            return
        await self._look_at_the_journal()
        ours = await asyncio.to_thread(self._journal.hash_at, ack.through, ack.epoch)
        settled, verdict = outbox.settle(self._lanes[ack.epoch], ack, ours)
        if verdict in (Verdict.ADVANCED, Verdict.REWOUND):
            await asyncio.to_thread(
                self._journal.acknowledge,
                settled.acked,
                epoch=ack.epoch,
                now=ack.now,
                days=self._room.kept_days,
            )
        self._lanes[ack.epoch] = settled
        self._tell(verdict, ack, lane)

    def _tell(self, verdict: Verdict, ack: Ack, before: Lane) -> None:
        if verdict is Verdict.STALE:
            return
        self._failures = 0
        self._say(connection=Connection.ONLINE, problem=None, acked_at=self._clock.now())
        if verdict is Verdict.REWOUND:
            log.warning(
                "the centre has less than it had; sending again",
                epoch=ack.epoch,
                was=before.acked,
                through=ack.through,
            )
        if verdict is Verdict.DIVERGED:
            log.error(
                "this journal and the centre's differ: a restored or cloned card",
                epoch=ack.epoch,
                through=ack.through,
            )

    def _look_at_the_time(self) -> None:
        now = self._now()
        if any(outbox.overdue(lane, now) for lane in self._lanes.values()):
            raise LinkUnavailable("the centre does not answer")

    async def _open_lanes(self) -> None:
        diverged = set(self._status.diverged)
        epochs = await asyncio.to_thread(self._journal.epochs)
        self._lanes = {}
        for epoch in epochs:
            place = await asyncio.to_thread(self._journal.position, epoch)
            self._lanes[epoch] = Lane(
                epoch=epoch,
                current=epoch == epochs[-1],
                last=place.last,
                acked=place.acked,
                sent=place.acked,
                due=None,
                diverged=epoch in diverged,
            )
        self._say()

    async def _look_at_the_journal(self) -> None:
        place = await asyncio.to_thread(self._journal.position)
        self._lanes[place.epoch] = replace(self._lanes[place.epoch], last=place.last)
        self._say()

    async def _rest(self) -> None:
        self._failures += 1
        until = self._now() + self._delay(self._failures)
        while self._now() < until:
            if isinstance(await self._next(until), _Appended):
                await self._look_at_the_journal()

    def _delay(self, failures: int) -> float:
        return backoff.delay(
            failures,
            int.from_bytes(self._clock.entropy(2), "big"),
            least=self._timing.least_seconds,
            most=self._timing.most_seconds,
        )

    async def _next(self, until: float | None) -> _Signal | None:
        """Return the next signal, or None when ``until`` comes first."""
        try:
            async with asyncio.timeout_at(until):
                return await self._inbox.get()
        except TimeoutError:
            return None

    def _put(self, signal: _Signal) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._inbox.put_nowait, signal)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _say(self, **changes: object) -> None:
        self._status = replace(
            self._status,
            unsent=sum(lane.unsent for lane in self._lanes.values()),
            diverged=tuple(lane.epoch for lane in self._lanes.values() if lane.diverged),
            **changes,  # type: ignore[arg-type]  # the callers name fields of UplinkStatus
        )

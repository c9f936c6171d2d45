"""The one writer of the site's queue: decides on the newest state, journals, applies, tells.

Desks, boards and the LAN ask it; the kiosk of the same Pi writes to the same journal beside it, and
its check-ins are taken from there before every decision. All of it runs on one loop: whoever reads
``state`` between two awaits reads one version of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from edge.domain.queue.apply import apply
from edge.domain.queue.arriving import identify
from edge.domain.queue.commands import CheckInAtDesk, Command, VisitCommand
from edge.domain.queue.day import opens, passing, trusted_date
from edge.domain.queue.decide import decide
from edge.domain.queue.handed import Handed, taken_over
from edge.domain.queue.outcome import Done, Planned, Refused
from edge.domain.queue.policy import Policy
from edge.domain.queue.state import SiteState
from edge.domain.stamp import Moment
from edge.ports import Clock, Draft, Entry, Journal, JournalError, PrintJob
from edge.services.lineage import Lineage, Stretch
from edge.services.numbers import Numbers
from edge.services.recording import new_id
from protocol.events import CheckedIn, decode_event

_READ_AT_ONCE = 1000
_READ_BYTES = 4 * 1024 * 1024
_LOOK_SECONDS = 5.0
T = TypeVar("T")


class SiteQueue:
    """The queue of this site."""

    def __init__(
        self,
        *,
        journal: Journal,
        clock: Clock,
        zone: ZoneInfo,
        numbers: Numbers,
        policy: Policy | None = None,
        written: Callable[[], None] = lambda: None,
        lineage: Lineage | None = None,
        confirmed: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        """Take the parts; ``start`` reads the journal.

        Args:
            numbers: The same as the kiosk's on this Pi: they count in one row.
            written: Called after each write, in the writing thread: there is something to send.
            lineage: Where the day is written besides; the journal alone without it.
            confirmed: Waits until a healthy standby has an entry of the journal.
        """
        self._lineage = lineage or Lineage(journal, None, "")
        self._confirmed = confirmed
        self._journal = journal
        self._clock = clock
        self._numbers = numbers
        self._written = written
        self._seen = 0
        self._one = asyncio.Lock()
        self._news = asyncio.Event()
        self._grown = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.state = SiteState(policy or Policy(), zone)

    async def start(self) -> None:
        """Read this day and the one before from the journal, salvaged epochs included.

        Raises:
            JournalError: The journal cannot be read.
        """
        async with self._one:
            stretches = await asyncio.to_thread(self._lineage.stretches)
            first = await asyncio.to_thread(_first_to_read, stretches)
            for number, stretch in enumerate(stretches):
                self._seen = first[1] if number == first[0] else stretch.after
                while number >= first[0] and (
                    entries := await asyncio.to_thread(stretch.read, self._seen)
                ):
                    self._take(entries)
            self._tell()

    async def _read(self) -> list[Entry]:
        return await asyncio.to_thread(
            self._journal.entries, self._seen, most=_READ_AT_ONCE, most_bytes=_READ_BYTES
        )

    async def run(self) -> None:
        """Take in what others write to the journal, and let days go over; for ever."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._grown.clear()
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._grown.wait()

    def notify(self) -> None:
        """Hear that the kiosk wrote to the journal: the board shows it now. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._grown.set)

    async def look(self) -> None:
        """Take in what others wrote to the journal; the journal's failure is told at the next command."""
        async with self._one:
            try:
                await self._catch_up()
                ended = passing(self.state, trusted_date(self.state, self._moment()))
                if ended:
                    await self._append([Planned(body) for body in ended])
            except JournalError:
                return

    async def do(self, command: Command) -> Done | Refused:
        """Do what a desk asks; what is ``Done`` is durable and in ``state``."""
        async with self._one:
            try:
                await self._catch_up()
                planned = decide(self.state, command, self.now_ms())
                if isinstance(planned, Refused):
                    return planned
                if planned:
                    await self._append(planned)
            except JournalError as error:
                return Refused("not_stored", {"why": str(error)})
            done, seq = self._done(command, planned), self._seen
        await self._confirm(seq)
        return done

    async def take_arrivals(self, handed: Sequence[Handed]) -> Done | Refused:
        """Take what other devices wrote into the queue; each once, however often it is handed over.

        What the queue has no use for, or what this version cannot read, passes by: the centre has it.
        """
        async with self._one:
            try:
                await self._catch_up()
                planned = taken_over(self.state, handed)
                if planned:
                    await self._append(planned)
            except JournalError as error:
                return Refused("not_stored", {"why": str(error)})
            seq = self._seen
        await self._confirm(seq)
        return Done(None, self.state.version)

    async def _confirm(self, seq: int) -> None:
        # Outside the lock: while one desk's action is on its way to the standby, others are decided.
        if self._confirmed is not None:
            await self._confirmed(seq)

    async def identify(self, visit: str, person: str) -> None:
        """Note whose visit it is, found out when the site's key was opened; in memory alone."""
        async with self._one:
            identify(self.state, visit, person)
            self._tell()

    async def changed(self, version: int) -> int:
        """Wait until the queue is newer than ``version``; return its version."""
        while self.state.version <= version:
            await self._news.wait()
        return self.state.version

    def now_ms(self) -> int:
        """Return now, on the site's timeline."""
        return self.state.now_ms(self._moment())

    def _moment(self) -> Moment:
        clock = self._clock
        return Moment(clock.now(), clock.boot_id(), clock.boottime_ns(), clock.clock_ok())

    async def _catch_up(self) -> None:
        while entries := await self._read():
            self._take(entries)
            self._tell()

    async def _append(self, planned: Sequence[Planned]) -> None:
        entries, cancelled = await _to_its_end(lambda: self._write(planned))
        if entries[0].seq == self._seen + 1:
            self._take(entries)
            self._tell()
        else:
            # The kiosk wrote in between; what it wrote comes first.
            await self._catch_up()
        if cancelled is not None:
            raise cancelled

    def _write(self, planned: Sequence[Planned]) -> list[Entry]:
        """Journal what was decided; in a thread."""
        drafts = [self._draft(each) for each in planned]
        if planned[0].numbered:
            with self._numbers.next() as (ticket, counter):
                drafts = [_with_ticket(draft, ticket) for draft in drafts]
                jobs = self._jobs(planned, drafts)
                entries = self._journal.append(drafts, jobs=jobs, counter=counter)
        else:
            entries = self._journal.append(drafts, jobs=self._jobs(planned, drafts))
        self._written()
        return entries

    def _draft(self, planned: Planned) -> Draft:
        return Draft(
            planned.id or new_id(self._clock),
            planned.body,
            visit=planned.visit,
            person=planned.person,
            sealed=planned.sealed,
        )

    def _jobs(self, planned: Sequence[Planned], drafts: Sequence[Draft]) -> list[PrintJob]:
        return [
            PrintJob(
                each.print_job, draft.visit or "", draft.body.ticket, self._clock.now().isoformat()
            )
            for each, draft in zip(planned, drafts, strict=True)
            if each.print_job and isinstance(draft.body, CheckedIn)
        ]

    def _take(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            apply(self.state, decode_event(entry.data))
            self._seen = entry.seq

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _done(self, command: Command, planned: Sequence[Planned]) -> Done:
        visit_id = next((each.visit for each in planned if each.visit), None)
        if isinstance(command, CheckInAtDesk):
            visit_id = self.state.arrivals.get(command.event)
        elif isinstance(command, VisitCommand):
            visit_id = command.visit
        return Done(self.state.visits.get(visit_id or ""), self.state.version)


def _first_to_read(stretches: Sequence[Stretch]) -> tuple[int, int]:
    """Return in which stretch, and after which entry, the day before this one was opened; in a thread.

    Older days are in the journal until the centre has them and a week more; they cost seconds.
    """
    beginning = (0, stretches[0].after if stretches else 0)
    days: list[tuple[str, tuple[int, int]]] = [("", beginning)]
    for number, stretch in enumerate(stretches):
        seen = stretch.after
        while entries := stretch.read(seen):
            seen = entries[-1].seq
            opened = ((opens(entry.data), entry.seq) for entry in entries)
            days += [(day, (number, seq - 1)) for day, seq in opened if day]
    begun = [
        place for (day, place), (before, _) in zip(days[1:], days, strict=False) if day != before
    ]
    return begun[-2] if len(begun) > 1 else beginning


async def _to_its_end(write: Callable[[], T]) -> tuple[T, asyncio.CancelledError | None]:
    """Run ``write`` in a thread and wait for it, also when whoever asked went away meanwhile.

    Else the next command would be decided while this one is being written.
    """
    future = asyncio.get_running_loop().run_in_executor(None, write)
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None and future.exception() is not None:
        raise cancelled
    return future.result(), cancelled


def _with_ticket(draft: Draft, ticket: str) -> Draft:
    return Draft(
        draft.id,
        msgspec.structs.replace(draft.body, ticket=ticket),
        visit=draft.visit,
        person=draft.person,
        sealed=draft.sealed,
    )

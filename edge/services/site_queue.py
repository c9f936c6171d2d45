"""The one writer of the site's queue: decides on the newest state, journals, applies, tells.

Desks, boards and the LAN ask it; the kiosk of the same Pi writes to the same journal beside it, and
its check-ins are taken from there before every decision. All of it runs on one loop: whoever reads
``state`` between two awaits reads one version of it.

Desks that press while something is being written wait together and are written together: one turn of the
disk for all of them. Each is decided on what those before it make of the queue, and answered when all of
it is durable.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from zoneinfo import ZoneInfo

from edge.domain.queue.ahead import Ahead, can_be_foreseen
from edge.domain.queue.apply import apply
from edge.domain.queue.arriving import identify
from edge.domain.queue.commands import CheckInAtDesk, Command, VisitCommand
from edge.domain.queue.day import passing, trusted_date
from edge.domain.queue.handed import Handed, taken_over
from edge.domain.queue.outcome import Done, Planned, Refused
from edge.domain.queue.policy import Policy
from edge.domain.queue.state import SiteState
from edge.ports import Clock, Entry, Journal, JournalError
from edge.services.lineage import Lineage
from edge.services.numbers import Numbers
from edge.services.queue_journal import QueueJournal
from edge.services.recording import moment_of
from protocol.events import decode_event

_LOOK_SECONDS = 5.0
MOST_TOGETHER = 32
"""Presses; more of them would keep the loop from everybody else for too long."""


@dataclass(slots=True, eq=False)
class _Press:
    """Commands of one press, done in their order until one is refused.

    Attributes:
        outcomes: Of the first commands, as far as they are done.
        through: Entry of the journal that holds the last of it.
    """

    commands: Sequence[Command]
    outcomes: list[Done | Refused] = field(default_factory=list)
    through: int = 0

    @property
    def is_over(self) -> bool:
        refused = bool(self.outcomes) and isinstance(self.outcomes[-1], Refused)
        return refused or len(self.outcomes) == len(self.commands)


@dataclass(frozen=True, slots=True)
class _Step:
    """One command of a press, decided."""

    press: _Press
    command: Command
    planned: list[Planned] | Refused


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
        self._confirmed = confirmed
        self._journal = QueueJournal(
            journal=journal,
            lineage=lineage or Lineage(journal, None, ""),
            clock=clock,
            numbers=numbers,
            written=written,
        )
        self._clock = clock
        self._seen = 0
        self._one = asyncio.Lock()
        self._presses: list[_Press] = []
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
            async for seen, entries in self._journal.days():
                self._seen = seen
                self._take(entries)
            self._tell()

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
                ended = passing(self.state, trusted_date(self.state, moment_of(self._clock)))
                if ended:
                    await self._append([Planned(body) for body in ended])
            except JournalError:
                return

    async def do(self, command: Command) -> Done | Refused:
        """Do what a desk asks; what is ``Done`` is durable and in ``state``."""
        return (await self.do_all([command]))[-1]

    async def do_all(self, commands: Sequence[Command]) -> list[Done | Refused]:
        """Do what one press asks, in order; a refusal ends it, and what came before it is done.

        A command on a visit that one before it changed is about the visit as that one left it.
        """
        press = _Press(commands)
        self._presses.append(press)
        try:
            async with self._one:
                # Often whoever had the lock before did this press together with its own.
                while not press.is_over:
                    await self._do_together()
        finally:
            if press in self._presses:
                self._presses.remove(press)
        await self._confirm(press.through)
        return press.outcomes

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
        return self.state.now_ms(moment_of(self._clock))

    async def _do_together(self) -> None:
        """Do what waits, as much of it as can be written in one piece."""
        steps: list[_Step] = []
        cancelled = None
        try:
            await self._catch_up()
            steps = self._decided()
            planned = [each for step in steps for each in _events(step.planned)]
            entries: list[Entry] = []
            if planned:
                entries, cancelled = await self._write(planned)
        except JournalError as error:
            refused = Refused("not_stored", {"why": str(error)})
            for press in {step.press: None for step in steps} or self._presses[:1]:
                press.outcomes.append(refused)
        else:
            self._answer(steps, entries)
        self._presses = [press for press in self._presses if not press.is_over]
        if cancelled is not None:
            raise cancelled

    def _decided(self) -> list[_Step]:
        """Return what the presses that wait come to, up to the first that has to be written alone."""
        ahead = Ahead(self.state, moment_of(self._clock), self._seen)
        steps: list[_Step] = []
        for press in islice(self._presses, MOST_TOGETHER):
            mine = _visits_of(press)
            for command in press.commands[len(press.outcomes) :]:
                command = _renewed(command, mine, ahead)  # noqa: PLW2901 - the same command
                step = _Step(press, command, ahead.decide(command))
                steps.append(step)
                if isinstance(step.planned, Refused):
                    break
                if not can_be_foreseen(step.planned):
                    return steps
                if isinstance(command, VisitCommand):
                    mine.add(command.visit)
        return steps

    def _answer(self, steps: Sequence[_Step], entries: Sequence[Entry]) -> None:
        """Take in what was written, and tell each press what came of it."""
        taken = 0
        for step in steps:
            count = len(_events(step.planned))
            self._take(entries[taken : taken + count])
            taken += count
            if isinstance(step.planned, Refused):
                step.press.outcomes.append(step.planned)
            else:
                step.press.outcomes.append(self._done(step.command, step.planned))
            step.press.through = self._seen
        self._tell()

    async def _catch_up(self) -> None:
        """Take in what others wrote."""
        while entries := await self._journal.after(self._seen):
            self._take(entries)
            self._tell()

    async def _append(self, planned: Sequence[Planned]) -> None:
        entries, cancelled = await self._write(planned)
        self._take(entries)
        self._tell()
        if cancelled is not None:
            raise cancelled

    async def _write(
        self, planned: Sequence[Planned]
    ) -> tuple[list[Entry], asyncio.CancelledError | None]:
        """Write; what the kiosk wrote in between comes first. Nothing is awaited from then on."""
        written = await self._journal.write(planned, self._seen)
        self._take(written.before)
        return written.entries, written.cancelled

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


def _events(planned: list[Planned] | Refused) -> list[Planned]:
    return [] if isinstance(planned, Refused) else planned


def _visits_of(press: _Press) -> set[str]:
    """Return the visits that the press has changed already."""
    done = (each.visit for each in press.outcomes if isinstance(each, Done))
    return {visit.id for visit in done if visit is not None}


def _renewed(command: Command, mine: set[str], ahead: Ahead) -> Command:
    """Return the command on the version that the press itself made by the commands before it."""
    if not isinstance(command, VisitCommand) or command.visit not in mine:
        return command
    return replace(command, version=ahead.version_of(command.visit))

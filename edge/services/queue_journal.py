"""The queue's hand on the journal: reads what others wrote there, writes what was decided.

A thread of its own does both, so that no press waits for a thread behind log-ins or printing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import msgspec

from edge.domain.queue.day import opens
from edge.domain.queue.outcome import Planned
from edge.ports import Clock, Counter, Draft, Entry, Journal, PrintJob
from edge.services.lineage import Lineage, Stretch
from edge.services.numbers import Numbers
from edge.services.recording import new_id
from protocol.events import CheckedIn

_READ_AT_ONCE = 1000
_READ_BYTES = 4 * 1024 * 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        before: What others wrote between what the queue had seen and this.
        cancelled: Whoever asked went away meanwhile.
    """

    before: list[Entry]
    entries: list[Entry]
    cancelled: asyncio.CancelledError | None = None


class QueueJournal:
    """Journal, lineage and numbers of one queue; one call at a time."""

    def __init__(
        self,
        *,
        journal: Journal,
        lineage: Lineage,
        clock: Clock,
        numbers: Numbers,
        written: Callable[[], None],
    ) -> None:
        """Take the parts; see ``SiteQueue``."""
        self._journal = journal
        self._lineage = lineage
        self._clock = clock
        self._numbers = numbers
        self._written = written
        self._thread = ThreadPoolExecutor(1, "queue")

    async def days(self) -> AsyncIterator[tuple[int, list[Entry]]]:
        """Yield this day and the one before, salvaged epochs included: place to go on from, entries.

        Raises:
            JournalError: The journal cannot be read.
        """
        stretches = await self._run(self._lineage.stretches)
        first = await self._run(partial(_first_to_read, stretches))
        for number, stretch in enumerate(stretches[first[0] :], first[0]):
            seen = first[1] if number == first[0] else stretch.after
            yield seen, []
            while entries := await self._run(partial(stretch.read, seen)):
                seen = entries[-1].seq
                yield seen, entries

    async def after(self, seen: int) -> list[Entry]:
        """Return some of what follows entry ``seen``; nothing to read takes no time.

        Raises:
            JournalError: The journal cannot be read.
        """
        if self._journal.last() == seen:
            return []
        return await self._run(
            lambda: self._journal.entries(seen, most=_READ_AT_ONCE, most_bytes=_READ_BYTES)
        )

    async def write(self, planned: Sequence[Planned], seen: int) -> Written:
        """Journal what was decided, durably and in one piece, also when whoever asked goes away.

        Else the next command would be decided while this one is being written, or before it is known.

        Args:
            planned: At most one check-in of them is numbered.
            seen: Up to which entry the queue has taken in what others wrote.

        Raises:
            JournalError: Nothing was written.
        """
        future = asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: self._write(planned, seen)
        )
        cancelled: asyncio.CancelledError | None = None
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None and future.exception() is not None:
            raise cancelled
        before, entries = future.result()
        return Written(before, entries, cancelled)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _write(self, planned: Sequence[Planned], seen: int) -> tuple[list[Entry], list[Entry]]:
        drafts = [self._draft(each) for each in planned]
        if any(each.numbered for each in planned):
            with self._numbers.next() as (ticket, counter):
                drafts = [
                    _with_ticket(draft, ticket) if each.numbered else draft
                    for each, draft in zip(planned, drafts, strict=True)
                ]
                entries = self._append(planned, drafts, counter)
        else:
            entries = self._append(planned, drafts, None)
        self._written()
        return self._between(seen, entries[0].seq), entries

    def _between(self, seen: int, end: int) -> list[Entry]:
        """Return the entries after ``seen`` and before ``end``; mostly there is nothing to read."""
        found: list[Entry] = []
        while seen + 1 < end:
            read = self._journal.entries(seen, most=_READ_AT_ONCE, most_bytes=_READ_BYTES)
            found += [entry for entry in read if entry.seq < end]
            seen = read[-1].seq
        return found

    def _append(
        self, planned: Sequence[Planned], drafts: Sequence[Draft], counter: Counter | None
    ) -> list[Entry]:
        return self._journal.append(drafts, jobs=self._jobs(planned, drafts), counter=counter)

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


def _with_ticket(draft: Draft, ticket: str) -> Draft:
    return Draft(
        draft.id,
        msgspec.structs.replace(draft.body, ticket=ticket),
        visit=draft.visit,
        person=draft.person,
        sealed=draft.sealed,
    )

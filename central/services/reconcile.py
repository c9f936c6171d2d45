"""Tells the Platform of every visit and every dose, reads back what it holds, and compares.

Each record goes its own way: one that is refused, slow or different holds up no other. Every step
may be repeated, so the process may be killed at any point.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Generic

import structlog

from central.domain import records
from central.domain.comparison import Difference
from central.domain.records import Pace, Record, RecordState
from central.ports import (
    Clock,
    Due,
    PlatformNotYet,
    PlatformRefused,
    PlatformUnavailable,
    RecordStore,
    StoreError,
    StoreRefused,
    Told,
)
from central.services.conversations import Conversation
from central.services.platform_line import PlatformLine

AT_ONCE = 4
log = structlog.get_logger(__name__)


class Reconciler(Generic[Told]):
    """Works off the records of one kind whose turn has come."""

    def __init__(
        self,
        store: RecordStore[Told],
        conversation: Conversation[Told],
        clock: Clock,
        jitter: Callable[[], float],
        *,
        pace: Pace,
        interval_seconds: float = 1.0,
        line: PlatformLine | None = None,
    ) -> None:
        """Make a reconciler.

        Args:
            jitter: Returns a number from 0 to 1, by chance.
            interval_seconds: Pause between looks when nothing is due.
            line: Shared by all that speak to the same Platform.
        """
        self._store = store
        self._conversation = conversation
        self._clock = clock
        self._jitter = jitter
        self._pace = pace
        self._interval_seconds = interval_seconds
        self._line = line or PlatformLine()

    async def run(self) -> None:
        """Reconcile until cancelled; a database that is away, or refuses, is waited for."""
        while True:
            try:
                tried = await self.step()
            except* StoreError as errors:
                reasons = sorted({str(error) for error in _each(errors)})
                log.warning("nothing is reconciled", reason="; ".join(reasons))
                tried = 0
            if not tried:
                await asyncio.sleep(self._interval_seconds)

    async def step(self) -> int:
        """Try the records that are due and allowed, and return how many were tried."""
        now = self._clock.now()
        await asyncio.to_thread(self._store.mark_overdue, now - self._pace.overdue_after)
        allowed = self._line.allowed(now)
        if allowed == 0:
            return 0
        due = await asyncio.to_thread(self._store.due, now, allowed)
        self._line.taken_up(now, len(due))
        turn = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for one in due:
                group.create_task(self._in_turn(turn, one), name="reconcile one record")
        return len(due)

    async def _in_turn(self, turn: asyncio.Semaphore, due: Due[Told]) -> None:
        async with turn:
            if self._line.closed(self._clock.now()):
                # The Platform went away under this batch: the record keeps its turn and its count.
                return
            await self._one(due)

    async def _one(self, due: Due[Told]) -> None:
        record = due.record
        try:
            if record.state is RecordState.WITHDRAWING:
                await self._withdraw(record)
            elif due.told is None:
                await self._save(records.refused(record, "no_identity"))
            elif record.receipt is None:
                await self._submit(record, due.told)
            else:
                await self._read_back(record, due.told)
        except PlatformUnavailable as error:
            self._line.failed(self._clock.now(), self._jitter())
            log.warning("the Platform gave no answer", reason=str(error), record=record.subject)
            await self._save(self._postponed(record, error))
        except PlatformNotYet:
            # Nobody failed to answer: the line stays as it is, and so does the record's count.
            await self._save(records.carried(record, self._clock.now(), pace=self._pace))
        except PlatformRefused as error:
            self._line.answered()
            # The Platform's words may quote the person; they are for the worklist, not the log.
            log.warning("the Platform refused a record", record=record.subject)
            await self._save(records.refused(record, error.reason))
        except StoreRefused as error:
            # It must not be asked about for ever, nor hold up those behind it.
            log.warning("an answer cannot be kept", record=record.subject, reason=str(error))
            await self._save(records.refused(record, "cannot_be_kept"))

    async def _submit(self, record: Record, told: Told) -> None:
        receipt = await asyncio.to_thread(self._conversation.submit, told)
        self._line.answered()
        await self._save(records.accepted(record, receipt, self._clock.now()))

    async def _withdraw(self, record: Record) -> None:
        await asyncio.to_thread(self._conversation.withdraw, record.subject)
        self._line.answered()
        await self._save(records.withdrawn(record))

    async def _read_back(self, record: Record, told: Told) -> None:
        found = await asyncio.to_thread(self._conversation.read_back, told)
        self._line.answered()
        now = self._clock.now()
        if found is not None:
            after = records.compared(record, equal=not found, now=now, pace=self._pace)
            await asyncio.to_thread(self._store.save, after, found, now)
            return
        after = records.missing(record, now, pace=self._pace, jitter=self._jitter())
        # That it takes its time to show is usual; only what stays away is a discrepancy.
        absent = [Difference("record", "1", "0")] if after.receipt is None else None
        await asyncio.to_thread(self._store.save, after, absent, now)

    def _postponed(self, record: Record, error: PlatformUnavailable) -> Record:
        return records.postponed(
            record,
            "platform_unavailable",
            self._clock.now(),
            pace=self._pace,
            jitter=self._jitter(),
            at_least=timedelta(seconds=error.retry_after_seconds),
        )

    async def _save(self, record: Record) -> None:
        await asyncio.to_thread(self._store.save, record, None, self._now())

    def _now(self) -> datetime:
        return self._clock.now()


def _each(errors: BaseExceptionGroup[StoreError]) -> Iterator[StoreError]:
    for error in errors.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _each(error)
        else:
            yield error

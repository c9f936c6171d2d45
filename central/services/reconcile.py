"""Tells the Platform of every visit, reads back what it holds, and compares.

Each record goes its own way: one that is refused, slow or different holds up no other. Every step
may be repeated, so the process may be killed at any point.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from central.domain import records
from central.domain.breaker import Breaker
from central.domain.comparison import compare_all
from central.domain.records import Pace, Record, VisitRecord
from central.ports import (
    Clock,
    DueRecord,
    Platform,
    PlatformRefused,
    PlatformUnavailable,
    RecordStore,
    StoreUnavailable,
)

AT_ONCE = 4
BATCH = 40
log = structlog.get_logger(__name__)


class Reconciler:
    """Works off the records whose turn has come."""

    def __init__(
        self,
        store: RecordStore,
        platform: Platform,
        clock: Clock,
        jitter: Callable[[], float],
        *,
        pace: Pace,
        interval_seconds: float = 1.0,
        breaker: Breaker | None = None,
    ) -> None:
        """Make a reconciler.

        Args:
            jitter: Returns a number from 0 to 1, by chance.
            interval_seconds: Pause between looks when nothing is due.
        """
        self._store = store
        self._platform = platform
        self._clock = clock
        self._jitter = jitter
        self._pace = pace
        self._interval_seconds = interval_seconds
        self._breaker = breaker or Breaker()

    async def run(self) -> None:
        """Reconcile until cancelled; a database that is away is waited for."""
        while True:
            try:
                tried = await self.step()
            except* StoreUnavailable:
                log.warning("nothing is reconciled", reason="the database does not answer")
                tried = 0
            if not tried:
                await asyncio.sleep(self._interval_seconds)

    async def step(self) -> int:
        """Try the records that are due and allowed, and return how many were tried."""
        now = self._clock.now()
        await asyncio.to_thread(self._store.mark_overdue, now - self._pace.overdue_after)
        allowed = self._breaker.allowed(now)
        if allowed == 0:
            return 0
        due = await asyncio.to_thread(self._store.due, now, allowed or BATCH)
        turn = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for one in due:
                group.create_task(self._in_turn(turn, one), name="reconcile one record")
        return len(due)

    async def _in_turn(self, turn: asyncio.Semaphore, due: DueRecord) -> None:
        async with turn:
            if self._breaker.allowed(self._clock.now()) == 0:
                # The Platform went away under this batch: the record keeps its turn and its count.
                return
            await self._one(due)

    async def _one(self, due: DueRecord) -> None:
        record = due.record
        try:
            if due.told is None:
                await self._save(records.refused(record, "no_identity"))
            elif record.receipt is None:
                await self._submit(record, due.told)
            else:
                await self._read_back(record, due.told)
        except PlatformUnavailable as error:
            self._breaker = self._breaker.failed(self._clock.now(), self._jitter())
            log.warning("the Platform gave no answer", reason=str(error), visit=record.subject)
            await self._save(self._postponed(record, error))
        except PlatformRefused as error:
            self._breaker = self._breaker.answered()
            # The Platform's words may quote the person; they are for the worklist, not the log.
            log.warning("the Platform refused a record", visit=record.subject)
            await self._save(records.refused(record, error.reason))

    async def _submit(self, record: Record, told: VisitRecord) -> None:
        receipt = await asyncio.to_thread(self._platform.submit, told)
        self._breaker = self._breaker.answered()
        await self._save(records.accepted(record, receipt, self._clock.now()))

    async def _read_back(self, record: Record, told: VisitRecord) -> None:
        held = await asyncio.to_thread(self._platform.read_back, told.visit)
        self._breaker = self._breaker.answered()
        now = self._clock.now()
        differences = compare_all(told, held)
        if held:
            after = records.compared(record, equal=not differences, now=now, pace=self._pace)
            await asyncio.to_thread(self._store.save, after, differences, now)
            return
        after = records.missing(record, now, pace=self._pace, jitter=self._jitter())
        # That it takes its time to show is usual; only what stays away is a discrepancy.
        found = differences if after.receipt is None else None
        await asyncio.to_thread(self._store.save, after, found, now)

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

"""Erases what was kept long enough, kind by kind; each says how that went."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from central.domain.retention import Kept, Kind, Run, before
from central.ports import Clock, StoreError
from central.ports.retention import RetentionStore

_BATCH: Final = 2_000

log = structlog.get_logger("retention")


class Retention:
    """Blocking, but for ``run``."""

    def __init__(self, store: RetentionStore, clock: Clock, days: Mapping[Kind, int]) -> None:
        """Args: ``days`` says how long each kind is kept; 0: for ever."""
        self._store = store
        self._clock = clock
        self._days = days

    def kept(self) -> list[Kept]:
        """Return every kind, how long it is kept, and what was last done about it.

        Raises:
            StoreUnavailable: No answer now.
        """
        runs = self._store.runs()
        return [Kept(kind, self._days[kind], runs.get(kind, Run())) for kind in Kind]

    async def run(self, interval_seconds: float = 3600.0) -> None:
        """Erase what is old, until cancelled."""
        while True:
            await asyncio.to_thread(self.sweep)
            await asyncio.sleep(interval_seconds)

    def sweep(self) -> dict[Kind, int]:
        """Erase what is old and return how many of each kind; one that fails waits for the next time."""
        return {kind: erased for kind in Kind if (erased := self._of(kind)) is not None}

    def _of(self, kind: Kind) -> int | None:
        try:
            erased = self._sweep(kind)
        except StoreError as error:
            log.warning("nothing more is erased", kind=kind, reason=str(error))
            self._failed(kind)
            return None
        if erased:
            log.info("erased", kind=kind, number=erased)
        return erased

    def _sweep(self, kind: Kind) -> int | None:
        now = self._clock.now()
        until, erased, more = before(self._days[kind], now), 0, True
        if until is None:
            return None
        while more:
            batch = self._store.sweep(kind, until, _BATCH, now)
            erased, more = erased + batch.erased, batch.more
        self._store.ended(kind, now)
        return erased

    def _failed(self, kind: Kind) -> None:
        try:
            self._store.failed(kind, self._clock.now())
        except StoreError as error:
            # The next run says how it went; until then its last good one shows its age.
            log.warning("that a run failed is not kept", kind=kind, reason=str(error))

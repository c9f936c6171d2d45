"""Sums what the pages by level show, again and again: today each time, earlier days in turn.

A late event or an answer of the Platform changes a day that is long over, so no day is ever final.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta, tzinfo
from typing import Final

import structlog

from central.domain.discrepancies import WITHIN
from central.domain.figures import day_of, day_on
from central.ports import Clock, StoreError
from central.ports.levels import FigureStore

EARLIER_DAYS: Final = 30
_ROUNDS_FOR_AN_EARLIER_DAY: Final = 5
_IDLE_FOR_EACH_SECOND: Final = 9.0
"""A country's sums take long: they get a tenth of the time and leave the rest to others."""

log = structlog.get_logger(__name__)


class Summing:
    """Sums while it runs; killed at any point, the next round makes the same."""

    def __init__(
        self,
        store: FigureStore,
        clock: Clock,
        zone: tzinfo,
        communes: Mapping[str, Sequence[str]],
        interval_seconds: float = 2.0,
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._communes = communes
        self._interval_seconds = interval_seconds
        self._turn = 0

    async def run(self) -> None:
        """Sum until cancelled; a database that is away is waited for."""
        while True:
            began = time.monotonic()
            try:
                await asyncio.to_thread(self.step)
            except StoreError as error:
                # Each page shows how old its sums are.
                log.warning("nothing is summed", reason=str(error))
            took = time.monotonic() - began
            await asyncio.sleep(max(self._interval_seconds, took * _IDLE_FOR_EACH_SECOND))

    def step(self) -> bool:
        """Sum today, now and then an earlier day, and how the sites stand; return whether anything changed.

        Raises:
            StoreUnavailable: The rest waits for the next round.
        """
        now = self._clock.now()
        today = day_of(now, self._zone)
        self._store.places(self._communes)
        changed = self._store.sum_day(today, now)
        earlier = self._earlier(today.date)
        if earlier is not None:
            changed |= self._store.sum_day(day_on(earlier, self._zone), now)
        return self._store.sum_states(now, now - WITHIN) or changed

    def _earlier(self, today: date) -> date | None:
        """Return an earlier day now and then: at first and half the times yesterday."""
        turn, rest = divmod(self._turn, _ROUNDS_FOR_AN_EARLIER_DAY)
        self._turn += 1
        if rest:
            return None
        days = 1 if turn % 2 == 0 else 2 + turn // 2 % (EARLIER_DAYS - 1)
        return today - timedelta(days=days)

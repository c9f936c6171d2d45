"""The end of the site's day: names leave the hub's memory, a kiosk forgets who holds which number."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from zoneinfo import ZoneInfo

from edge.ports import Clock

LOOK_SECONDS = 15.0
_DAY_NS = 24 * 3600 * 1_000_000_000


class DayEnd:
    """Watches the site's date; a day lies between two dates that the clock vouched for.

    While nobody knows the date, a day is 24 hours of the machine's running time.
    """

    def __init__(
        self, *, clock: Clock, zone: ZoneInfo, day_ended: Callable[[], Awaitable[None]]
    ) -> None:
        """Take the parts; ``day_ended`` is called once for each day that ends."""
        self._clock = clock
        self._zone = zone
        self._day_ended = day_ended
        self._day: date | None = None
        self._began_ns = clock.boottime_ns()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Tell of the day's end, if it has ended since the last look."""
        if self._over():
            self._began_ns = self._clock.boottime_ns()
            await self._day_ended()

    def _over(self) -> bool:
        if not self._clock.clock_ok():
            if self._clock.boottime_ns() - self._began_ns < _DAY_NS:
                return False
            self._day = None  # It ended by the hours: the next date that is sure is no further day.
            return True
        today = self._clock.now().astimezone(self._zone).date()
        before, self._day = self._day, today
        return before is not None and before != today

"""At the end of the site's day its names leave the hub's memory; each day begins locked."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from zoneinfo import ZoneInfo

from edge.ports import Clock

LOOK_SECONDS = 15.0


class DayEnd:
    """Watches the site's date; a clock that is put right is no new day."""

    def __init__(
        self, *, clock: Clock, zone: ZoneInfo, day_ended: Callable[[], Awaitable[None]]
    ) -> None:
        """Take the parts; ``day_ended`` is called once for each day that ends."""
        self._clock = clock
        self._zone = zone
        self._day_ended = day_ended
        self._day: date | None = None

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Tell of the day's end, if it has ended since the last look."""
        if not self._clock.clock_ok():
            self._day = None
            return
        today = self._clock.now().astimezone(self._zone).date()
        before, self._day = self._day, today
        if before is not None and before != today:
            await self._day_ended()

"""The end of the site's day: names leave the hub's memory, a kiosk forgets who holds which number."""

import asyncio
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from edge.domain.night import Day, Sure, look
from edge.ports import Clock

LOOK_SECONDS = 15.0


class DayEnd:
    """Watches the site's date, or while nobody knows it the quiet of a night (``edge.domain.night``)."""

    def __init__(
        self,
        *,
        clock: Clock,
        zone: ZoneInfo,
        day_ended: Callable[[], Awaitable[None]],
        worked_ns: Callable[[], int | None],
    ) -> None:
        """Take the parts.

        Args:
            day_ended: Called once for each day that ends.
            worked_ns: Says when somebody last worked or came, by the running time; None: nobody yet.
        """
        self._clock = clock
        self._zone = zone
        self._day_ended = day_ended
        self._worked_ns = worked_ns
        self._day = Day()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Tell of the day's end, if it has ended since the last look."""
        now_ns = self._clock.boottime_ns()
        sure = Sure(self._clock.now(), now_ns) if self._clock.clock_ok() else None
        self._day, over = look(self._day, sure, now_ns, self._worked_ns(), self._zone)
        if over:
            await self._day_ended()

"""Keeps the bar's words true: how much is not at the centre yet, and whether the clock is believed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from edge.ports import Clock, Journal, JournalError
from edge.services.display import Display, PrinterMood


class StateBar:
    """Writes the bar of a display; ``watch`` lives in the program's task group."""

    def __init__(
        self,
        *,
        journal: Journal,
        display: Display,
        clock: Clock,
        acked_at: Callable[[], datetime | None],
        look_seconds: float = 1.0,
    ) -> None:
        """Take the parts.

        Args:
            acked_at: When the centre's last signed word came, if one came yet.
        """
        self._journal = journal
        self._display = display
        self._clock = clock
        self._acked_at = acked_at
        self._look_seconds = look_seconds

    def printer(self, mood: PrinterMood) -> None:
        """Say how the printer is."""
        self._display.tell(replace(self._display.shown.bar, printer=mood))

    async def watch(self) -> None:
        """Look at the journal now and then, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._look_seconds)

    async def look(self) -> None:
        """Put what the journal says now on the bar."""
        unsent = await asyncio.to_thread(self._unsent)
        clock_ok = self._clock.clock_ok()
        bar = self._display.shown.bar
        acked_at = self._acked_at() if unsent == 0 else None
        as_of = acked_at or self._clock.now()
        # Between two looks something may have been written and acknowledged.
        newer = acked_at is not None and _minute(acked_at) != _minute(bar.as_of)
        if newer or (unsent, clock_ok) != (bar.unsent, bar.clock_ok):
            self._display.tell(replace(bar, unsent=unsent, as_of=as_of, clock_ok=clock_ok))

    def _unsent(self) -> int | None:
        try:
            positions = [self._journal.position(epoch) for epoch in self._journal.epochs()]
        except JournalError:
            return None
        return sum(position.last - position.acked for position in positions)


def _minute(at: datetime | None) -> datetime | None:
    """Return ``at`` as exactly as the bar tells it."""
    return at and at.replace(second=0, microsecond=0)

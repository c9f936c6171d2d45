"""Gives the numbers of this Pi one after the other, to its kiosk and to the desks alike."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from zoneinfo import ZoneInfo

from edge.domain.ticket import Count, next_count, number
from edge.ports import Clock, Counter, Journal


class Numbers:
    """The row of numbers that one journal keeps. Blocking; any thread, one at a time inside ``next``."""

    def __init__(self, *, journal: Journal, clock: Clock, zone: ZoneInfo, prefix: str) -> None:
        self._journal = journal
        self._clock = clock
        self._zone = zone
        self._prefix = prefix
        self._guard = threading.Lock()

    @contextmanager
    def next(self) -> Iterator[tuple[str, Counter]]:
        """Yield the next number, and the counter to write with its event before the block ends.

        A number whose counter was not written is given again.

        Raises:
            JournalError: The journal cannot be read.
        """
        with self._guard:
            stored = self._journal.counter()
            last = None
            if stored is not None:
                last = Count(date.fromisoformat(stored.day) if stored.day else None, stored.value)
            today = self._clock.now().astimezone(self._zone).date()
            count = next_count(last, today, clock_ok=self._clock.clock_ok())
            day = "" if count.day is None else count.day.isoformat()
            yield number(self._prefix, count), Counter(day, count.value)

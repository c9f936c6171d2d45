"""Time and randomness."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time and randomness; the only source of either."""

    def now(self) -> datetime:
        """Return the wall clock, aware, UTC; may be years off."""
        ...

    def boottime_ns(self) -> int:
        """Return nanoseconds since the machine's boot; runs on in suspend, never goes back."""
        ...

    def boot_id(self) -> str:
        """Return the id of this boot of the machine."""
        ...

    def clock_ok(self) -> bool:
        """Return whether the wall clock is synchronised, as far as the machine knows."""
        ...

    def entropy(self, count: int) -> bytes:
        """Return ``count`` random bytes fit for ids and keys."""
        ...

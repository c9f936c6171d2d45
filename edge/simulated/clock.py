"""A clock that a test or a demonstration sets."""

import hashlib
from datetime import UTC, datetime, timedelta

_START = datetime(2021, 12, 1, 1, 0, tzinfo=UTC)


class SimulatedClock:
    """See the port. Stands still until ``advance``; its entropy repeats from run to run."""

    def __init__(self, start: datetime = _START, *, boot: str = "boot-1", ok: bool = True) -> None:
        self._wall = start
        self._boottime_ns = 1_000_000_000
        self._boot = boot
        self._ok = ok
        self._drawn = 0

    def advance(self, seconds: float) -> None:
        """Let time pass, on the wall and since boot."""
        self._wall += timedelta(seconds=seconds)
        self._boottime_ns += int(seconds * 1_000_000_000)

    def set_wall(self, wall: datetime, *, ok: bool) -> None:
        """Put the wall clock right or wrong; the time since boot does not notice."""
        self._wall = wall
        self._ok = ok

    def reboot(self, boot: str) -> None:
        """Start the time since boot again, under a new boot id."""
        self._boot = boot
        self._boottime_ns = 0

    def now(self) -> datetime:
        return self._wall

    def boottime_ns(self) -> int:
        return self._boottime_ns

    def boot_id(self) -> str:
        return self._boot

    def clock_ok(self) -> bool:
        return self._ok

    def entropy(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_128(f"{self._boot} {self._drawn}".encode()).digest(count)

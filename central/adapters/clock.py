"""The wall clock: the one place where the centre reads the time."""

from datetime import UTC, datetime


class SystemClock:
    """``ports.Clock`` by the machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

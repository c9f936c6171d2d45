"""The machine's wall clock."""

from datetime import UTC, datetime


class SystemClock:
    """Reads the wall clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place that may

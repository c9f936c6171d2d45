"""The machine's clock; the one place at the centre that reads it."""

from datetime import UTC, datetime


class SystemClock:
    """The port ``Clock``."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - here it is read

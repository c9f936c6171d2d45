"""How far a list of the Platform was read: by its own times, of which one entry's may be wrong."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

_AHEAD: Final = timedelta(days=1)


def latest(said: Iterable[str]) -> str:
    """Return the last of some instants, as it was written; what is no instant says nothing."""
    known = [(at, one) for one in said if (at := _instant(one)) is not None]
    return max(known)[1] if known else ""


def believed(through: str, before: str, now: datetime) -> str:
    """Return from where to read on: ``before`` where ``through`` lies far ahead.

    Everything that comes after would otherwise be older than that, and never be read. What is
    no instant is a place of another kind, and stays as it is.
    """
    instant = _instant(through)
    return before if instant is not None and instant > now + _AHEAD else through


def _instant(said: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(said)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None

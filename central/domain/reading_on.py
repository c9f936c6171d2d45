"""How far a list of the Platform was read, by its own times, and which parts of it are still to be read."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

OVERLAP: Final = timedelta(minutes=15)
"""So far back each reading begins before the last one's end.

What is committed late, or by a server whose clock is slow, shows up in the list with a time that was
passed before. A Platform's servers are minutes apart at most, and a transaction ends in less.
"""
_AHEAD: Final = timedelta(days=1)
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9000, 1, 1, tzinfo=UTC)
_SMALLEST: Final = timedelta(milliseconds=1)
_BETWEEN: Final = "/"  # ISO 8601, "Time intervals"


def latest(said: Iterable[str]) -> str:
    """Return the last of some instants, as it was written; what is no instant says nothing."""
    known = [(at, one) for one in said if (at := _instant(one)) is not None]
    return max(known)[1] if known else ""


def believed(through: str, before: str, now: datetime) -> str:
    """Return how far was read, where it was ``before`` and an entry says ``through``.

    Whatever comes after a time that is still to come would be older than that, and never be read:
    of what lies far ahead nothing is believed, of what lies a little ahead no more than now. What
    is no instant is a place of another kind, and stays as it is.
    """
    said, held = _instant(through), _instant(before)
    if said is None:
        return through
    if said > now + _AHEAD:
        return before
    reached, written = (said, through) if said <= now else (now, written_at(now))
    return before if held is not None and reached < held <= now else written


def read_to(said: Iterable[str], before: str, now: datetime) -> str:
    """Return how far was read, where it was ``before`` and entries say these times, in any order."""
    through = before
    for one in said:
        through = believed(latest([through, one]), through, now)
    return through


def read_from(through: str, now: datetime) -> str:
    """Return from where to read on: ``OVERLAP`` before what was read; other places stay as they are."""
    reached = _instant(through)
    return through if reached is None else written_at(min(reached, now) - OVERLAP)


def is_by_time(through: str) -> bool:
    """Return whether a list is read on by time: so it is before it was ever read, too."""
    return not through or _instant(through) is not None


def written_at(instant: datetime) -> str:
    """Return an instant as the Platform is asked with it."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")


def span(begin: str, end: str) -> str:
    """Return the name of a part of a list; no ``begin`` for all that is before its end."""
    return written_at(_whole(begin)) + _BETWEEN + written_at(_whole(end))


def ends_of(name: str) -> tuple[str, str] | None:
    """Return begin and end of a part of a list; None for the name of anything else."""
    begin, _, end = name.partition(_BETWEEN)
    return None if _instant(begin) is None or _instant(end) is None else (begin, end)


def halves(begin: str, end: str) -> list[tuple[str, str]]:
    """Return the two halves of a part of a list; nothing when it is too short to be halved."""
    first, last = _whole(begin), _whole(end)
    if last - first <= _SMALLEST:
        return []
    middle = written_at(first + (last - first) / 2)
    return [(written_at(first), middle), (middle, written_at(last))]


def reaches(through: str, end: str) -> bool:
    """Return whether what was read lies at or after an end."""
    return _whole(through) >= _whole(end)


def _whole(said: str) -> datetime:
    """Return an instant of which a Platform keeps no finer part; the first of all for nothing."""
    instant = _instant(said) or _FIRST
    return instant - timedelta(microseconds=instant.microsecond % 1000)


def _instant(said: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(said)
    except ValueError:
        return None
    if instant.tzinfo is None:
        return None
    # Near the ends of the calendar nothing can be added or taken away.
    return instant if _FIRST <= instant <= _LAST else None

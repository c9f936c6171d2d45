"""The numbers on the slips: a letter of the device and a count that never repeats within a day.

A count starts again only when a new day is certain. After a power cut a Pi may wake up years off
and be put right at noon; a count that restarted then would give a second person a number that
somebody in the hall still holds. So a count made under a clock that nobody vouches for goes on.
"""

from dataclasses import dataclass
from datetime import date

LAST = 9999
"""More than a kiosk can print in a day; past it the count starts again, a day's work apart."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many tickets were given, and on which day.

    Attributes:
        day: The site's date, or None when the clock could not be trusted at the last ticket.
    """

    day: date | None
    value: int


def next_count(last: Count | None, today: date, *, clock_ok: bool) -> Count:
    """Return the count of the next ticket.

    Args:
        today: The date at the site by the device's clock, right or wrong.
        clock_ok: Whether the device believes that clock.
    """
    if last is None:
        return Count(today if clock_ok else None, 1)
    if not clock_ok:
        return Count(None, _following(last.value))
    if last.day is not None and today > last.day:
        return Count(today, 1)
    # A day that went back stays at the later one: else the way forward would look like a new day.
    day = today if last.day is None else max(today, last.day)
    return Count(day, _following(last.value))


def number(prefix: str, count: Count) -> str:
    """Return the number to print, such as ``A007``; from 1000 on it has four digits."""
    return f"{prefix}{count.value:03d}"


def _following(value: int) -> int:
    return value + 1 if value < LAST else 1

"""When a day has ended, as a machine can know it whose clock is not vouched for all the time.

From the first moment at which the clock was, the date goes on by the machine's running time, so that a
day ends at the site's midnight whether or not the clock is vouched for then. A machine that never knew
the date has only the quiet to go by: so long a rest is a night. Once it learns the date, the day has
ended if the newest work was of a day before; while people work, nothing ends because a clock was put
right.

For a kiosk that is cut off from its hub this chooses between two errors. A number of yesterday is never
called, and its person waits in vain; a second number of today is linked to the first as soon as the hub
hears of it, and its person loses nothing. So after a rest all numbers are over. Where the hub answers
after all, its word on who is in the hall still counts.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

NIGHT_NS: Final = 6 * 3600 * 1_000_000_000
"""Longer than any noon at a site, shorter than any night."""


@dataclass(frozen=True, slots=True)
class Sure:
    """What a clock said while it was vouched for, and the machine's running time at that moment."""

    wall: datetime
    running_ns: int


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of the day under way.

    Attributes:
        sure: The newest reading that was vouched for.
        today: The date when it was last looked at; None as long as it was never known.
        ended_ns: When a day was last told to have ended.
    """

    sure: Sure | None = None
    today: date | None = None
    ended_ns: int = -1


def look(
    day: Day, sure: Sure | None, running_ns: int, worked_ns: int | None, zone: tzinfo
) -> tuple[Day, bool]:
    """Return what is known of the day now, and whether one has ended since the last look.

    Args:
        sure: The clock now, if it is vouched for.
        running_ns: The machine's running time now.
        worked_ns: When somebody last worked or came, by the running time; None: nobody yet.
    """
    sure = sure or day.sure
    if worked_ns is not None and worked_ns <= day.ended_ns:
        worked_ns = None  # That day was told to have ended.
    today = None if sure is None else _date_at(sure, running_ns, zone)
    before = day.today
    if before is None and sure is not None and worked_ns is not None:
        before = _date_at(sure, worked_ns, zone)
    if today is None:
        over = worked_ns is not None and running_ns - worked_ns >= NIGHT_NS
    else:
        over = before is not None and before != today
    return Day(sure, today, running_ns if over else day.ended_ns), over


def _date_at(sure: Sure, running_ns: int, zone: tzinfo) -> date:
    since = timedelta(microseconds=(running_ns - sure.running_ns) // 1000)
    return (sure.wall + since).astimezone(zone).date()

"""The site's own time: milliseconds that never go back, across boots and whatever the wall clock does.

Within one boot it is the time since boot. From one boot to the next it goes by the wall clock where
both boots had one that the machine vouched for; else only the time since the new boot is certain, so
that an observation lasts rather too long than too short.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from edge.domain.stamp import Moment
from protocol import hlc
from protocol.errors import WireError
from protocol.events import Event

_ALONE_MOST_MS = 4 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Era:
    """One boot of the hub on the site's timeline.

    Attributes:
        site_offset_ms: What is added to the time since boot to get the site's time.
        wall_offset_ms: What is added to it to get the wall clock's.
        trusted: Whether that wall clock was vouched for.
    """

    boot: str
    site_offset_ms: int
    wall_offset_ms: int
    trusted: bool

    def of_wall(self, wall_ms: int) -> int:
        """Return the site's time at ``wall_ms`` of the wall clock."""
        return wall_ms - self.wall_offset_ms + self.site_offset_ms

    def wall_of(self, site_ms: int) -> datetime | None:
        """Return the wall clock at ``site_ms``, or None where it was not vouched for."""
        if not self.trusted:
            return None
        return datetime.fromtimestamp(
            (site_ms - self.site_offset_ms + self.wall_offset_ms) / 1000, UTC
        )


NEVER: Final = Era("", 0, 0, trusted=False)
"""Before the first event."""


def moment_of(event: Event) -> Moment:
    """Return the reading of the clocks that ``event`` carries."""
    return Moment(datetime.fromisoformat(event.at), event.boot, event.boottime_ns, event.clock_ok)


def era_at(era: Era, last_ms: int, moment: Moment) -> Era:
    """Return the era that ``moment`` lies in, after ``era``, whose last event was at ``last_ms``."""
    since_boot = moment.boottime_ns // 1_000_000
    wall_offset = moment.wall_ms - since_boot
    if era is NEVER:
        return Era(moment.boot, wall_offset, wall_offset, moment.clock_ok)
    if era.boot == moment.boot:
        if moment.clock_ok and not era.trusted:
            return replace(era, wall_offset_ms=wall_offset, trusted=True)
        return era
    passed = since_boot
    if era.trusted and moment.clock_ok:
        passed = max(0, era.of_wall(moment.wall_ms) - last_ms)
    return Era(moment.boot, last_ms + passed - since_boot, wall_offset, moment.clock_ok)


def checked_in_ms(era: Era, stamp: str, now_ms: int) -> int:
    """Return when a check-in with the logical clock ``stamp`` was, on the site's timeline.

    The stamp's wall clock counts where it can be right: a kiosk that was alone for some hours; else
    the check-in is as old as the hub's knowledge of it.
    """
    try:
        told = era.of_wall(hlc.parse(stamp).wall_ms)
    except WireError:
        return now_ms
    return told if now_ms - _ALONE_MOST_MS <= told <= now_ms else now_ms


def written_ms(era: Era, happened_at: str, now_ms: int) -> int:
    """Return when something was that was written on paper first; now, where that cannot be known.

    Two written times are compared with each other (``between_ms``): they need no clock of this machine.
    """
    when = instant(happened_at)
    if when is None or not era.trusted:
        return now_ms
    return min(era.of_wall(int(when.timestamp() * 1000)), now_ms)


def between_ms(earlier: str, later: str) -> int | None:
    """Return the time from one written moment to another; None where one of them is not written."""
    begun, ended = instant(earlier), instant(later)
    if begun is None or ended is None:
        return None
    return int((ended - begun).total_seconds() * 1000)


def instant(text: str) -> datetime | None:
    """Return the moment that ``text`` names with its offset from UTC, or None where it names none."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo is not None else None

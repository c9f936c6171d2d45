"""Figures by level: a province, a commune of it, a site of that; sums that are never mixed.

Provisional is what sites say; reconciled is what the Platform holds exactly as it was told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from central.domain.accounts import Sites
from central.domain.figures import Day
from central.domain.quality import Quality, quality

COUNTED: Final = (
    "arrivals",
    "queued",
    "ended",
    "identified",
    "clocked",
    "timely",
    "visits_matched",
    "visits_bad",
    "doses",
    "doses_traced",
    "doses_matched",
    "doses_bad",
)
"""What is counted of a site's day; how is said in ``docs/data-quality.md``."""
SILENT_AFTER: Final = timedelta(minutes=10)
OLD_AFTER: Final = timedelta(minutes=2)
"""Sums of today that are older are shown as old."""
OLD_DAY_AFTER: Final = timedelta(hours=1)
"""The same for days that are over; whoever looks at one has it summed anew."""
NO_COMMUNE: Final = "-"
"""How an address says "the sites of no commune"."""


class Level(StrEnum):
    """How near one looks."""

    PROVINCE = "province"
    COMMUNE = "commune"
    SITE = "site"


class Order(StrEnum):
    """What a table is ordered by; but for names, the largest first."""

    NAME = "name"
    ARRIVALS = "arrivals"
    DOSES = "doses"
    DISCREPANCIES = "discrepancies"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at.

    Attributes:
        commune: Empty for all; ``NO_COMMUNE`` for sites of none.
        sites: What whoever asks may see.
    """

    commune: str = ""
    site: str = ""
    sites: Sites = None

    @property
    def level(self) -> Level:
        """Return the level that is looked at."""
        if self.site:
            return Level.SITE
        return Level.COMMUNE if self.commune else Level.PROVINCE


@dataclass(frozen=True, slots=True)
class Fleet:
    """How the machines stand now.

    Attributes:
        silent: Not heard of for ``SILENT_AFTER``.
        troubled: Of those heard: with a fault, a wrong clock, or set aside.
    """

    devices: int = 0
    silent: int = 0
    troubled: int = 0
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One place's day: a site, a commune, or all of them.

    Attributes:
        sites: How many there are; ``reporting``: how many told anything of the day.
        counted: By the names of ``COUNTED``.
        discrepancies: Open now, whatever their day; ``overdue`` of them for too long.
    """

    name: str
    sites: int
    reporting: int
    counted: Mapping[str, int]
    discrepancies: int
    overdue: int
    fleet: Fleet

    @property
    def waiting(self) -> int | None:
        """Return who came and has neither dose, refusal nor leave; None where no hub counts."""
        queued = self.counted["queued"]
        return queued - self.counted["ended"] if queued else None

    @property
    def quality(self) -> Quality:
        """Return how good the data of the day are."""
        return quality(self.counted)

    def stale(self, now: datetime) -> bool:
        """Return whether nothing of the place was heard for too long."""
        return self.fleet.last_seen is None or now - self.fleet.last_seen > SILENT_AFTER


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a day.

    Attributes:
        hour: Its begin, in UTC.
        waiting: At its end; None where no hub counts.
    """

    hour: datetime
    arrivals: int
    waiting: int | None


@dataclass(frozen=True, slots=True)
class DosesOfDay:
    """Doses of a day: what sites say, and what the Platform holds as told."""

    day: str
    doses: int
    matched: int


@dataclass(frozen=True, slots=True)
class HourCount:
    """What happened in an hour: arrivals, of them into the queue; out of the queue."""

    hour: datetime
    arrivals: int
    queued: int
    ended: int


@dataclass(frozen=True, slots=True)
class LevelLook:
    """A day at one place, as it was summed at one moment.

    Attributes:
        summed_at: When the sums were made; None: never.
        commune: Of the place that is looked at; to go up.
        places: One level below; ``number`` of them in all, from ``offset`` on.
    """

    day: Day
    now: datetime
    summed_at: datetime | None
    scope: Scope
    commune: str
    whole: Place
    places: tuple[Place, ...]
    number: int
    offset: int
    hours: tuple[Hour, ...]
    days: tuple[DosesOfDay, ...]

    @property
    def old(self) -> bool:
        """Return whether the sums are too old to be taken for how it is now."""
        return self.summed_at is None or self.now - self.summed_at > self.may_be_old_for

    @property
    def today(self) -> bool:
        """Return whether the day is not over."""
        return self.day.start <= self.now < self.day.end

    @property
    def may_be_old_for(self) -> timedelta:
        """Return the age from which on sums are old; earlier days are summed in turn."""
        return OLD_AFTER if self.today else OLD_DAY_AFTER


def hours_of(counts: Iterable[HourCount], until: datetime | None = None) -> tuple[Hour, ...]:
    """Return hour after hour without gaps, with how many waited at the end of each.

    Args:
        until: The last hour to show; that of the last count if left out.
    """
    by_hour = {one.hour: one for one in counts}
    if not by_hour:
        return ()
    hour, last = min(by_hour), max(by_hour)
    last = max(last, until) if until is not None else last
    counted = any(one.queued for one in by_hour.values())
    shown: list[Hour] = []
    waiting = 0
    while hour <= last:
        one = by_hour.get(hour, HourCount(hour, 0, 0, 0))
        waiting += one.queued - one.ended
        # An injection may be told before its arrival; nobody waits less than not at all.
        shown.append(Hour(hour, one.arrivals, max(waiting, 0) if counted else None))
        hour += timedelta(hours=1)
    return tuple(shown)

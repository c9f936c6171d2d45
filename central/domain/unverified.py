"""Who of a site's list would come unverified to its next session.

Lists word their slots as they like: some name a day, most only an hour. Whoever's slot names no day
may come on any; whoever's names another day does not come on the next one. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from central.domain.roster import RosterPerson

_DAY: Final = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/])")
_ISO_DAY: Final = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


class Open(StrEnum):
    """What is open of somebody on a list."""

    NOTHING = "nothing"
    """Verified, exempt, or came since the list named them."""
    NOT_SENT = "not_sent"
    WAITING = "waiting"
    TO_SUPPLEMENT = "to_supplement"


@dataclass(frozen=True, slots=True)
class Listed:
    """How many of a site's list have this slot and the same open."""

    site: str
    slot: str | None
    open: Open
    people: int


@dataclass(frozen=True, slots=True)
class Unverified:
    """Somebody who may come and is not verified.

    Attributes:
        waiting: Whether they are on a round that is under way.
    """

    person: RosterPerson
    waiting: bool


@dataclass(frozen=True, slots=True)
class Still:
    """How many would come unverified to a site's next session, by where they stand.

    Attributes:
        listed: How many are on the list, whatever their slot; 0: the site has none.
        day: Of the next session as the list names it; None where it names none to come.
    """

    site: str
    listed: int = 0
    day: date | None = None
    not_sent: int = 0
    waiting: int = 0
    to_supplement: int = 0

    @property
    def people(self) -> int:
        """How many they are."""
        return self.not_sent + self.waiting + self.to_supplement


def day_of(slot: str | None, near: date) -> date | None:
    """Return the day that a slot names, without a year the nearest to ``near``; or None.

    >>> day_of("24/11 08:00", date(2021, 11, 22)), day_of("08:00-09:00", date(2021, 11, 22))
    (datetime.date(2021, 11, 24), None)
    """
    if found := _ISO_DAY.search(slot or ""):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if not (found := _DAY.search(slot or "")):
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _date(int(found[3]), month, day)
    years = (_date(near.year + more, month, day) for more in (-1, 0, 1))
    return min((one for one in years if one), key=lambda one: abs(one - near), default=None)


def next_day(slots: Iterable[str | None], since: date) -> date | None:
    """Return the first day from ``since`` on that one of a list's slots names."""
    named = (day_of(slot, since) for slot in slots)
    return min((day for day in named if day is not None and day >= since), default=None)


def is_expected(slot: str | None, day: date | None, since: date) -> bool:
    """Return whether who has this slot may come to the session of ``day``."""
    return day_of(slot, since) in {None, day}


def still(site: str, groups: Iterable[Listed], since: date) -> Still:
    """Return how many of a site's list would come unverified to the first session from ``since`` on."""
    of_site = list(groups)
    day = next_day((group.slot for group in of_site), since)
    counted = Still(site, sum(group.people for group in of_site), day)
    for group in of_site:
        if group.open is not Open.NOTHING and is_expected(group.slot, day, since):
            known = getattr(counted, group.open.value)
            counted = replace(counted, **{group.open.value: known + group.people})
    return counted


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

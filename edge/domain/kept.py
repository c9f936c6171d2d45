"""What a hub keeps of the centre's pages: which one leads a reader on, and from when it begins anew.

Rosters and news of doses have one form: the centre numbers every change, and a page leads from one
number to another. ``mark`` names the past that the numbers belong to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal

Kind = Literal["roster", "news"]
ROSTER: Final = "roster"
NEWS: Final = "news"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page leads.

    Attributes:
        since: The change that the reader must stand at.
        through: The change at which it stands then.
        last: The newest change that there was when the page was signed.
    """

    since: int
    through: int
    last: int
    mark: str

    @property
    def completes(self) -> bool:
        """Return whether nothing followed when it was signed."""
        return self.through == self.last

    @property
    def says_nothing_new(self) -> bool:
        """Return whether a reader who stands where it begins knows it all."""
        return self.since == self.through


@dataclass(frozen=True, slots=True)
class SealedPage:
    """A page as it lies on disk."""

    place: Place
    sealed: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """How what is kept stands.

    Attributes:
        at: Where the next page leads on; None: from the beginning.
        began: Day on which its first page came, as ISO writes it; empty where nobody knew the day.
        as_of: When the centre last said that it is complete; None before that.
    """

    at: Place | None = None
    began: str = ""
    as_of: datetime | None = None


def next_place(places: Sequence[Place], since: int, mark: str) -> Place | None:
    """Return which page leads a reader on, the first for one of another past; None: none follows."""
    if not places or (places[-1].through, places[-1].mark) == (since, mark):
        return None
    for before, place in pairwise(places):
        if (before.through, before.mark) == (since, mark):
            return place
    return places[0]


def sealed_as(kind: Kind, site: str, place: Place) -> str:
    """Return what a sealing is bound to: no page opens in the place of another one."""
    return f"kept {kind} {site} {place.since} {place.through} {place.mark}"

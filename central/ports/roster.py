"""Whom a site expects: the list as it came, as it is kept and as it is signed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from central.domain.accounts import Sites
from central.domain.roster import RosterChange, RosterPerson
from protocol.identity import SiteId
from protocol.roster import RosterPage


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list.

    Attributes:
        sheet: Name of the sheet; empty where the file has but one.
        number: As a spreadsheet counts it, from 1.
    """

    sheet: str
    number: int
    cells: tuple[Any, ...]


class PeopleList(Protocol):
    """A list of people as somebody typed it."""

    def rows(self) -> Iterator[ListRow]:
        """Yield every row, headings and empty ones too.

        Raises:
            ListUnreadable: No such file, or not a whole list; also in the middle.
        """
        ...


class RosterStore(Protocol):
    """The rosters of all sites. Blocking; safe from any thread."""

    def change(
        self,
        site: SiteId,
        decide: Callable[[Mapping[int, RosterPerson]], RosterChange],
        now: datetime,
        source: str,
    ) -> RosterChange:
        """Let ``decide`` say what changes in the site's roster, store all of it, and return it.

        Args:
            source: Where the change came from, such as a file's name.

        Raises:
            StoreUnavailable: Nothing was stored.
            StoreError: Nothing was stored: another import of this site ran at the same time.
        """
        ...

    def page(self, site: SiteId, since: int, head: str, most: int) -> RosterPage:
        """Return up to ``most`` changes after ``since``; from 0 when ``head`` never made it.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


@dataclass(frozen=True, slots=True)
class SiteList:
    """A site's list.

    Attributes:
        source: Where its last change came from, such as a file's name.
    """

    site: str
    people: int
    changed_at: datetime
    source: str


class RosterBook(Protocol):
    """Which lists there are. Blocking; safe from any thread."""

    def lists(self, sites: Sites) -> Sequence[SiteList]:
        """Return the lists that these sites have.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class RosterSigner(Protocol):
    """Signs for the centre."""

    def sign_roster(self, page: RosterPage) -> bytes:
        """Return a signed page."""
        ...

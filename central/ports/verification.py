"""What verification rounds ask of the world: a place to be kept, and sheets that people read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from central.domain.accounts import Sites
from central.domain.audit import Act
from central.domain.roster import RosterPerson
from central.domain.unverified import Listed, Unverified
from central.domain.verification import Line, Round
from protocol.identity import SiteId
from protocol.roster import Standing


class RoundStore(Protocol):
    """Rounds and the people on them. Blocking; safe from any thread."""

    def people(self, site: SiteId) -> Mapping[int, RosterPerson]:
        """Return a site's roster: row id -> person.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def running_people(self, site: SiteId) -> Sequence[int]:
        """Return the rows that are on rounds under way and not answered for.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def add(self, site: SiteId, lines: Sequence[Line], now: datetime, act: Act) -> Round:
        """Store a new round with the audit's row of it, which names its number.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def round(self, number: int) -> Round | None:
        """Return a round.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def rounds(self, limit: int, sites: Sites = None) -> Sequence[Round]:
        """Return the newest rounds of these sites, those under way first.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def all(self, sites: Sites = None, *, running: bool = False) -> Iterator[Round]:
        """Yield every round of these sites in the same order, or every one that is under way.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        ...

    def lines(self, number: int) -> Sequence[Line]:
        """Return the people of a round, as they were sent.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def save(
        self,
        one: Round,
        now: datetime,
        answers: Mapping[int, Standing] | None = None,
        act: Act | None = None,
    ) -> None:
        """Store where a round stands, what was said of which lines, and who brought it there.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def late(self, made_before: datetime) -> Sequence[Round]:
        """Return the rounds under way that were made before, and of which nobody was told yet.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def escalate(self, one: Round, act: Act, now: datetime) -> bool:
        """Tell the province of a round by an alarm, once; False where somebody was quicker.

        The alarm ends with the round.

        Raises:
            StoreUnavailable: Nobody was told.
        """
        ...

    def answered(self, number: int) -> int:
        """Return of how many people of a round something was said.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class UnverifiedReader(Protocol):
    """Who of sites' lists is not verified. Blocking; safe from any thread.

    Non-citizens are never among them, nor whoever came since a list last named them.
    """

    def counted(self, sites: Sites) -> Sequence[Listed]:
        """Return how many of these sites' lists have which slot and what open, all that are on them.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def slots(self, site: SiteId) -> Sequence[str | None]:
        """Return each slot of a site's list once.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def people(self, site: SiteId) -> Sequence[Unverified]:
        """Return those of a site's list who are not verified.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class SheetWriter(Protocol):
    """Writes lists that people open in a spreadsheet."""

    def write(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
        """Return an .xlsx; every cell is a text, whatever it looks like."""
        ...

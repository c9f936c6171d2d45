"""Where identities and merges of persons are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from central.domain.accounts import Sites
from central.domain.audit import Act
from central.domain.persons import Identity, Merge


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit of a person, for the page: no name, no number."""

    visit: str
    site: str
    ticket: str
    at: datetime
    state: str
    doses: tuple[str, ...]


class PersonStore(Protocol):
    """Blocking; safe from any thread and process."""

    def note(self, act: Act, now: datetime) -> None:
        """Write down that somebody looks, before anything is shown.

        Raises:
            StoreUnavailable: Nothing may be shown.
        """
        ...

    def by_number(self, number: str) -> list[Identity]:
        """Return identities with a number, or that had it before.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def by_birth(self, birth: str) -> list[Identity]:
        """Return identities with a birth date.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def by_visit(self, visits: Collection[str]) -> list[Identity]:
        """Return the identities of check-ins.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def merges_of(self, visits: Collection[str]) -> list[Merge]:
        """Return the merges that name one of these visits, undone ones too.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def merges(self, limit: int, sites: Sites = None) -> list[Merge]:
        """Return the newest merges that name a visit at one of these sites.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def merge_of(self, merge: int) -> Merge | None:
        """Return a merge by its number.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def merge(self, left: str, right: str, reason: str, act: Act, now: datetime) -> int:
        """Store a merge with its row of the audit, and return its number.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def undo(self, merge: int, act: Act, now: datetime) -> bool:
        """Undo a merge with its row of the audit; False when there is none that stands.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def visits(self, visits: Collection[str]) -> list[PastVisit]:
        """Return visits with their doses, the latest first.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

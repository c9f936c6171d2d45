"""What the pages by level are made of: sums by site, made in bulk, read in a moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from central.domain.figures import Day
from central.domain.levels import DosesOfDay, HourCount, LevelLook, Order, Place, Scope


class FigureStore(Protocol):
    """Makes the sums. Blocking; safe to repeat and to kill."""

    def places(self, communes: Mapping[str, Sequence[str]]) -> None:
        """Bring which site belongs to which commune to what the settings say.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def sum_day(self, day: Day, now: datetime) -> bool:
        """Sum a day of all sites; return whether any number is other than before.

        Raises:
            StoreUnavailable: The sums are as before.
        """
        ...

    def sum_states(self, now: datetime, overdue_before: datetime) -> bool:
        """Sum how the sites stand now; return whether any number is other than before.

        Raises:
            StoreUnavailable: The sums are as before.
        """
        ...


class LevelReader(Protocol):
    """Reads the sums. Blocking; never writes."""

    def summed(self, day: Day) -> datetime | None:
        """Return when a day was last summed; None: never.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def changed(self) -> str:
        """Return a word that is another one whenever any sum has changed.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def whole(self, day: Day, scope: Scope) -> Place:
        """Return the sums of everything in the scope.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def places(
        self, day: Day, scope: Scope, order: Order, limit: int, offset: int = 0
    ) -> tuple[Sequence[Place], int]:
        """Return a part of the places one level below the scope, and how many there are.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def hours(self, day: Day, scope: Scope) -> Sequence[HourCount]:
        """Return what happened hour by hour.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def days(self, first: str, last: str, scope: Scope) -> Sequence[DosesOfDay]:
        """Return the doses of each day from ``first`` to ``last`` that has any.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def commune_of(self, site: str) -> str | None:
        """Return the commune of a site, empty for none; None: there is no such site.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class TableWriter(Protocol):
    """Writes lists that people open in a spreadsheet. Blocking."""

    def write(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str | int | float]]
    ) -> bytes:
        """Return an .xlsx; numbers are numbers, every text stays a text."""
        ...


class ReportPrinter(Protocol):
    """Draws the report of a day for one place. Blocking."""

    def draw(self, look: LevelLook, title: str, kinds: Sequence[tuple[str, int]]) -> bytes:
        """Return a PDF.

        Args:
            title: Of the place, in words.
            kinds: Names of discrepancies that are open, and how many of each.

        Raises:
            MinutesError: It cannot be drawn here.
        """
        ...

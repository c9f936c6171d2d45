"""Takes a site's list as people typed it: clean rows go in, dirty ones are named and left out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from central.domain.roster import RosterChange, RosterPerson, plan_import
from central.domain.roster_row import Column, Unusable, headings, person
from central.ports import Clock, ListRow, ListUnreadable, PeopleList, RosterStore
from protocol.identity import SiteId

_HEADINGS_WITHIN = 30


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that did not go in, and the cell that is why; no value of it is repeated."""

    sheet: str
    row: int
    column: str
    heading: str
    reason: str

    def __str__(self) -> str:
        place = f"sheet {self.sheet}, row {self.row}" if self.sheet else f"row {self.row}"
        return f"{place}, column {self.column} ({self.heading}): {self.reason}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list.

    Attributes:
        people: How many rows were clean.
    """

    people: int
    change: RosterChange
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    columns: dict[Column, int]
    headings: ListRow

    def left_out(self, row: ListRow, column: Column, reason: str) -> LeftOut:
        place = self.columns.get(column)
        if place is None:
            return LeftOut(row.sheet, row.number, "-", f"no column for {column}", reason)
        heading = str(self.headings.cells[place]).strip()
        return LeftOut(row.sheet, row.number, column_letters(place), heading, reason)


class RosterImport:
    """Brings a site's roster to what a list says."""

    def __init__(
        self, store: RosterStore, clock: Clock, today: Callable[[], date] | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._today = today or (lambda: clock.now().date())

    def run(self, people: PeopleList, site: SiteId, *, source: str, replace: bool) -> Imported:
        """Import ``people``.

        Args:
            source: Name of the list, kept with the change.
            replace: Also take whoever is not on the list off the roster.

        Raises:
            ListUnreadable: The list has no headings or is no list; nothing was changed.
            StoreError: Nothing was changed.
        """
        read = _Reading(self._today())
        for row in people.rows():
            read.take(row)
        read.must_have_found_headings()
        if replace and not read.people:
            raise ListUnreadable("nobody in it can be taken in, so nobody is taken off")
        change = self._store.change(
            site,
            lambda there: plan_import(
                there, list(read.people.values()), replace=replace, keep=read.unusable
            ),
            self._clock.now(),
            source,
        )
        return Imported(len(read.people), change, tuple(read.left_out))


class _Reading:
    """Follows a list row by row."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._sheets: dict[str, _Sheet] = {}
        self._first: dict[str, int] = {}
        self.people: dict[str, RosterPerson] = {}
        self.unusable: set[str] = set()
        self.left_out: list[LeftOut] = []

    def take(self, row: ListRow) -> None:
        """Take the next row."""
        sheet = self._sheets.get(row.sheet)
        if sheet is None:
            columns = headings(row.cells) if row.number <= _HEADINGS_WITHIN else None
            if columns is not None:
                self._sheets[row.sheet] = _Sheet(columns, row)
            return
        cells = {c: row.cells[p] for c, p in sheet.columns.items() if p < len(row.cells)}
        if any(cell not in {None, ""} for cell in cells.values()):
            self._person(sheet, row, person(cells, self._today))

    def must_have_found_headings(self) -> None:
        """Return when there was a sheet with headings.

        Raises:
            ListUnreadable: There was none.
        """
        if not self._sheets:
            raise ListUnreadable(
                "no row of headings found; name at least two columns, such as "
                "'Số CCCD', 'Họ và tên', 'Ngày sinh'"
            )

    def _person(self, sheet: _Sheet, row: ListRow, found: RosterPerson | Unusable) -> None:
        if isinstance(found, Unusable):
            self.left_out.extend(sheet.left_out(row, w.column, w.reason) for w in found.wrong)
            if found.key:
                self.unusable.add(found.key)
            return
        first = self._first.setdefault(found.key, row.number)
        if found.key in self.people:
            self.left_out.append(
                sheet.left_out(row, "number", f"is the person of row {first} again")
            )
            return
        self.people[found.key] = found


def column_letters(place: int) -> str:
    """Return the letters over a spreadsheet's column, counted from 0."""

    def letters() -> Iterator[str]:
        rest = place + 1
        while rest:
            rest, letter = divmod(rest - 1, 26)
            yield chr(ord("A") + letter)

    return "".join(reversed(list(letters())))

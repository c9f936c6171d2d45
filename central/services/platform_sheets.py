"""Files to the Platform and back: what waits goes out, what was exported comes in row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, get_args

from central.domain.accounts import Visitor
from central.domain.platform_sheet import (
    TITLES,
    Columns,
    Entry,
    Kind,
    Unusable,
    Wrong,
    entry_of,
    headings_in,
    headings_out,
    missing_headings,
    row_out,
)
from central.ports import Clock, ListRow, ListUnreadable
from central.ports.platform_sheets import (
    BookWriter,
    PlatformFile,
    Sheet,
    SheetStore,
    TakenFile,
)
from central.services.audit import act_of
from central.services.roster_import import LeftOut, column_letters

MOST_ROWS: Final = 20_000
"""Of a file that goes out: what a person can still look through, and a web form takes."""
_HEADINGS_WITHIN: Final = 30
_MOST_NAMED: Final = 1_000
_BATCH: Final = 1_000


class NoSuchSheet(LookupError):  # noqa: N818
    """There is no file of this number."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a file: ``left_out`` names the first cells of the ``wrong`` rows."""

    rows: int
    changed: int
    wrong: int
    left_out: tuple[LeftOut, ...]


class PlatformSheets:
    """Blocking."""

    def __init__(self, store: SheetStore, books: BookWriter, clock: Clock) -> None:
        self._store = store
        self._books = books
        self._clock = clock

    def make(self, visitor: Visitor, route: str) -> Sheet | None:
        """Put what waits into a new file; None when nothing does.

        Raises:
            StoreUnavailable: Nothing was made.
        """
        act = act_of(visitor, "platform_sheet_made", "platform", route=route)
        return self._store.make(MOST_ROWS, act, self._clock.now())

    def book(self, number: int) -> bytes:
        """Return a file with all of it that has no answer yet.

        Raises:
            NoSuchSheet: There is none of this number.
            StoreUnavailable: No answer now.
        """
        carried = self._store.sheet(number)
        if carried is None:
            raise NoSuchSheet
        rows: dict[Kind, list[tuple[str, ...]]] = {kind: [] for kind in get_args(Kind)}
        for one in carried:
            rows[one.kind].append(row_out(one.kind, one.event, one.action, one.content))
        kinds = [kind for kind in TITLES if rows[kind]] or ["dose"]
        return self._books.write_book(
            (TITLES[kind], headings_out(kind), rows[kind]) for kind in kinds
        )

    def sheets(self) -> Sequence[Sheet]:
        """Return the newest files that went out, those that wait for answers before others.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._store.sheets()

    def files(self) -> Sequence[TakenFile]:
        """Return the newest files that came back.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._store.files()

    def unsent(self) -> int:
        """Return how many records are in no file yet.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._store.unsent()

    def take_in(self, visitor: Visitor, file: PlatformFile, route: str) -> TakenIn:
        """Take in what the Platform exported; wrong rows are named and left out, the others go in.

        Batch by batch: killed in the middle, the same file is taken in again, and changes nothing
        that it changed before.

        Raises:
            ListUnreadable: It is no export; rows before the damage may have gone in.
            StoreUnavailable: The rest did not go in.
        """
        reading, changed = _Reading(), 0
        for row in file.rows():
            reading.take(row)
            if len(reading.batch) >= _BATCH:
                changed += self._keep(reading)
        reading.must_have_found_headings()
        changed += self._keep(reading)
        now = self._clock.now()
        act = act_of(visitor, "platform_sheet_taken", "platform", route=route)
        self._store.taken(TakenFile(now, visitor.login, reading.rows, changed, reading.wrong), act)
        return TakenIn(reading.rows, changed, reading.wrong, tuple(reading.left_out))

    def _keep(self, reading: "_Reading") -> int:
        batch, reading.batch = reading.batch, []
        return self._store.take(batch, self._clock.now()) if batch else 0


@dataclass(frozen=True, slots=True)
class _Sheet:
    columns: Columns
    headings: ListRow


@dataclass(slots=True)
class _Reading:
    """Follows an export row by row."""

    batch: list[Entry | Unusable] = field(default_factory=list)
    rows: int = 0
    wrong: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    _sheets: dict[str, _Sheet] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def take(self, row: ListRow) -> None:
        """Take the next row.

        Raises:
            ListUnreadable: The sheet lacks a column that it cannot do without.
        """
        sheet = self._sheets.get(row.sheet)
        if sheet is None:
            self._headings(row)
            return
        places = sheet.columns.places
        cells = {name: row.cells[p] for name, p in places.items() if p < len(row.cells)}
        if any(cell not in {None, ""} for cell in cells.values()):
            self._row(sheet, row, cells)

    def must_have_found_headings(self) -> None:
        """Return when there was a sheet with headings.

        Raises:
            ListUnreadable: There was none.
        """
        if not self._sheets:
            raise ListUnreadable(
                "no row of headings found; an export has 'Mã trên Nền tảng', 'Trạng thái', "
                "'Số giấy tờ' and, of doses, 'Ngày tiêm'"
            )

    def _headings(self, row: ListRow) -> None:
        columns = headings_in(row.cells) if row.number <= _HEADINGS_WITHIN else None
        if columns is None:
            return
        if missing := missing_headings(columns):
            raise ListUnreadable(f"sheet {row.sheet} has no column {', '.join(missing)}")
        self._sheets[row.sheet] = _Sheet(columns, row)

    def _row(self, sheet: _Sheet, row: ListRow, cells: Mapping[str, object]) -> None:
        self.rows += 1
        found = entry_of(sheet.columns, cells)
        if found.id:
            first = self._seen.setdefault(f"{found.kind}/{found.id}", row.number)
            if first != row.number:
                self._leave_out(sheet, row, (Wrong("id", f"is the entry of row {first} again"),))
                return
        if isinstance(found, Unusable):
            self._leave_out(sheet, row, found.wrong)
        self.batch.append(found)

    def _leave_out(self, sheet: _Sheet, row: ListRow, wrong: Sequence[Wrong]) -> None:
        self.wrong += 1
        for one in wrong:
            if len(self.left_out) >= _MOST_NAMED:
                return
            place = sheet.columns.places.get(one.field)
            letters = "-" if place is None else column_letters(place)
            heading = one.field if place is None else str(sheet.headings.cells[place]).strip()
            self.left_out.append(LeftOut(row.sheet, row.number, letters, heading, one.reason))

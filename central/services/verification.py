"""Verification rounds: made of a site's roster, sent as a sheet, taken back row by row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from central.domain.accounts import Sites, Visitor
from central.domain.roster import RosterChange, RosterPerson
from central.domain.roster_row import Column, Wrong, cell_value, headings
from central.domain.verification import (
    Line,
    Returned,
    Round,
    RoundRefused,
    answered,
    called_off,
    code_of,
    line_of,
    mistake,
    sent,
    to_verify,
)
from central.ports import Clock, ListRow, ListUnreadable, PeopleList, RosterStore
from central.ports.verification import RoundStore, SheetWriter
from central.services.audit import act_of
from central.services.roster_import import LeftOut, column_letters
from protocol.documents.names import folded_key
from protocol.identity import SiteId
from protocol.roster import Standing

HEADINGS: Final = (
    "Mã dòng", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Kết quả xác minh", "Ghi chú",
)  # fmt: skip
_ANSWERS: Final = "Kết quả xác minh (ghi: Đúng, Sai hoặc Chưa xác minh)"
_SEXES: Final = {"male": "Nam", "female": "Nữ", None: ""}
_CODE_HEADING: Final = "ma dong"
_HEADINGS_WITHIN: Final = 30
_MOST_NAMED: Final = 1000
LISTED: Final = 200
"""Rounds on the page; the file has all of them."""
_NAMED: Final[Mapping[str, Column]] = {"number": "number", "name": "name", "standing": "standing"}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of a sheet that came back.

    Attributes:
        applied: How many people's standing is now what the police said.
        unanswered: Rows that say nothing.
        wrong: How many rows were left out; ``left_out`` names the first of them.
    """

    round: Round
    applied: int
    unanswered: int
    wrong: int
    left_out: tuple[LeftOut, ...]


class VerificationDesk:
    """Blocking."""

    def __init__(
        self,
        rounds: RoundStore,
        rosters: RosterStore,
        sheets: SheetWriter,
        clock: Clock,
        called: Callable[[str], str] = str,
    ) -> None:
        """Args: ``called`` returns what people call a site, for the titles of sheets."""
        self._rounds = rounds
        self._rosters = rosters
        self._sheets = sheets
        self._clock = clock
        self._called = called

    def make(self, site: SiteId, visitor: Visitor, route: str = "page") -> Round:
        """Make a round of all who must still be verified; non-citizens are never on it.

        Raises:
            RoundRefused: There is nobody.
            StoreUnavailable: Nothing was made.
        """
        lines = to_verify(self._rounds.people(site), self._rounds.running_people(site))
        if not lines:
            raise RoundRefused("nobody of this site's list is left to be sent")
        act = act_of(visitor, "round_made", "round", route=route)
        return self._rounds.add(site, lines, self._clock.now(), act)

    def rounds(self, sites: Sites = None) -> Sequence[Round]:
        """Return the newest ``LISTED`` rounds, those under way first.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._rounds.rounds(LISTED, sites)

    def all(self, sites: Sites = None) -> Iterator[Round]:
        """Yield every round, those under way first.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        return self._rounds.all(sites)

    def overdue(self, sites: Sites = None) -> list[Round]:
        """Return the rounds whose time is over.

        Raises:
            StoreUnavailable: No answer now.
        """
        now = self._clock.now()
        return [one for one in self._rounds.all(sites, running=True) if one.overdue(now)]

    def round(self, number: int) -> Round:
        """Return a round.

        Raises:
            RoundRefused: There is none of this number.
            StoreUnavailable: No answer now.
        """
        one = self._rounds.round(number)
        if one is None:
            raise RoundRefused("there is no such round")
        return one

    def send(self, number: int) -> bytes:
        """Return the sheet for the commune police; the first time counts as sent.

        Raises:
            RoundRefused: It cannot be sent any more.
            StoreUnavailable: Nothing was noted.
        """
        one = sent(self.round(number), self._clock.now())
        named = (*HEADINGS[:5], _ANSWERS, HEADINGS[6])
        rows = (_sent_row(number, line) for line in self._rounds.lines(number))
        sheet = self._sheets.write(f"Xác minh {number} {self._called(one.site)}", named, rows)
        self._rounds.save(one, self._clock.now())
        return sheet

    def call_off(self, number: int, visitor: Visitor, route: str = "page") -> Round:
        """Wait no more for a round; its people may be on another.

        Raises:
            RoundRefused: It is over already.
            StoreUnavailable: Nothing was noted.
        """
        one = called_off(self.round(number))
        act = act_of(visitor, "round_called_off", f"round:{number}", route=route)
        self._rounds.save(one, self._clock.now(), act=act)
        return one

    def take_back(self, number: int, people: PeopleList, *, source: str) -> TakenBack:
        """Apply what the police wrote; wrong rows are named and left out, the others go in.

        The rows are read one by one: what is kept is what the round's own people were said.

        Raises:
            RoundRefused: The round was not sent, or was called off.
            ListUnreadable: The sheet has no headings or is none; nothing was changed.
            StoreError: Nothing was changed, or it may be taken back again.
        """
        one = self.round(number)
        answered(one, one.answered, self._clock.now())
        reading = _Reading(one, self._rounds.lines(number))
        for row in people.rows():
            reading.take(row)
        reading.must_have_found_headings()
        now = self._clock.now()
        gone = self._apply(one, reading, source)
        for line in gone:
            reading.answers.pop(line, None)
        self._rounds.save(one, now, reading.answers)
        after = answered(one, self._rounds.answered(number), now)
        self._rounds.save(after, now)
        return TakenBack(
            after,
            len(reading.answers),
            reading.unanswered,
            reading.wrong,
            tuple(reading.left_out),
        )

    def _apply(self, one: Round, reading: "_Reading", source: str) -> list[int]:
        """Bring the roster to what was said; return the lines whose person is not there any more."""
        gone: list[int] = []

        def decide(there: Mapping[int, RosterPerson]) -> RosterChange:
            changed, gone[:] = {}, []
            for number, answer in reading.answers.items():
                line = reading.lines[number]
                person = there.get(line.person)
                if person is None or not _same(person, line):
                    gone.append(number)
                elif person.standing is not answer:
                    changed[line.person] = replace(person, standing=answer)
            return RosterChange((), changed, ())

        self._rosters.change(SiteId(one.site), decide, self._clock.now(), source)
        for number in gone:
            reading.name_gone(number)
        return gone


@dataclass(slots=True)
class _Sheet:
    columns: dict[str, int]
    headings: ListRow


@dataclass(slots=True)
class _Reading:
    """Follows a returned sheet row by row."""

    round: Round
    of: Sequence[Line]
    answers: dict[int, Standing] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    wrong: int = 0
    unanswered: int = 0
    lines: dict[int, Line] = field(init=False)
    _by_number: dict[str, int] = field(init=False)
    _sheets: dict[str, _Sheet] = field(default_factory=dict)
    _place: dict[int, tuple[_Sheet, ListRow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = {line.line: line for line in self.of}
        self._by_number = {line.number: line.line for line in self.of if line.number}

    def take(self, row: ListRow) -> None:
        """Take the next row."""
        sheet = self._sheets.get(row.sheet)
        if sheet is None:
            columns = _columns(row) if row.number <= _HEADINGS_WITHIN else None
            if columns is not None:
                self._sheets[row.sheet] = _Sheet(columns, row)
            return
        cells = {c: row.cells[p] for c, p in sheet.columns.items() if p < len(row.cells)}
        if any(cell not in {None, ""} for cell in cells.values()):
            self._row(sheet, row, cells)

    def must_have_found_headings(self) -> None:
        """Return when there was a sheet with headings.

        Raises:
            ListUnreadable: There was none.
        """
        if not self._sheets:
            raise ListUnreadable(
                "no row of headings found; the sheet needs 'Mã dòng' or 'Số CCCD', "
                "'Họ và tên' and 'Kết quả xác minh'"
            )

    def name_gone(self, number: int) -> None:
        """Name the row of somebody whom the roster has not any more, or has otherwise."""
        sheet, row = self._place[number]
        self._leave_out(sheet, row, "code", "is not on the site's list any more, or was changed")

    def _row(self, sheet: _Sheet, row: ListRow, cells: Mapping[str, object]) -> None:
        read: dict[str, object] = {}
        for name, column in _NAMED.items():
            value = cell_value(column, cells.get(name))
            if isinstance(value, Wrong):
                self._leave_out(sheet, row, name, value.reason)
                return
            read[name] = value
        code = str(cells.get("code") or "").strip()
        returned = Returned(code, read["number"], read["name"], read["standing"])  # type: ignore[arg-type]  # of the readers
        number = self._line(returned)
        wrong = mistake(returned, self.lines.get(number) if number is not None else None)
        if wrong is not None:
            self._leave_out(sheet, row, *wrong)
        elif number is not None:
            self._answer(sheet, row, number, returned.answer)

    def _line(self, returned: Returned) -> int | None:
        if returned.code:
            return line_of(returned.code, self.round.id)
        return self._by_number.get(returned.number) if returned.number else None

    def _answer(self, sheet: _Sheet, row: ListRow, number: int, answer: Standing | None) -> None:
        if answer is None or answer is Standing.UNKNOWN:
            self.unanswered += 1
        elif self.answers.get(number, answer) is not answer:
            self._leave_out(sheet, row, "standing", "says otherwise than an earlier row")
        else:
            self.answers[number] = answer
            self._place.setdefault(number, (sheet, row))

    def _leave_out(self, sheet: _Sheet, row: ListRow, column: str, reason: str) -> None:
        self.wrong += 1
        if len(self.left_out) >= _MOST_NAMED:
            return
        place = sheet.columns.get(column)
        if place is None:
            self.left_out.append(LeftOut(row.sheet, row.number, "-", f"no {column}", reason))
            return
        heading = str(sheet.headings.cells[place]).strip()
        self.left_out.append(LeftOut(row.sheet, row.number, column_letters(place), heading, reason))


def _columns(row: ListRow) -> dict[str, int] | None:
    """Return where the columns of a returned sheet stand, or None when this is no row of headings."""
    names = [folded_key(cell) if isinstance(cell, str) else "" for cell in row.cells]
    # What we wrote behind a heading is an advice, not a part of it.
    short = [str(cell).split("(")[0] if isinstance(cell, str) else cell for cell in row.cells]
    known = headings(short)
    if known is None or "standing" not in known:
        return None
    found = {name: known[column] for name, column in _NAMED.items() if column in known}
    code = next((place for place, name in enumerate(names) if name == _CODE_HEADING), None)
    return found if code is None else found | {"code": code}


def _same(person: RosterPerson, line: Line) -> bool:
    if line.number is not None:
        return person.number == line.number
    return folded_key(person.name) == folded_key(line.name)


def _sent_row(number: int, line: Line) -> tuple[str, ...]:
    return (
        code_of(number, line.line), line.name, as_written(line.birth), _SEXES.get(line.sex, ""),
        line.number or "", "", "",
    )  # fmt: skip


def as_written(stored: str | None) -> str:
    """Return a date as people write it: the year alone, or day, month and year."""
    return "" if stored is None else "/".join(reversed(stored.split("-")))

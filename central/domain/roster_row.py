"""One row of a site's list, as people type it, to one person; or what is wrong with which column.

Lists come from many hands: headings in any wording, numbers that lost their zeros in a spreadsheet,
dates of every shape. What has one meaning is taken; what has none, or two, is named and left out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from central.domain.roster import RosterPerson
from protocol.documents.dates import earliest, parse_date, partial_date
from protocol.documents.model import PartialDate
from protocol.documents.names import clean_name, folded_key
from protocol.documents.number import is_number, ungrouped
from protocol.roster import Sex, Standing

Column = Literal[
    "number",
    "name",
    "birth",
    "sex",
    "nationality",
    "standing",
    "appointment",
    "doses",
    "last_dose",
    "desk",
]
Cell = Any
"""What a spreadsheet's cell may hold: a text, a number, a date, or nothing."""

_HEADINGS: Final[Mapping[Column, tuple[str, ...]]] = {
    "number": (
        "so cccd", "cccd", "so can cuoc", "so dinh danh", "so dinh danh ca nhan", "ma dinh danh",
        "so cmnd", "so cmndcccd", "cmndcccd", "cccdcmnd", "so cccdcmnd", "so cmndcccdho chieu",
        "so cccdho chieu", "so giay to", "so ho chieu", "can cuoc cong dan",
        "so can cuoc cong dan", "id number", "id", "number", "personal id", "passport",
    ),
    "name": ("ho va ten", "ho ten", "ten", "ho va ten day du", "name", "full name"),
    "birth": (
        "ngay sinh", "ngay thang nam sinh", "nam sinh", "ngaythangnam sinh", "sinh ngay", "birth",
        "birth date", "date of birth", "dob",
    ),
    "sex": ("gioi tinh", "gioi", "phai", "sex", "gender"),
    "nationality": ("quoc tich", "nationality"),
    "standing": (
        "tinh trang xac minh", "xac minh", "ket qua xac minh", "trang thai", "tinh trang",
        "trang thai xac minh", "standing", "status", "verified",
    ),
    "appointment": (
        "gio hen", "khung gio", "lich hen", "thoi gian hen", "gio tiem", "appointment", "slot",
        "time",
    ),
    "doses": ("so mui da tiem", "mui da tiem", "so mui", "doses", "doses so far"),
    "last_dose": (
        "ngay tiem gan nhat", "ngay tiem cuoi", "ngay tiem mui gan nhat", "last dose",
    ),
    "desk": ("ban", "ban tiep don", "noi den", "quay", "desk", "table"),
}  # fmt: skip
_COLUMN_OF: Final = {heading: column for column, all_ in _HEADINGS.items() for heading in all_}

_SEXES: Final[Mapping[str, Sex]] = {
    "nam": "male", "male": "male", "m": "male",
    "nu": "female", "female": "female", "f": "female",
}  # fmt: skip
_STANDINGS: Final[Mapping[str, Standing]] = {
    "da xac minh": Standing.VERIFIED, "dung": Standing.VERIFIED, "khop": Standing.VERIFIED,
    "verified": Standing.VERIFIED, "dat": Standing.VERIFIED, "co": Standing.VERIFIED,
    "can bo sung": Standing.TO_SUPPLEMENT, "bo sung": Standing.TO_SUPPLEMENT,
    "khong khop": Standing.TO_SUPPLEMENT, "sai": Standing.TO_SUPPLEMENT,
    "sai thong tin": Standing.TO_SUPPLEMENT, "to supplement": Standing.TO_SUPPLEMENT,
    "tosupplement": Standing.TO_SUPPLEMENT,
    "mien": Standing.EXEMPT, "mien xac minh": Standing.EXEMPT, "exempt": Standing.EXEMPT,
    "khong phai xac minh": Standing.EXEMPT,
    "chua xac minh": Standing.UNKNOWN, "chua": Standing.UNKNOWN, "unknown": Standing.UNKNOWN,
}  # fmt: skip
_CITIZENS: Final = frozenset({"viet nam", "vietnam", "vn", "vnm", "vietnamese"})
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\Z")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{6,15}\Z")
_OLD_LENGTHS: Final = (8, 9)
_NEW_LENGTHS: Final = (10, 11, 12)
_MOST_DOSES: Final = 20
_MOST_TEXT: Final = 60


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that has no one meaning. Its value is never repeated: it may be a person's."""

    column: Column
    reason: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row that is left out.

    Attributes:
        key: Whose row it seems to be, if that much is readable: they stay as they were.
    """

    wrong: tuple[Wrong, ...]
    key: str | None = None


class _Unreadable(ValueError):  # noqa: N818 - turned into a ``Wrong`` right here
    pass


def headings(cells: Sequence[Cell]) -> dict[Column, int] | None:
    """Return where each known column stands, or None when this is no row of headings."""
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = _COLUMN_OF.get(folded_key(str(cell))) if isinstance(cell, str) else None
        if column is not None:
            found.setdefault(column, place)
    return found if len(found) >= 2 and {"number", "name"} & found.keys() else None


def person(cells: Mapping[Column, Cell], today: date) -> RosterPerson | Unusable:
    """Return whom a row speaks of, or what is wrong with it."""
    wrong: list[Wrong] = []
    values: dict[Column, Any] = {}
    for column, read in _READERS.items():
        try:
            values[column] = None if _empty(cells.get(column)) else read(cells[column])
        except _Unreadable as error:
            wrong.append(Wrong(column, str(error)))
    wrong += _together(values, wrong, today)
    if not wrong:
        return _made(values)
    number = values.get("number")
    return Unusable(tuple(wrong), f"n:{number}" if number else None)


def cell_value(column: Column, cell: Cell) -> Any | Wrong:  # noqa: ANN401 - of the column
    """Return what one cell says, None when it is empty, or what is wrong with it."""
    try:
        return None if _empty(cell) else _READERS[column](cell)
    except _Unreadable as error:
        return Wrong(column, str(error))


def _together(values: Mapping[Column, Any], before: list[Wrong], today: date) -> list[Wrong]:
    """Return what is wrong with values that are readable one by one."""
    wrong = []
    if values.get("name") is None and "name" not in {each.column for each in before}:
        wrong.append(Wrong("name", "is empty"))
    if values.get("number") is None and values.get("birth") is None and not before:
        wrong.append(Wrong("number", "is empty, and so is the date of birth"))
    days: tuple[Column, ...] = ("birth", "last_dose")
    wrong.extend(
        Wrong(column, "lies in the future")
        for column in days
        if (day := values.get(column)) is not None and earliest(day) > today
    )
    return wrong


def _made(values: Mapping[Column, Any]) -> RosterPerson:
    standing = values["standing"] or Standing.UNKNOWN
    number = values["number"]
    passport = number is not None and not number.isdigit()
    if values["nationality"] is False or (values["nationality"] is None and passport):
        # The letter says twice that non-citizens are not verified.
        standing = Standing.EXEMPT
    return RosterPerson(
        number=number,
        name=values["name"],
        birth=values["birth"],
        sex=values["sex"],
        standing=standing,
        appointment=values["appointment"],
        doses=values["doses"],
        last_dose=values["last_dose"],
        desk=values["desk"],
    )


def _empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _plain(cell: Cell) -> str:
    """Return a cell as a person would read it out; a whole number without its ``.0``."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _number(cell: Cell) -> str:
    text = ungrouped(_plain(cell)).upper().lstrip("'")
    if text.isascii() and text.isdigit():
        if len(text) in _OLD_LENGTHS:
            return text.zfill(9)
        # Spreadsheets take the zeros before 058 away.
        if len(text) in _NEW_LENGTHS and is_number(text.zfill(12)):
            return text.zfill(12)
        raise _Unreadable("is not a number of 12 digits, nor an old one of 9")
    if _PASSPORT.match(text):
        return text
    raise _Unreadable("is neither an ID number nor a passport's")


def _name(cell: Cell) -> str:
    name = clean_name(cell) if isinstance(cell, str) else None
    if name is None or any(character.isdigit() for character in name):
        raise _Unreadable("is no name")
    return name


def _birth(cell: Cell) -> PartialDate:
    if isinstance(cell, datetime | date):
        return PartialDate(cell.year, cell.month, cell.day)
    text = _plain(cell)
    if match := _DAY.match(text):
        day = partial_date(int(match[3]), int(match[2]), int(match[1]))
    else:
        day = parse_date(text)
    if day is None or day.year < 1890:
        raise _Unreadable("is no date; write it as dd/mm/yyyy, or the year alone")
    return day


def _one_of(words: Mapping[str, Any], advice: str, cell: Cell) -> Any:  # noqa: ANN401 - of the table
    value = words.get(folded_key(_plain(cell)))
    if value is None:
        raise _Unreadable(advice)
    return value


def _sex(cell: Cell) -> Sex:
    return _one_of(_SEXES, "is neither Nam nor Nữ", cell)  # type: ignore[no-any-return]  # of the table


def _standing(cell: Cell) -> Standing:
    advice = "is none of: đã xác minh, cần bổ sung, miễn xác minh, chưa xác minh"
    return _one_of(_STANDINGS, advice, cell)  # type: ignore[no-any-return]  # of the table


def _citizen(cell: Cell) -> bool:
    return folded_key(_plain(cell)) in _CITIZENS


def _doses(cell: Cell) -> int:
    text = _plain(cell)
    if not (text.isascii() and text.isdigit()) or int(text) > _MOST_DOSES:
        raise _Unreadable("is no number of doses")
    return int(text)


def _words(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m %H:%M")
    text = clean_name(_plain(cell))
    if text is None or len(text) > _MOST_TEXT:
        raise _Unreadable(f"is longer than {_MOST_TEXT} letters")
    return text


_READERS: Final[Mapping[Column, Callable[[Cell], Any]]] = {
    "number": _number,
    "name": _name,
    "birth": _birth,
    "sex": _sex,
    "nationality": _citizen,
    "standing": _standing,
    "appointment": _words,
    "doses": _doses,
    "last_dose": _birth,
    "desk": _words,
}

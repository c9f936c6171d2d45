"""One cell of a spreadsheet read: a text, a number, a date; what has no one meaning is said so."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from protocol.documents.dates import partial_date
from protocol.documents.model import PartialDate
from protocol.documents.names import folded_key

VIETNAM: Final = "VNM"
_LONGEST_ID: Final = 64
_FIRST_YEAR: Final = 1890
_DATE = re.compile(r"[0-9]{1,4}([/.-][0-9]{1,4}){0,2}\Z")


class CellUnreadable(ValueError):  # noqa: N818 - the text says why, and never repeats the value
    """A cell has no one meaning."""


class Broken(StrEnum):
    """A cell that a spreadsheet reckons or could not reckon: it has no value of its own."""

    FORMULA = "holds a formula; put its value in its place"
    ERROR = "holds an error of the spreadsheet"


def read_text(cell: object, longest: int = 300) -> str:
    """Return a cell as one line of text.

    Raises:
        CellUnreadable: It has no such meaning.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = cell.isoformat() if isinstance(cell, datetime | date) else str(cell)
    text = " ".join(clean(text).split())
    if len(text) > longest:
        raise CellUnreadable(f"is longer than {longest} letters")
    return text


def clean(text: str) -> str:
    """Return a text without what no spreadsheet and no database takes."""
    plain = text.encode("utf-8", "replace").decode("utf-8")
    spaced = (" " if one.isspace() else one for one in plain)
    return "".join(one for one in spaced if one.isprintable())


def read_id(cell: object) -> str:
    """Return a short text that names something.

    Raises:
        CellUnreadable: It has no such meaning.
    """
    return read_text(cell, _LONGEST_ID)


def read_number(cell: object) -> str:
    """Return the number of a person's document.

    Raises:
        CellUnreadable: It has no such meaning.
    """
    text = read_text(cell, 40)
    # Spreadsheets that take a number for one to reckon with take its first zeros away.
    return text.zfill(12) if isinstance(cell, int | float) and len(text) in {10, 11} else text


def read_country(cell: object) -> str:
    """Return a country's three letters.

    Raises:
        CellUnreadable: It has no such meaning.
    """
    text = read_text(cell, 60)
    if folded_key(text) in {"viet nam", "vietnam", "vn"}:
        return VIETNAM
    if len(text) != 3 or not text.isalpha():
        raise CellUnreadable("is no country; write its three letters, such as VNM")
    return text.upper()


def read_birth(cell: object) -> str:
    """Return a date of birth: a year, a month or a day.

    Raises:
        CellUnreadable: It has no such meaning.
    """
    day = _partial(cell)
    if day is None:
        raise CellUnreadable("is no date; write it as dd/mm/yyyy, or the year alone")
    return str(day)


def read_day(cell: object) -> str:
    """Return a day, ``YYYY-MM-DD``.

    Raises:
        CellUnreadable: It has no such meaning.
    """
    day = _partial(cell)
    if day is None or day.day is None:
        raise CellUnreadable("is no date; write it as dd/mm/yyyy")
    return str(day)


def _partial(cell: object) -> PartialDate | None:
    if isinstance(cell, datetime | date):
        return partial_date(cell.year, cell.month, cell.day)
    text = read_text(cell, 40)
    if not _DATE.match(text):
        return None
    parts = [int(part) for part in re.split("[/.-]", text)]
    year, month, day = (*(parts if text[:4].isdigit() else reversed(parts)), 0, 0)[:3]
    return partial_date(year, month, day) if year >= _FIRST_YEAR else None


_SEXES: Final = {"nam": "male", "nu": "female", "khac": "other", "khong ro": "unknown"}
SEX_WORDS: Final = {"male": "Nam", "female": "Nữ", "other": "Khác", "unknown": "Không rõ"}


def read_sex(cell: object) -> str:
    """Return a sex as records keep it.

    Raises:
        CellUnreadable: It has no such meaning.
    """
    sex = _SEXES.get(folded_key(read_text(cell, 40)))
    if sex is None:
        raise CellUnreadable("is none of: Nam, Nữ, Khác, Không rõ")
    return sex


def read_count(cell: object) -> str:
    """Return which dose it was.

    Raises:
        CellUnreadable: It has no such meaning.
    """
    text = read_text(cell, 40)
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 100:
        raise CellUnreadable("is no number of a dose")
    return str(int(text))

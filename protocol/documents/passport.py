"""The machine-readable zone of a passport: two lines of 44, every check digit verified.

The number, the dates and the optional number are under check digits; names are not.

Source: ICAO Doc 9303, part 3 (4.9, check digits) and part 4 (4.2, TD3).
"""

import re
from datetime import date
from enum import StrEnum
from typing import Final

from protocol.documents.dates import birth_year_of, expiry_year_of, partial_date
from protocol.documents.model import Claim, DocumentClass, PartialDate, Reading, Reason, Refusal
from protocol.documents.model import Warning as Doubt
from protocol.documents.names import clean_name
from protocol.documents.number import Sex, is_number, number_warnings

LINE_LENGTH: Final = 44
CITIZEN: Final = "VNM"

_PASSPORT = DocumentClass.PASSPORT


class Part(StrEnum):
    """A part of the two lines, check digit included, of which it can be told that it is mistyped."""

    FIRST_LINE = "first_line"
    NUMBER = "number"
    NATIONALITY = "nationality"
    BIRTH = "birth"
    SEX = "sex"
    EXPIRY = "expiry"
    OPTIONAL = "optional"
    LAST = "last"

    @property
    def place(self) -> tuple[int, int]:
        """Return where it begins and ends in both lines together, half-open."""
        return _PLACES[self]


_PLACES: Final = {
    Part.FIRST_LINE: (0, 44),
    Part.NUMBER: (44, 54),
    Part.NATIONALITY: (54, 57),
    Part.BIRTH: (57, 64),
    Part.SEX: (64, 65),
    Part.EXPIRY: (65, 72),
    Part.OPTIONAL: (72, 87),
    Part.LAST: (87, 88),
}
_SHAPES: Final = {
    Part.FIRST_LINE: r"P[A-Z<][A-Z<]{3}[A-Z<]{39}",
    Part.NUMBER: r"(?P<number>[A-Z0-9<]{9})[0-9]",
    Part.NATIONALITY: r"(?P<nationality>[A-Z<]{3})",
    Part.BIRTH: r"(?P<birth>[0-9<]{6})[0-9]",
    Part.SEX: r"(?P<sex>[A-Z<])",
    Part.EXPIRY: r"(?P<expiry>[0-9<]{6})[0-9]",
    Part.OPTIONAL: r"(?P<optional>[A-Z0-9<]{14})[0-9<]",
    Part.LAST: r"[0-9]",
}
_BOTH_LINES = re.compile("".join(_SHAPES.values()))
_CHECKED: Final = (Part.NUMBER, Part.BIRTH, Part.EXPIRY, Part.OPTIONAL)
_VALUES: Final = {
    character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
} | {"<": 0}
_WEIGHTS: Final = (7, 3, 1)
_SEXES: Final[dict[str, Sex]] = {"M": "male", "F": "female"}


def read_passport(mrz_text: str, today: date) -> Reading:
    """Return who a passport says to be, from the two lines at its foot, typed or scanned.

    Blanks, line breaks and small letters do not matter. A citizen's passport counts only when it
    carries the 12-digit number that citizens must have.
    """
    both = _both_lines(mrz_text) or ""
    second = _BOTH_LINES.fullmatch(both)
    if second is None:
        return Refusal(_PASSPORT, Reason.NOT_RECOGNISED)
    if mistyped(mrz_text):
        return Refusal(_PASSPORT, Reason.BAD_CHECK_DIGIT)
    birth_known, birth = _birth(second["birth"], today)
    expiry_known, expiry = _expiry(second["expiry"], today)
    if not (birth_known and expiry_known):
        return Refusal(_PASSPORT, Reason.IMPOSSIBLE_DATE)
    number = second["number"].replace("<", "")
    nationality = second["nationality"].replace("<", "")
    sex = _SEXES.get(second["sex"])
    doubts = _doubts(second["sex"], birth, expiry, today)
    name = _name(both[:LINE_LENGTH])
    if name is None:
        doubts.append(Doubt.NAME_MISSING)
    if nationality == CITIZEN:
        number = second["optional"].replace("<", "")
        if not is_number(number):
            return Refusal(_PASSPORT, Reason.BAD_NUMBER)
        doubts += number_warnings(number, birth, sex, today)
    if not (number and nationality):
        return Refusal(_PASSPORT, Reason.BAD_NUMBER)
    return Claim(
        document=_PASSPORT,
        number=number,
        name=name,
        birth=birth,
        sex=sex,
        nationality=nationality,
        warnings=tuple(doubts),
    )


def mistyped(mrz_text: str) -> tuple[Part, ...]:
    """Return what of the two lines cannot be right; nothing where they hold or are no two lines.

    Letters of names, nationality and sex are under no check digit: there only the kind shows.
    """
    both = _both_lines(mrz_text)
    if both is None:
        return ()
    wrong = tuple(part for part in Part if not _holds(part, _cut(both, part)))
    total = "".join(_cut(both, part) for part in _CHECKED)
    return wrong or (() if both[-1] == check_digit(total) else (Part.LAST,))


def check_digit(text: str) -> str:
    """Return the check digit of ``text``, made of ``A-Z``, ``0-9`` and ``<``."""
    total = sum(_VALUES[character] * _WEIGHTS[place % 3] for place, character in enumerate(text))
    return str(total % 10)


def _both_lines(mrz_text: str) -> str | None:
    """Return both lines as one of 88 characters, or None when these are no two such lines."""
    typed = ["".join(line.split()).upper() for line in mrz_text.splitlines()]
    lines = [line for line in typed if line]
    if len(lines) == 1 and len(lines[0]) == 2 * LINE_LENGTH:
        return lines[0]
    if len(lines) != 2:
        return None
    # The fillers at the end of the names carry nothing and are seldom typed to the last.
    first, second = lines[0].ljust(LINE_LENGTH, "<"), lines[1]
    return first + second if len(first) == len(second) == LINE_LENGTH else None


def _cut(both: str, part: Part) -> str:
    begin, end = part.place
    return both[begin:end]


def _holds(part: Part, text: str) -> bool:
    if re.fullmatch(_SHAPES[part], text) is None:
        return False
    # An empty optional field may show a filler in place of its check digit.
    return part not in _CHECKED or text[-1] == check_digit(text[:-1]) or not text.strip("<")


def _birth(text: str, today: date) -> tuple[bool, PartialDate | None]:
    """Return whether the field can be a birth date, and the date as far as it is known."""
    if not text.strip("<"):
        return True, None
    numbers = _two_digit_numbers(text)
    if numbers is None:
        return False, None
    year, month, day = numbers
    when = partial_date(birth_year_of(year, month, day, today), month, day)
    return when is not None, when


def _expiry(text: str, today: date) -> tuple[bool, PartialDate | None]:
    if not text.strip("<"):
        return True, None
    numbers = _two_digit_numbers(text)
    if numbers is None:
        return False, None
    year, month, day = numbers
    when = partial_date(expiry_year_of(year, today), month, day)
    return when is not None, when


def _two_digit_numbers(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day of ``YYMMDD``; 0 where month or day is filled with ``<``."""
    pairs = [text[:2], text[2:4], text[4:]]
    if not pairs[0].isdigit() or not all(pair == "<<" or pair.isdigit() for pair in pairs):
        return None
    year, month, day = (0 if pair == "<<" else int(pair) for pair in pairs)
    return year, month, day


def _doubts(
    sex: str, birth: PartialDate | None, expiry: PartialDate | None, today: date
) -> list[Doubt]:
    doubts = []
    if birth is None or birth.day is None:
        doubts.append(Doubt.BIRTH_INCOMPLETE)
    if sex not in "MF<X":
        doubts.append(Doubt.SEX_UNREADABLE)
    if expiry is not None and _is_past(expiry, today):
        doubts.append(Doubt.PASSPORT_EXPIRED)
    return doubts


def _is_past(when: PartialDate, today: date) -> bool:
    return (when.year, when.month or 12, when.day or 31) < (today.year, today.month, today.day)


def _name(first_line: str) -> str | None:
    """Return surname, then given names: ``<<`` parts the two, ``<`` the words within."""
    return clean_name(first_line[5:].replace("<", " "))

"""The machine-readable zone of a passport: two lines of 44, every check digit verified.

The number, the dates and the optional number are under check digits; names are not.

Source: ICAO Doc 9303, part 3 (4.9, check digits) and part 4 (4.2, TD3).
"""

import re
from datetime import date
from typing import Final

from protocol.documents.dates import birth_year_of, expiry_year_of, partial_date
from protocol.documents.model import Claim, DocumentClass, PartialDate, Reading, Reason, Refusal
from protocol.documents.model import Warning as Doubt
from protocol.documents.names import clean_name
from protocol.documents.number import Sex, is_number, number_warnings

LINE_LENGTH: Final = 44
CITIZEN: Final = "VNM"

_PASSPORT = DocumentClass.PASSPORT
_FIRST_LINE = re.compile(r"P[A-Z<][A-Z<]{3}[A-Z<]{39}\Z")
_SECOND_LINE = re.compile(
    r"(?P<number>[A-Z0-9<]{9})(?P<number_check>[0-9])"
    r"(?P<nationality>[A-Z<]{3})"
    r"(?P<birth>[0-9<]{6})(?P<birth_check>[0-9])"
    r"(?P<sex>[A-Z<])"
    r"(?P<expiry>[0-9<]{6})(?P<expiry_check>[0-9])"
    r"(?P<optional>[A-Z0-9<]{14})(?P<optional_check>[0-9<])"
    r"(?P<all_check>[0-9])\Z"
)
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
    lines = _lines(mrz_text)
    if lines is None:
        return Refusal(_PASSPORT, Reason.NOT_RECOGNISED)
    first, second = lines
    if not _all_checks_hold(second):
        return Refusal(_PASSPORT, Reason.BAD_CHECK_DIGIT)
    birth_known, birth = _birth(second["birth"], today)
    expiry_known, expiry = _expiry(second["expiry"], today)
    if not (birth_known and expiry_known):
        return Refusal(_PASSPORT, Reason.IMPOSSIBLE_DATE)
    number = second["number"].replace("<", "")
    nationality = second["nationality"].replace("<", "")
    sex = _SEXES.get(second["sex"])
    doubts = _doubts(second["sex"], birth, expiry, today)
    name = _name(first)
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


def check_digit(text: str) -> str:
    """Return the check digit of ``text``, made of ``A-Z``, ``0-9`` and ``<``."""
    total = sum(_VALUES[character] * _WEIGHTS[place % 3] for place, character in enumerate(text))
    return str(total % 10)


def _lines(mrz_text: str) -> tuple[str, dict[str, str]] | None:
    typed = ["".join(line.split()).upper() for line in mrz_text.splitlines()]
    lines = [line for line in typed if line]
    if len(lines) == 1 and len(lines[0]) == 2 * LINE_LENGTH:
        lines = [lines[0][:LINE_LENGTH], lines[0][LINE_LENGTH:]]
    if len(lines) != 2:
        return None
    # The fillers at the end of the names carry nothing and are seldom typed to the last.
    first = lines[0].ljust(LINE_LENGTH, "<")
    second = _SECOND_LINE.match(lines[1])
    if _FIRST_LINE.match(first) is None or second is None:
        return None
    return first, second.groupdict()


def _all_checks_hold(line: dict[str, str]) -> bool:
    number = line["number"] + line["number_check"]
    birth = line["birth"] + line["birth_check"]
    expiry = line["expiry"] + line["expiry_check"]
    optional = line["optional"] + line["optional_check"]
    # An empty optional field may show a filler in place of its check digit.
    optional_holds = line["optional_check"] == check_digit(line["optional"]) or (
        not line["optional"].strip("<") and line["optional_check"] == "<"
    )
    return (
        all(field[-1] == check_digit(field[:-1]) for field in (number, birth, expiry))
        and optional_holds
        and line["all_check"] == check_digit(number + birth + expiry + optional)
    )


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

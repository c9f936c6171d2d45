"""The 12-digit personal number: its parts, and what they say against the rest of a document.

The number has no check digit, and wrongly built ones are in people's hands: what does not fit is a
warning, never a refusal.

Source: Decree 137/2015/ND-CP, article 13; Circular 07/2016/TT-BCA.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from protocol.documents.dates import earliest
from protocol.documents.model import PartialDate
from protocol.documents.model import Warning as Doubt
from protocol.documents.provinces import PROVINCES

Sex = Literal["male", "female"]

_SHAPE = re.compile(r"[0-9]{12}\Z")
_MASK: Final = frozenset("*•●xX#_")
# Letters, digits and masks that stand together: a number inside a longer word is no number.
_WORD = re.compile(r"[\w*•●#+]+")
_GROUPING: Final = str.maketrans("", "", " \t.-")
_LAST_LIVING_CENTURY: Final = 3
"""Digits 0 to 3 are births of 1900 to 2099."""


@dataclass(frozen=True, slots=True)
class NumberParts:
    """What a number says by itself.

    Attributes:
        registration_code: Province, or country, where the birth was registered.
    """

    registration_code: str
    sex: Sex
    birth_year: int


def ungrouped(text: str) -> str:
    """Return ``text`` without the blanks, dots and dashes that people put between digits."""
    return text.translate(_GROUPING)


def is_number(text: str) -> bool:
    """Say whether ``text`` has the shape of a number: 12 digits that are not all the same."""
    return _SHAPE.match(text) is not None and len(set(text)) > 1


def is_masked(text: str) -> bool:
    """Say whether ``text`` is a number of which some digits are hidden."""
    marks = sum(character in _MASK for character in text)
    digits = sum(character in "0123456789" for character in text)
    return marks >= 2 and marks + digits == len(text)


def number_like_words(text: str) -> list[str]:
    """Return the words of ``text`` that are 12 digits, or digits of which some are hidden."""
    return [
        word
        for word in _WORD.findall(text)
        if _SHAPE.match(word) or (is_masked(word) and not _MASK.issuperset(word))
    ]


def parts(number: str) -> NumberParts:
    """Return what ``number``, 12 digits, says by itself."""
    century, woman = divmod(int(number[3]), 2)
    return NumberParts(
        registration_code=number[:3],
        sex="female" if woman else "male",
        birth_year=1900 + 100 * century + int(number[4:6]),
    )


def could_be_of_the_living(number: str) -> bool:
    """Say whether ``number`` is of a birth between 1900 and 2099; the clock has no say in it."""
    return int(number[3]) <= _LAST_LIVING_CENTURY


def number_warnings(
    number: str, birth: PartialDate | None, sex: Sex | None, today: date
) -> list[Doubt]:
    """Return where ``number`` differs from what is known of the person."""
    said = parts(number)
    warnings = []
    if said.registration_code not in PROVINCES:
        warnings.append(Doubt.UNKNOWN_REGISTRATION_CODE)
    if sex is not None and sex != said.sex:
        warnings.append(Doubt.SEX_DIFFERS_FROM_NUMBER)
    if birth is not None and birth.year != said.birth_year:
        warnings.append(Doubt.BIRTH_YEAR_DIFFERS_FROM_NUMBER)
    if earliest(birth or PartialDate(said.birth_year)) > today:
        warnings.append(Doubt.BIRTH_IN_FUTURE)
    return warnings

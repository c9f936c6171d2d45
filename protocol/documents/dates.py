"""Dates as cards write them: day and month may be unknown, and an impossible date is no date."""

import re
from datetime import date
from typing import Final

from protocol.documents.model import PartialDate

_YEAR = re.compile(r"([0-9]{4})\Z")
_DAY_FIRST = re.compile(r"([0-9]{2})([/.-]?)([0-9]{2})\2([0-9]{4})\Z")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")

# A passport is valid for ten years at most; 50 years each way leaves no doubt about the century.
_EXPIRY_WINDOW_YEARS: Final = 50


def parse_date(text: str) -> PartialDate | None:
    """Return the date of a card's field, or None when there is no such day.

    ``ddMMyyyy`` (also with ``/``, ``-`` or ``.`` between), ``yyyy-MM-dd`` or ``yyyy``; ``00`` says
    that the day, or the month, is unknown.
    """
    if match := _YEAR.match(text):
        return partial_date(int(match[1]), 0, 0)
    if match := _DAY_FIRST.match(text):
        return partial_date(int(match[4]), int(match[3]), int(match[1]))
    if match := _YEAR_FIRST.match(text):
        return partial_date(int(match[1]), int(match[2]), int(match[3]))
    return None


def partial_date(year: int, month: int, day: int) -> PartialDate | None:
    """Return the date in which 0 means unknown, or None when the calendar has no such date.

    A day without a month says nothing that can be used: only the year is kept.
    """
    try:
        date(year, month or 1, (day if month else 0) or 1)
    except (ValueError, OverflowError):
        return None
    if not month:
        return PartialDate(year)
    return PartialDate(year, month, day or None)


def earliest(when: PartialDate) -> date:
    """Return the first day that ``when`` may mean."""
    return date(when.year, when.month or 1, when.day or 1)


def surely_before(first: PartialDate, second: PartialDate) -> bool:
    """Say whether ``first`` is before ``second`` whatever the unknown parts are."""
    known_of_first = (first.year, first.month, first.day)
    known_of_second = (second.year, second.month, second.day)
    for one, other in zip(known_of_first, known_of_second, strict=True):
        if one is None or other is None:
            return False
        if one != other:
            return one < other
    return False


def birth_year_of(two_digits: int, month: int, day: int, today: date) -> int:
    """Return the full year of a birth date that shows two digits of it.

    The latest year that is not in the future. Somebody of a hundred years or more is read a century
    too young: the document does not tell, and staff see the face.
    """
    year = today.year - today.year % 100 + two_digits
    if (year, month, day) > (today.year, today.month, today.day):
        return year - 100
    return year


def expiry_year_of(two_digits: int, today: date) -> int:
    """Return the full year of an expiry date that shows two digits: the nearest to ``today``."""
    year = today.year - today.year % 100 + two_digits
    if year > today.year + _EXPIRY_WINDOW_YEARS:
        return year - 100
    if year < today.year - _EXPIRY_WINDOW_YEARS:
        return year + 100
    return year

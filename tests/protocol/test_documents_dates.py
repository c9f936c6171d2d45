"""Partial dates: read, ordered, and never a day that the calendar does not have."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.documents.dates import (
    birth_year_of,
    earliest,
    expiry_year_of,
    parse_date,
    partial_date,
    surely_before,
)
from protocol.documents.model import PartialDate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17081985", PartialDate(1985, 8, 17)),
        ("29022000", PartialDate(2000, 2, 29)),
        ("17-08-1985", PartialDate(1985, 8, 17)),
        ("17.08.1985", PartialDate(1985, 8, 17)),
        ("17/08-1985", None),
        ("31022000", None),
        ("29022001", None),
        ("32011985", None),
        ("00000000", None),
        ("170819855", None),
        ("17081985\n", None),
        ("١٧٠٨١٩٨٥", None),
        ("", None),
    ],
)
def test_a_date_is_read_or_is_none(text, expected):
    assert parse_date(text) == expected


@given(st.dates())
def test_every_day_of_the_calendar_is_read_in_both_orders(day):
    expected = PartialDate(day.year, day.month, day.day)

    assert parse_date(f"{day.day:02}{day.month:02}{day.year:04}") == expected
    assert parse_date(day.isoformat()) == expected
    assert str(expected) == day.isoformat()


@pytest.mark.parametrize(
    ("when", "text", "first_day"),
    [
        (PartialDate(1985), "1985", date(1985, 1, 1)),
        (PartialDate(1985, 8), "1985-08", date(1985, 8, 1)),
        (PartialDate(1985, 8, 17), "1985-08-17", date(1985, 8, 17)),
    ],
)
def test_a_partial_date_is_written_as_far_as_it_is_known(when, text, first_day):
    assert str(when) == text
    assert earliest(when) == first_day


@pytest.mark.parametrize(
    ("first", "second", "before"),
    [
        (PartialDate(1984), PartialDate(1985, 8, 17), True),
        (PartialDate(1985), PartialDate(1985, 8, 17), False),
        (PartialDate(1985, 7), PartialDate(1985, 8, 17), True),
        (PartialDate(1985, 8, 16), PartialDate(1985, 8), False),
        (PartialDate(1985, 8, 16), PartialDate(1985, 8, 17), True),
        (PartialDate(1985, 8, 17), PartialDate(1985, 8, 17), False),
        (PartialDate(1986), PartialDate(1985), False),
    ],
)
def test_before_is_said_only_when_it_is_sure(first, second, before):
    assert surely_before(first, second) is before


@given(st.integers(0, 99), st.integers(0, 12), st.integers(0, 28), st.dates(date(2000, 1, 1)))
def test_a_born_person_is_never_read_as_unborn_nor_older_than_a_hundred(year, month, day, today):
    full = birth_year_of(year, month, day, today)

    assert full % 100 == year
    assert (full, month, day) <= (today.year, today.month, today.day)
    assert today.year - full <= 100


@given(st.integers(0, 99), st.dates(date(2000, 1, 1), date(2199, 1, 1)))
def test_an_expiry_is_within_50_years(year, today):
    full = expiry_year_of(year, today)

    assert full % 100 == year
    assert abs(full - today.year) <= 50


@given(st.integers(), st.integers(0, 99), st.integers(0, 99))
def test_no_numbers_make_an_error(year, month, day):
    when = partial_date(year, month, day)

    assert when is None or when.year == year

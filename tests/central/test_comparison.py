"""What counts as a difference between our record and the Platform's, and what does not."""

from dataclasses import replace

import pytest
from factories.platforms import record

from central.domain.comparison import Difference, compare, compare_all

OURS = record()


@pytest.mark.parametrize(
    ("field", "theirs"),
    [
        ("visit", "another"),
        ("site", "phuoc-dai"),
        ("checked_in_at", "2026-11-22T01:02:05+00:00"),
        ("checked_in_at", "this morning"),
        ("number", "058185000999"),
        ("name", "Nguyễn Thị Mậu"),
        ("birth", "1985"),
        ("sex", "male"),
        ("nationality", "FRA"),
    ],
)
def test_a_field_that_differs_is_named_with_both_values(field, theirs):
    found = compare(OURS, replace(OURS, **{field: theirs}))

    assert found == [Difference(field, getattr(OURS, field), theirs)]


@pytest.mark.parametrize(
    ("field", "theirs"),
    [
        ("checked_in_at", "2026-11-22T08:02:03+07:00"),
        ("name", "NGUYỄN  THỊ MẪU"),
        ("document", "typed_number"),
    ],
)
def test_the_same_thing_said_otherwise_is_no_difference(field, theirs):
    assert compare(OURS, replace(OURS, **{field: theirs})) == []


def test_two_times_of_which_neither_can_be_read_are_compared_as_texts():
    odd = replace(OURS, checked_in_at="this morning")

    assert compare(odd, odd) == []


def test_a_time_without_a_zone_is_a_difference():
    theirs = replace(OURS, checked_in_at="2026-11-22T01:02:03.004")

    assert [difference.field for difference in compare(OURS, theirs)] == ["checked_in_at"]


def test_what_we_do_not_know_is_no_difference():
    ours = replace(OURS, name=None, birth=None, sex=None)

    assert compare(ours, OURS) == []


def test_a_time_that_the_centre_guessed_is_no_difference_from_an_earlier_guess():
    guessed = replace(OURS, time_guessed=True)
    theirs = replace(OURS, checked_in_at="2026-11-22T00:30:00+00:00", sex="male")

    assert [difference.field for difference in compare(guessed, theirs)] == ["sex"]


def test_what_the_platform_lacks_is_a_difference():
    assert compare(OURS, replace(OURS, birth=None)) == [Difference("birth", "1985-08-17", "")]


def test_none_and_two_records_are_each_a_difference_by_themselves():
    assert compare_all(OURS, [OURS]) == []
    assert compare_all(OURS, []) == [Difference("record", "1", "0")]
    assert compare_all(OURS, [OURS, OURS]) == [Difference("record", "1", "2")]


def test_of_two_records_every_field_is_named_once():
    wrong = replace(OURS, sex="male")

    assert [difference.field for difference in compare_all(OURS, [wrong, wrong])] == [
        "record",
        "sex",
    ]

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.domain.ticket import LAST, Count, next_count, number

TODAY = date(2021, 12, 1)
TOMORROW = date(2021, 12, 2)


def test_the_first_ticket_is_one():
    assert next_count(None, TODAY, clock_ok=True) == Count(TODAY, 1)


def test_tickets_of_a_day_count_on():
    assert next_count(Count(TODAY, 41), TODAY, clock_ok=True) == Count(TODAY, 42)


def test_a_new_day_begins_with_one():
    assert next_count(Count(TODAY, 41), TOMORROW, clock_ok=True) == Count(TOMORROW, 1)


def test_a_clock_put_right_at_noon_does_not_repeat_the_mornings_numbers():
    morning = next_count(None, date(2018, 1, 1), clock_ok=False)

    noon = next_count(morning, TODAY, clock_ok=True)

    assert (morning.value, noon) == (1, Count(TODAY, 2))


def test_a_clock_that_jumps_three_years_ahead_unsynchronised_counts_on():
    jumped = next_count(Count(TODAY, 41), date(2024, 12, 1), clock_ok=False)
    back = next_count(jumped, TODAY, clock_ok=True)

    assert [jumped.value, back.value] == [42, 43]


def test_a_power_cut_that_turns_the_clock_back_counts_on():
    woken = next_count(Count(TODAY, 41), date(2018, 1, 1), clock_ok=False)

    assert woken.value == 42


def test_a_day_that_went_back_and_came_again_counts_on():
    back = next_count(Count(TOMORROW, 5), TODAY, clock_ok=True)
    again = next_count(back, TOMORROW, clock_ok=True)

    assert [back.value, again.value] == [6, 7]


def test_the_day_after_an_untrusted_one_begins_with_one_once_a_trusted_day_passed():
    untrusted = next_count(Count(TODAY, 41), TODAY, clock_ok=False)
    trusted = next_count(untrusted, TOMORROW, clock_ok=True)
    next_day = next_count(trusted, TOMORROW + timedelta(days=1), clock_ok=True)

    assert [untrusted.value, trusted.value, next_day.value] == [42, 43, 1]


@pytest.mark.parametrize(
    ("value", "expected"), [(1, "A001"), (999, "A999"), (1000, "A1000"), (9999, "A9999")]
)
def test_a_number_is_the_devices_letter_and_at_least_three_digits(value, expected):
    assert number("A", Count(TODAY, value)) == expected


def test_after_the_last_number_comes_one_a_days_work_apart():
    assert next_count(Count(TODAY, LAST), TODAY, clock_ok=True) == Count(TODAY, 1)


@given(
    clocks=st.lists(
        st.tuples(st.integers(-1500, 1500), st.just(False)) | st.just((0, True)),
        min_size=2,
        max_size=60,
    )
)
def test_within_a_day_no_number_comes_twice_whatever_an_unbelieved_clock_says(clocks):
    """The day's true date is what a believed clock shows; an unbelieved one shows anything."""
    count, given_values = None, []
    for days_off, clock_ok in clocks:
        count = next_count(count, TODAY + timedelta(days=days_off), clock_ok=clock_ok)
        given_values.append(count.value)

    assert len(set(given_values)) == len(given_values)

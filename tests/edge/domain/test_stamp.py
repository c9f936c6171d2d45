"""An event's place in time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from edge.domain.stamp import Moment, day_of, last_day_to_drop, rfc3339


def test_a_wall_clock_is_written_in_utc_with_milliseconds() -> None:
    vietnam = timezone(timedelta(hours=7))

    assert rfc3339(datetime(2021, 12, 1, 7, 30, tzinfo=vietnam)) == "2021-12-01T00:30:00.000Z"


def test_a_clock_before_1970_counts_as_zero() -> None:
    moment = Moment(datetime(1901, 1, 1, tzinfo=UTC), "boot-1", 1, clock_ok=False)

    assert moment.wall_ms == 0


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2021-12-01T20:00:00Z", "2021-12-01"),
        ("2021-12-02T03:00:00+07:00", "2021-12-01"),
        ("next year", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_the_day_of_the_centres_clock(now: str, day: str | None) -> None:
    assert day_of(now) == day


def test_seven_full_days_are_kept() -> None:
    assert last_day_to_drop("2021-12-09") == "2021-12-01"


def test_the_beginning_of_the_calendar_drops_nothing() -> None:
    assert last_day_to_drop("0001-01-03") == ""

"""When a day has ended, for a machine whose clock is not always vouched for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge.domain.night import Day, Sure, look

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MIDNIGHT = datetime(2026, 11, 21, 17, tzinfo=UTC)  # at the site: the 22nd begins
HOUR_NS = 3600 * 10**9


class Machine:
    """Started at 14:00 of the 21st; hours are told from that midnight on."""

    def __init__(self, *, worked: float | None = None) -> None:
        self.day = Day()
        self.worked = worked

    def at(self, hour: float, *, sure: bool = False, worked: float | None = None) -> bool:
        """Look at an hour; return whether a day was told to have ended."""
        self.worked = self.worked if worked is None else worked
        clock = Sure(MIDNIGHT + timedelta(hours=hour), _running(hour)) if sure else None
        at_work = None if self.worked is None else _running(self.worked)
        self.day, over = look(self.day, clock, _running(hour), at_work, ZONE)
        return over


def _running(hour: float) -> int:
    return round((hour + 10) * HOUR_NS)


def test_a_day_ends_once_at_the_site_s_midnight():
    machine = Machine()

    assert [machine.at(hour, sure=True) for hour in (-1, -0.01, 0.01, 1, 23.9)] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert machine.at(24.1, sure=True)


def test_it_ends_at_midnight_also_for_whoever_works_over_it():
    machine = Machine()
    machine.at(-0.01, sure=True, worked=-0.01)

    assert machine.at(0.01, sure=True, worked=0.01)


def test_a_clock_that_was_sure_in_the_evening_tells_the_midnight_by_running_time():
    machine = Machine(worked=-5)
    machine.at(-4, sure=True)

    assert [machine.at(hour) for hour in (-0.01, 0.01, 7)] == [False, True, False]
    # Somebody unlocked the hub; late in the morning the clock is sure again.
    assert not machine.at(10, sure=True, worked=9.99)
    assert machine.at(24.01)


def test_a_clock_that_becomes_sure_while_people_work_ends_nothing():
    machine = Machine(worked=9.9)

    assert not machine.at(9.99)
    assert not machine.at(10, sure=True)


@pytest.mark.parametrize(("worked", "ends"), [(-0.5, True), (0.5, False)])
def test_a_clock_that_becomes_sure_at_night_ends_the_day_of_the_newest_work(worked, ends):
    machine = Machine(worked=worked)

    assert machine.at(1, sure=True) is ends
    assert not machine.at(1.1, sure=True)


def test_without_a_date_a_day_ends_after_a_rest_that_no_noon_is():
    machine = Machine(worked=-7)

    assert [machine.at(hour) for hour in (-3, -1.01, -1, 5)] == [False, False, True, False]
    assert not machine.at(10, worked=7)
    assert machine.at(13)


def test_a_day_that_ended_by_a_rest_does_not_end_again_with_the_date():
    machine = Machine(worked=-7)
    assert machine.at(-1)

    assert not machine.at(7, sure=True)


def test_without_a_date_nothing_ends_where_nobody_ever_worked_or_work_goes_on():
    machine = Machine()

    assert not machine.at(20)
    assert not any(machine.at(hour, worked=hour - 1) for hour in range(21, 50))

"""Paper that is keyed in late: the next day, across midnight, and while no clock is vouched for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from factories.queues import MORNING, Hall, facts

from edge.domain.queue.arriving import identify
from edge.domain.queue.commands import (
    CheckInAtDesk,
    DiscardVial,
    LetGo,
    OpenSession,
    OpenVial,
    RecordDose,
    RecordScreening,
    StartObservation,
)
from edge.domain.queue.figures import figures
from edge.domain.queue.visit import Phase, Visit
from protocol.site_events import VialDiscarded

DAY = "2026-11-22T"
OF_PAPER = {"visit": "v-paper", "staff": "nhap-1"}


def slip(**fields) -> CheckInAtDesk:
    usual = {**OF_PAPER, "event": "e-paper", "ticket": "GY012", "document": "cccd_2021"}
    when = {"source": "paper", "happened_at": f"{DAY}08:05:00+07:00"}
    return CheckInAtDesk(**usual | when | fields)


def key_in(hall: Hall, *, left: str = "09:05") -> Visit:
    """Key in who came at 08:05 and was vaccinated at 08:30."""
    given = f"{DAY}08:30:00+07:00"
    hall.do(slip())
    hall.do(RecordScreening(**OF_PAPER, conclusion="eligible", happened_at=given))
    hall.do(
        RecordDose(
            **OF_PAPER, vaccine="VX", lot="L1", dose_number=1, injector="tiem-1", happened_at=given
        )
    )
    hall.do(StartObservation(**OF_PAPER, happened_at=given))
    if left:
        hall.do(LetGo(**OF_PAPER, happened_at=f"{DAY}{left}:00+07:00"))
    return hall.visit("v-paper")


@pytest.fixture
def hall():
    hall = Hall()
    hall.come()
    return hall


def lines(hall: Hall) -> list[str]:
    return [visit.id for station in hall.state.lines for visit in hall.state.at_station(station)]


def test_a_day_later_two_written_times_say_that_observation_lasted(hall):
    hall.clock.advance(26 * 3600)

    visit = key_in(hall)

    assert (visit.phase, visit.left_early, visit.of_day) == (Phase.LEFT, False, "2026-11-22")
    assert facts(hall.rebuilt()) == facts(hall.state)


def test_while_no_clock_is_vouched_for_two_written_times_say_it_too(hall):
    hall.clock.set_wall(MORNING - timedelta(days=900), ok=False)
    hall.clock.reboot("boot-2")

    visit = key_in(hall)

    assert (visit.phase, visit.left_early, visit.of_day) == (Phase.LEFT, False, "")


@pytest.mark.parametrize("trusted", [True, False])
def test_who_left_too_soon_by_the_paper_needs_a_reason_and_left_early(hall, trusted):
    hall.clock.advance(26 * 3600)
    if not trusted:
        hall.clock.set_wall(MORNING, ok=False)
        hall.clock.reboot("boot-2")
    key_in(hall, left="")
    gone = {**OF_PAPER, "happened_at": f"{DAY}08:50:00+07:00"}

    refusal = hall.refused(LetGo(**gone))
    hall.do(LetGo(**gone, reason="work"))

    assert (refusal.reason, refusal.details["minutes"]) == ("observation_running", "10")
    assert hall.visit("v-paper").left_early
    assert hall.refused(LetGo(**gone)).reason == "has_left"


def test_a_slip_of_an_earlier_day_is_in_no_line_and_in_no_figure_of_this_one(hall):
    hall.clock.advance(26 * 3600)

    visit = key_in(hall, left="")

    assert not visit.is_open
    assert lines(hall) == []
    assert hall.state.open_visits() == 0
    counted = figures(hall.state)
    assert (counted.came, counted.left, counted.doses) == (0, 0, 0)


def test_an_earlier_day_is_known_by_what_staff_opened_where_no_clock_is(hall):
    hall.clock.set_wall(MORNING, ok=False)
    hall.clock.reboot("boot-2")
    hall.do(OpenSession(day="2026-11-23", staff="truong"))

    assert key_in(hall, left="").of_day == "2026-11-22"
    assert lines(hall) == []


def test_who_came_on_paper_yesterday_and_comes_today_is_not_here_twice(hall):
    hall.clock.advance(26 * 3600)
    hall.do(slip(person="a" * 64))
    today = hall.come(person="a" * 64)
    identify(hall.state, "v-paper", "b" * 64)

    assert (today.passed_over, today.duplicate_of) == (False, None)
    assert hall.visit("v-paper").person == "b" * 64
    assert lines(hall) == [today.id]


def test_a_number_of_yesterdays_paper_may_be_todays_too(hall):
    hall.clock.advance(26 * 3600)
    today = f"{DAY.replace('22', '23')}08:05:00+07:00"
    hall.do(slip(visit="v-today", event="e-today", happened_at=today))

    hall.do(slip())

    assert lines(hall) == ["v-today"]
    assert hall.refused(slip(visit="v", event="e", happened_at=today)).reason == "ticket_taken"


def test_what_was_keyed_in_before_midnight_can_be_finished_after_it(hall):
    hall.clock.advance(16 * 3600)
    hall.do(slip())
    hall.clock.advance(3600)
    hall.come()

    assert hall.ask(slip()) == []
    visit = key_in(hall)

    assert (visit.of_day, visit.phase, visit.left_early) == ("2026-11-22", Phase.LEFT, False)


def test_two_days_later_a_slip_that_was_keyed_in_is_not_a_second_visit(hall):
    key_in(hall)
    for _ in range(2):
        hall.clock.advance(24 * 3600)
        hall.come()

    assert hall.refused(slip()).reason == "checked_in_before"


def test_a_hall_without_a_day_takes_paper_as_its_own():
    hall = Hall()
    hall.clock.set_wall(MORNING, ok=False)

    hall.do(slip())

    assert lines(hall) == ["v-paper"]


VIAL = OpenVial(
    vial="K7MQ-1",
    vaccine="VX",
    lot="L1",
    doses=2,
    staff="tiem-1",
    expiry="2026-11-22",
    happened_at=f"{DAY}08:00:00+07:00",
)


def test_a_vial_of_paper_is_of_its_own_day_and_counts_the_doses_that_were_keyed_in_before_it(hall):
    hall.clock.advance(26 * 3600)
    hall.come()
    hall.do(slip())
    when = f"{DAY}08:30:00+07:00"
    dose = RecordDose(
        **OF_PAPER, vaccine="VX", lot="L1", dose_number=1, injector="tiem-1", happened_at=when,
        vial="K7MQ-1", seen=("not_screened", "vial_unknown"),
    )  # fmt: skip
    hall.do(dose)

    hall.do(VIAL)
    hall.do(replace(dose, seen=("not_screened", "dose_repeated")))

    vial = hall.state.vials["K7MQ-1"]
    assert (vial.given, vial.left, vial.from_day) == (2, 0, "2026-11-22")
    counted = figures(hall.state)
    assert (counted.doses, counted.from_vials, counted.from_vials_before) == (0, 0, 2)
    assert vial.opened_ms == hall.now_ms - int(25.5 * 3_600_000)
    assert hall.refused(VIAL).reason == "vial_known"


def test_what_was_thrown_away_has_the_papers_hour_and_a_time_that_is_none_is_refused(hall):
    hall.do(replace(VIAL, happened_at=""))
    thrown = DiscardVial(vial="K7MQ-1", doses=1, reason="broken", staff="tiem-1", event="d1")

    (planned,) = hall.do(replace(thrown, happened_at=VIAL.happened_at))

    assert isinstance(planned.body, VialDiscarded)
    assert planned.body.happened_at == VIAL.happened_at
    assert hall.refused(replace(thrown, event="d2", happened_at="8 giờ")).reason == "bad_value"
    assert hall.refused(replace(VIAL, vial="V2", happened_at="8 giờ")).reason == "bad_value"

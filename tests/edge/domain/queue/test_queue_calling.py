"""Who is called when: classes, families, appointments, and that nobody waits for ever."""

from datetime import timedelta

import pytest
from factories.queues import MORNING, Hall
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.domain.queue.appointment import is_kept, minutes_of
from edge.domain.queue.commands import (
    CallNext,
    CallNumber,
    Finish,
    Hold,
    LetGo,
    MarkMissed,
    Prioritise,
    Recall,
    Resume,
    SendBack,
    Transfer,
)
from edge.domain.queue.outcome import Refused
from edge.domain.queue.policy import Policy
from edge.domain.queue.stations import USUAL, Station, following, is_earlier
from edge.domain.queue.visit import Phase
from protocol.site_events import Held


def next_at(desk: str = "1", station: str = "reception") -> CallNext:
    return CallNext(station=station, desk=desk, staff="lan")


def call_all(hall: Hall) -> list[str]:
    """Call until nobody waits; every desk calls one."""
    tickets = []
    while not isinstance(hall.ask(next_at(f"{len(tickets)}")), Refused):
        tickets.append(hall.do(next_at(f"{len(tickets)}"))[0].body.ticket)
    return tickets


@pytest.fixture
def hall():
    return Hall()


def test_who_came_first_is_called_first(hall):
    for _ in range(3):
        hall.come()
        hall.clock.advance(1)

    assert call_all(hall) == ["A001", "A002", "A003"]


def test_a_class_goes_before_who_came_shortly_before_and_after_who_waits_longer(hall):
    hall.come(ticket="A001")
    hall.clock.advance(19 * 60)
    hall.come(ticket="A002")
    hall.clock.advance(2 * 60)
    hall.come(ticket="A003", priority="elderly")

    assert call_all(hall) == ["A001", "A003", "A002"]


def test_a_class_that_the_site_does_not_know_is_the_usual_one(hall):
    hall.come()
    hall.come(priority="of_a_later_version")

    assert call_all(hall) == ["A001", "A002"]


def test_a_child_with_its_guardian_goes_before(hall):
    hall.come()
    hall.clock.advance(60)
    hall.come(guardian=True, ticket="A010")

    assert call_all(hall) == ["A010", "A001"]


@given(
    ahead=st.integers(0, 4),
    flood=st.lists(st.sampled_from(["urgent", "pregnant", "elderly"]), min_size=40, max_size=40),
    per_call=st.integers(1, 3),
)
@settings(max_examples=40, deadline=None)
def test_whoever_floods_in_nobody_is_passed_over_for_ever(ahead, flood, per_call):
    hall = Hall()
    for _ in range(ahead):
        hall.come()
    hall.come(ticket="Z001")
    most = (ahead + 1) * (hall.policy.passed_over_most + 1)

    for called in range(1, most + 1):
        for kind in flood[called % 20 : called % 20 + per_call]:
            hall.come(priority=kind)
        if hall.do(next_at(str(called)))[0].body.ticket == "Z001":
            return
    raise AssertionError(f"not called within {most} calls")


def test_a_family_is_called_one_after_the_other(hall):
    helper = hall.come(ticket="A001")
    hall.come(ticket="A002")
    hall.clock.advance(300)
    hall.come(ticket="A003", companion_of=helper.id)

    assert call_all(hall) == ["A001", "A003", "A002"]


def test_a_family_goes_in_the_best_of_its_classes(hall):
    hall.come(ticket="A001")
    helper = hall.come(ticket="A002")
    old = hall.come(ticket="A003", companion_of=helper.id, priority="elderly")

    assert call_all(hall) == ["A002", "A003", "A001"]
    assert hall.state.family_of(hall.visit(old.id)) == [hall.visit(helper.id)]


def test_a_family_stays_together_at_the_next_station(hall):
    helper = hall.come(ticket="A001")
    child = hall.come(ticket="A002", companion_of=helper.id)
    other = hall.come(ticket="A003")
    for desk, visit in enumerate((helper, other, child)):
        number = CallNumber(visit=visit.id, station="reception", desk=str(desk), staff="lan")
        hall.do(number)
        hall.do(Finish(visit=visit.id, staff="lan"))
        hall.clock.advance(60)

    assert [v.ticket for v in hall.state.waiting("screening")] == ["A001", "A002", "A003"]


@pytest.mark.parametrize(
    ("slot", "minutes"),
    [
        ("08:00-09:30", (480, 570)),
        ("8h-9h", (480, 540)),
        ("8h30 – 9h", (510, 540)),
        ("07:15", (435, 435)),
        ("buổi sáng", None),
        ("", None),
    ],
)
def test_a_slot_is_read_as_lists_write_it(slot, minutes):
    assert minutes_of(slot) == minutes


@pytest.mark.parametrize(
    ("came", "kept"), [("07:29", False), ("07:30", True), ("09:15", True), ("09:16", False)]
)
def test_an_appointment_counts_with_some_tolerance(came, kept):
    hour, minute = map(int, came.split(":"))
    at = MORNING.replace(hour=hour, minute=minute)

    assert is_kept("08:00-09:00", at, Policy()) is kept


def test_who_keeps_the_appointment_goes_before_who_walked_in(hall):
    hall.come(ticket="A001")
    hall.clock.advance(5 * 60)
    hall.come(ticket="A002", appointment="08:00-09:00")
    hall.come(ticket="A003", appointment="06:00-07:00")

    assert call_all(hall) == ["A002", "A001", "A003"]


def test_nobody_is_late_by_a_clock_that_nobody_vouches_for(hall):
    hall.clock.set_wall(MORNING - timedelta(days=1000), ok=False)

    assert hall.come(appointment="20:00-21:00").appointment_kept


def test_a_slip_that_names_a_station_or_a_desk_leads_there():
    stations = (*USUAL[:4], Station("observation", "Theo dõi", "observation", ("Ghế 1",)))
    stations = (*stations[:3], Station("supplement", "Bổ sung", "data_entry", ("9",)), stations[4])
    hall = Hall(Policy(stations=stations))

    assert hall.come(desk="Bổ sung").station == "supplement"
    assert hall.come(desk="supplement").station == "supplement"
    at_nine = hall.come(desk="9")
    assert (at_nine.station, at_nine.to_desk) == ("supplement", "9")
    assert hall.come(desk="Bàn lạ").station == "reception"
    assert hall.come(desk="Ghế 1").phase is Phase.OBSERVING
    assert hall.do(next_at("1", "supplement"))[0].body.ticket == "A001"
    assert hall.do(next_at("2", "supplement"))[0].body.ticket == "A002"
    assert hall.refused(next_at("3", "supplement")).reason == "nobody_waiting"
    assert hall.do(next_at("9", "supplement"))[0].body.ticket == "A003"


def test_the_order_of_stations_is_that_of_the_list():
    assert following(USUAL, "reception").id == "screening"
    assert following(USUAL, "observation") is None
    assert following(USUAL, "gone") is None
    assert is_earlier(USUAL, "reception", "screening")
    assert not is_earlier(USUAL, "gone", "screening")


def test_a_desk_with_somebody_before_it_calls_nobody_else(hall):
    first, second = hall.come(), hall.come()
    hall.do(next_at())

    assert hall.refused(next_at()).details == {"ticket": "A001", "visit": first.id}
    number = CallNumber(visit=second.id, station="reception", desk="1", staff="lan")
    assert hall.refused(number).reason == "desk_busy"


def test_a_station_that_is_not_there_calls_nobody(hall):
    assert hall.refused(next_at(station="gone")).reason == "unknown_station"


def test_nothing_is_done_by_nobody(hall):
    assert hall.refused(CallNext(station="reception", desk="1", staff="")).reason == "staff_missing"


def test_a_number_is_called_where_it_waits_alone(hall):
    visit = hall.come()
    number = CallNumber(visit=visit.id, station="screening", desk="1", staff="lan")
    assert hall.refused(number).details["station"] == "reception"
    hall.do(next_at("2"))

    here = CallNumber(visit=visit.id, station="reception", desk="1", staff="minh")
    assert hall.refused(here).details == {"desk": "2", "by": "lan"}


def test_who_sits_in_observation_is_called_by_no_number(hall):
    visit = hall.come()
    hall.do(Transfer(visit=visit.id, to="observation", staff="lan"))

    number = CallNumber(visit=visit.id, station="observation", desk="1", staff="lan")
    assert hall.refused(number).reason == "not_waiting"


def test_who_does_not_come_is_missed_after_so_many_recalls(hall):
    visit = hall.come()
    hall.do(next_at())

    kinds = [type(hall.do(Recall(visit=visit.id, staff="lan"))[0].body).__name__ for _ in range(4)]

    assert kinds == ["Recalled", "Recalled", "Recalled", "Missed"]
    assert hall.visit(visit.id).phase is Phase.MISSED
    assert hall.refused(Recall(visit=visit.id, staff="lan")).reason == "not_called"
    assert hall.refused(MarkMissed(visit=visit.id, staff="lan")).reason == "not_called"


def test_who_is_held_keeps_the_place_and_who_was_missed_loses_some(hall):
    held, missed = hall.come(ticket="A001"), hall.come(ticket="A002")
    hall.do(Hold(visit=held.id, staff="lan", reason="toilet"))
    hall.do(next_at())
    hall.do(MarkMissed(visit=missed.id, staff="lan"))
    hall.clock.advance(3600)
    hall.come(ticket="A003")
    hall.clock.advance(60)
    hall.come(ticket="A004")
    hall.do(Resume(visit=missed.id, staff="lan"))
    hall.do(Resume(visit=held.id, staff="lan"))

    assert call_all(hall) == ["A001", "A002", "A003", "A004"]
    assert hall.visit(missed.id).entered_ms == hall.now_ms - 600_000


def test_only_who_waits_is_held_and_only_who_is_aside_comes_back(hall):
    visit = hall.come()
    assert hall.refused(Resume(visit=visit.id, staff="lan")).reason == "not_waiting"
    hall.do(Hold(visit=visit.id, staff="lan"))

    assert hall.refused(Hold(visit=visit.id, staff="lan")).reason == "not_waiting"


def test_staff_put_somebody_first_for_a_reason(hall):
    hall.come()
    late = hall.come(ticket="A002", appointment="08:00-09:00")
    order = {"visit": late.id, "staff": "lan"}

    assert (
        hall.refused(Prioritise(**order, priority="urgent", reason="")).reason == "reason_missing"
    )
    unknown = Prioritise(**order, priority="friend", reason="asked")
    assert hall.refused(unknown).reason == "unknown_class"
    hall.do(Prioritise(**order, priority="urgent", reason="faint"))
    assert [v.ticket for v in hall.state.waiting("reception")] == ["A002", "A001"]
    hall.do(Prioritise(**order, priority="", reason="well_again"))
    assert [v.ticket for v in hall.state.waiting("reception")] == ["A001", "A002"]


def test_a_person_is_sent_on_to_a_desk_and_back(hall):
    visit = hall.come()
    hall.do(Transfer(visit=visit.id, to="injection", to_desk="3", staff="lan"))

    assert hall.refused(next_at("1", "injection")).reason == "nobody_waiting"
    back = {"visit": visit.id, "staff": "lan"}
    assert hall.refused(SendBack(**back, to="gone", reason="x")).reason == "unknown_station"
    assert hall.refused(SendBack(**back, to="data_entry", reason="x")).reason == "not_earlier"
    assert hall.refused(SendBack(**back, to="screening", reason="")).reason == "reason_missing"
    hall.do(SendBack(**back, to="screening", reason="form_missing"))
    assert hall.visit(visit.id).station == "screening"
    assert hall.visit(visit.id).move_reason == "form_missing"


def test_a_visit_that_changed_meanwhile_says_what_and_by_whom(hall):
    visit = hall.come()
    hall.do(Hold(visit=visit.id, staff="minh"))

    refusal = hall.refused(Resume(visit=visit.id, staff="lan", version=visit.version))

    assert refusal == Refused(
        "changed_meanwhile", {"by": "minh", "what": "held", "version": "2", "ticket": "A001"}
    )
    assert hall.refused(Hold(visit="nobody", staff="lan")).reason == "unknown_visit"


@pytest.mark.parametrize("reason", ["x\0y", "x" * 20_000, "\ud800"])
def test_what_no_reader_would_take_is_not_journalled(hall, reason):
    visit = hall.come()

    assert hall.refused(Hold(visit=visit.id, staff="lan", reason=reason)).reason == "bad_value"


@pytest.mark.parametrize("reason", ["Bà Mẫu bị ngất", "ngất", "Nguyễn Thị Mẫu"])
def test_words_about_a_person_are_no_reason_and_are_not_journalled(hall, reason):
    visit = hall.come()
    about = {"visit": visit.id, "staff": "lan", "reason": reason}

    for command in (
        Hold(**about),
        Transfer(**about, to="screening"),
        SendBack(**about, to="reception"),
        Prioritise(**about, priority="urgent"),
        LetGo(**about),
    ):
        assert hall.refused(command).reason == "bad_value"


def test_what_an_older_device_wrote_as_a_reason_is_read_as_it_is(hall):
    visit = hall.come()
    hall.happen(
        Held(ticket="A001", station="reception", desk="1", staff="x", reason="chờ con"), visit.id
    )

    assert hall.visit(visit.id).hold_reason == "chờ con"

"""Where a day ends, and events that the queue does not know."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from factories.queues import MORNING, Hall, facts

from edge.domain.queue.apply import apply
from edge.domain.queue.commands import (
    CallNext,
    CloseSession,
    DiscardVial,
    LetGo,
    OpenSession,
    OpenVial,
    RecordDose,
    RecordReaction,
    StartObservation,
    Transfer,
)
from edge.domain.queue.day import opens, passing, trusted_date
from edge.domain.queue.doubts import unbalanced
from edge.domain.queue.visit import Phase
from protocol.events import Booted, encode_event
from protocol.site_events import (
    Arrived,
    Called,
    Finished,
    Held,
    SessionClosed,
    SessionOpened,
    Transferred,
    Vaccinated,
    VialDiscarded,
)

DAY = timedelta(days=1)
HOUR_MS = 3_600_000


@pytest.fixture
def hall():
    return Hall()


def today(hall: Hall) -> str:
    return trusted_date(hall.state, hall.moment())


def test_a_day_goes_over_at_the_sites_midnight_and_not_at_greenwichs(hall):
    hall.clock.set_wall(MORNING - timedelta(minutes=31), ok=True)
    hall.come()
    hall.clock.advance(3600)
    hall.come()
    assert (hall.state.day, len(hall.state.visits)) == ("2026-11-22", 2)

    hall.clock.advance(17 * 3600)
    hall.come()

    assert (hall.state.day, len(hall.state.visits)) == ("2026-11-23", 1)
    assert hall.state.previous == ("2026-11-22", 2)


def in_observation(hall: Hall) -> str:
    """Let somebody be vaccinated now; return their visit."""
    visit = hall.come().id
    hall.do(Transfer(visit=visit, to="observation", staff="lan"))
    dose = {"vaccine": "A", "lot": "L1", "dose_number": 1, "injector": "lan", "staff": "lan"}
    hall.do(RecordDose(visit=visit, seen=("not_screened",), **dose))
    hall.do(StartObservation(visit=visit, staff="lan"))
    return visit


def test_who_is_watched_at_midnight_stays_until_they_are_let_go(hall):
    hall.clock.advance(16 * 3600)
    hall.come()
    watched = in_observation(hall)
    hall.clock.advance(1799)
    hall.happen(Booted(software="test"))

    assert hall.state.day == "2026-11-22"
    hall.clock.advance(2)
    hall.happen(Booted(software="test"))

    assert (hall.state.day, list(hall.state.visits)) == ("2026-11-23", [watched])
    assert hall.do(RecordReaction(visit=watched, severity="severe", staff="lan"))
    hall.do(LetGo(visit=watched, staff="lan"))
    assert hall.visit(watched).phase is Phase.LEFT


def test_who_was_watched_long_ago_went_home_without_a_word(hall):
    in_observation(hall)
    hall.clock.advance(86_400)
    hall.happen(Booted(software="test"))

    assert hall.state.visits == {}


VIAL = OpenVial(vial="1-1", vaccine="VX", lot="L1", doses=6, staff="hoa")


def test_a_vial_that_nobody_emptied_stays_on_the_next_days_list_until_it_is_discarded(hall):
    visit = in_observation(hall)
    hall.do(VIAL)
    hall.do(replace(VIAL, vial="1-2"))
    hall.do(DiscardVial(vial="1-2", doses=6, reason="broken", staff="hoa"))
    hall.happen(
        Vaccinated(vaccine="VX", lot="L1", dose_number=1, injector="h", staff="h", vial="1-1"),
        visit,
    )
    hall.clock.advance(86_400)
    hall.happen(Booted(software="test"))

    (vial,) = hall.state.vials.values()
    assert (vial.id, vial.from_day, vial.doses, vial.given) == ("1-1", "2026-11-22", 5, 0)
    assert [each.id for each in unbalanced(hall.state)] == ["1-1"]
    hall.do(DiscardVial(vial="1-1", doses=5, reason="time_over", staff="hoa"))
    assert unbalanced(hall.state) == []
    assert hall.rebuilt().vials == hall.state.vials


def test_a_vial_that_was_seen_open_when_the_day_was_closed_is_not_listed_again(hall):
    hall.do(OpenSession(day="2026-11-22", staff="lan"))
    hall.do(VIAL)
    hall.do(CloseSession(staff="lan", seen=("vials_open",)))
    hall.do(OpenSession(day="2026-11-23", staff="lan"))

    assert hall.state.vials == {}


def test_an_open_vial_stays_for_one_day_more_and_no_longer(hall):
    hall.do(VIAL)
    for _ in range(2):
        hall.clock.advance(86_400)
        hall.happen(Booted(software="test"))

    assert hall.state.vials == {}


def test_another_day_that_staff_open_empties_the_whole_hall(hall):
    in_observation(hall)
    hall.do(OpenSession(day="2026-11-23", staff="lan"))

    assert hall.state.visits == {}


def test_a_day_that_no_clock_vouches_for_does_not_go_over(hall):
    hall.come()
    hall.clock.set_wall(MORNING + 400 * DAY, ok=False)
    hall.come()
    assert len(hall.state.visits) == 2

    hall.clock.set_wall(MORNING, ok=True)
    hall.come()

    assert (hall.state.day, len(hall.state.visits)) == ("2026-11-22", 3)


def test_the_first_trusted_date_names_the_day_and_empties_no_hall(hall):
    hall.clock.set_wall(MORNING - 400 * DAY, ok=False)
    hall.come()
    assert hall.state.day == ""

    hall.clock.set_wall(MORNING, ok=True)
    hall.come()

    assert (hall.state.day, len(hall.state.visits)) == ("2026-11-22", 2)


def test_a_date_that_goes_back_is_no_new_day_and_neither_is_the_way_forward(hall):
    hall.come()
    hall.clock.set_wall(MORNING - DAY, ok=True)
    hall.come()
    hall.clock.set_wall(MORNING, ok=True)
    hall.come()

    assert len(hall.state.visits) == 3


def test_staff_open_another_day_by_a_wrong_clock(hall):
    hall.clock.set_wall(MORNING - 400 * DAY, ok=False)
    hall.do(OpenSession(day="2026-11-22", staff="lan"))
    hall.come()
    assert (hall.state.day, hall.state.trusted_day) == ("2026-11-22", "")

    hall.do(OpenSession(day="2026-11-23", staff="lan"))

    assert (hall.state.day, len(hall.state.visits)) == ("2026-11-23", 0)
    hall.clock.set_wall(MORNING + DAY, ok=True)
    hall.come()
    assert (hall.state.day, len(hall.state.visits)) == ("2026-11-23", 1)


def test_tomorrow_that_was_opened_this_evening_does_not_begin_twice(hall):
    hall.do(OpenSession(day="2026-11-23", staff="lan"))
    hall.come()
    hall.clock.advance(24 * 3600)
    hall.come()

    assert len(hall.state.visits) == 2


def test_a_day_that_went_over_by_itself_is_journalled_once(hall):
    hall.come()
    hall.clock.advance(24 * 3600)
    ended = passing(hall.state, today(hall))
    assert ended == (
        SessionClosed(day="2026-11-22", open_visits=1),
        SessionOpened(day="2026-11-23"),
    )

    for body in ended:
        hall.happen(body)

    assert hall.state.session == "open"
    assert passing(hall.state, today(hall)) == ()
    assert facts(hall.rebuilt()) == facts(hall.state)


def test_a_check_in_that_began_the_day_leaves_its_journalling_for_later(hall):
    hall.come()
    hall.clock.advance(24 * 3600)
    hall.come()

    ended = passing(hall.state, today(hall))
    for body in ended:
        hall.happen(body)

    assert [type(body) for body in ended] == [SessionClosed, SessionOpened]
    assert len(hall.state.visits) == 1


def test_an_untrusted_clock_ends_no_day(hall):
    hall.come()
    hall.clock.set_wall(MORNING + 9 * DAY, ok=False)

    assert passing(hall.state, today(hall)) == ()


def test_a_closed_session_stays_closed_for_the_rest_of_its_day(hall):
    hall.do(CloseSession(staff="lan"))

    assert passing(hall.state, today(hall)) == ()
    assert hall.state.session == "closed"


def test_what_the_queue_does_not_know_changes_nothing(hall):
    hall.come()
    before = facts(hall.state)
    booted = hall.happen(Booted(software="x"))

    apply(hall.state, msgspec.structs.replace(booted, type="of_a_later_version"))
    apply(hall.state, msgspec.structs.replace(booted, type="called"))
    at_gone = {"ticket": "A001", "station": "gone", "desk": "1", "staff": "lan"}
    hall.happen(Called(**at_gone), "v00001")
    hall.happen(Called(**at_gone | {"station": "reception"}), "nobody")
    hall.happen(VialDiscarded(vial="V9", doses=1, reason="broken", staff="hoa"))
    gone = {"ticket": "A001", "station": "reception", "to": "gone", "staff": "lan"}
    hall.happen(Transferred(**gone), "v00001")
    hall.happen(Finished(**gone), "v00001")

    assert facts(hall.state) == before


def test_the_same_check_in_or_the_same_visit_again_changes_nothing(hall):
    arrived = Arrived(event="k-1", device="kiosk-0002", hlc="0" * 12 + "-0000", ticket="B001")
    hall.take(arrived, "v-1")

    hall.happen(arrived, "v-1")
    hall.happen(arrived, "v-2")
    hall.happen(msgspec.structs.replace(arrived, event="k-2"), "v-1")

    assert list(hall.state.visits) == ["v-1"]
    assert list(hall.state.arrivals) == ["k-1"]


def test_an_arrival_that_tells_no_visit_is_one_by_its_event(hall):
    hall.happen(Arrived(event="k-1", device="d", hlc="not a stamp", ticket="B001"))

    assert hall.visit("k-1").entered_ms == hall.now_ms


def test_a_dose_from_a_vial_that_nobody_opened_is_a_dose_all_the_same(hall):
    hall.come()
    dose = Vaccinated(vaccine="V", lot="L", dose_number=1, injector="h", staff="h", vial="V9")
    hall.happen(dose, "v00001")

    assert hall.visit("v00001").doses[0].vial == "V9"
    assert not hall.state.vials


def test_a_visit_that_was_finished_last_has_left(hall):
    visit = hall.come()
    hall.do(CallNext(station="reception", desk="1", staff="lan"))
    end = Finished(ticket="A001", station="reception", staff="lan")
    hall.happen(end, visit.id)

    assert hall.visit(visit.id).phase is Phase.LEFT
    assert not hall.state.at_station("reception")


def test_everybody_at_a_station_is_found_by_what_they_do(hall):
    hall.come()
    moved = hall.come()
    hall.do(Transfer(visit=moved.id, to="observation", staff="lan"))

    assert [v.id for v in hall.state.at_station("reception")] == ["v00001"]
    assert [v.id for v in hall.state.at_station("observation", Phase.OBSERVING)] == [moved.id]
    assert hall.state.at_station("reception", Phase.HELD) == []
    assert hall.state.at_station("gone") == hall.state.waiting("gone") == []


def test_an_entry_that_opens_a_day_is_found_among_the_others(hall):
    opened = encode_event(hall.happen(SessionOpened(day="2026-11-22", staff="lan")))
    named = hall.happen(Held(ticket="A", station="s", desk="", staff="x", reason="session_opened"))

    assert opens(opened) == "2026-11-22"
    assert opens(encode_event(named)) == opens(b"{}") == ""

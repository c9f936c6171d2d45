"""Screening, doses, vials, observation and leaving."""

from dataclasses import replace

import pytest
from factories.queues import MORNING, Hall, at_desk

from edge.domain.queue.commands import (
    CallNext,
    CloseSession,
    DiscardVial,
    EarlierDoses,
    Finish,
    LetGo,
    OpenSession,
    OpenVial,
    RecordDose,
    RecordReaction,
    RecordScreening,
    StartObservation,
    Transfer,
)
from edge.domain.queue.doubts import unbalanced
from edge.domain.queue.policy import Policy, Vaccine
from edge.domain.queue.stations import USUAL
from edge.domain.queue.visit import Phase
from edge.domain.stamp import rfc3339
from protocol.site_events import VialDiscarded, VialOpened

VX = Vaccine("VX", lots=("L1", "L2"), interval_days=28, doses=2)
VY = Vaccine("VY", lots=("M1",))
DOSE = RecordDose(
    visit="v00001", vaccine="VX", lot="L1", dose_number=1, injector="hoa", staff="lan"
)
VIAL = OpenVial(vial="V1", vaccine="VX", lot="L1", doses=2, staff="hoa", expiry="2027-01-01")


@pytest.fixture
def hall():
    hall = Hall(Policy(vaccines=(VX, VY)))
    hall.come()
    return hall


def screened(hall: Hall, conclusion="eligible"):
    hall.do(RecordScreening(visit="v00001", conclusion=conclusion, staff="minh"))


def at(hall: Hall, station: str):
    """Bring the person to a station and call them there."""
    hall.do(Transfer(visit="v00001", to=station, staff="lan"))
    if station != "observation":
        hall.do(CallNext(station=station, desk="1", staff="lan"))


def doubts(hall: Hall, **fields) -> list[str]:
    refusal = hall.refused(replace(DOSE, **fields))
    assert refusal.reason == "confirm_warnings"
    return refusal.details["warnings"].split(",")


def finish() -> Finish:
    return Finish(visit="v00001", staff="lan")


def let_go(reason: str = "completed", **fields) -> LetGo:
    return LetGo(visit="v00001", staff="hoa", reason=reason, **fields)


def test_a_whole_visit(hall):
    for station in USUAL[:3]:
        hall.do(CallNext(station=station.id, desk="1", staff="lan"))
        if station.kind == "screening":
            screened(hall)
        if station.kind == "injection":
            hall.do(DOSE)
        hall.do(finish())
    hall.do(CallNext(station="data_entry", desk="1", staff="lan"))
    kinds = [type(each.body).__name__ for each in hall.do(finish())]
    sitting = hall.visit("v00001")
    assert kinds == ["Finished", "ObservationStarted"]
    assert (sitting.phase, sitting.observed_minutes) == (Phase.OBSERVING, 30)

    hall.clock.advance(29 * 60 + 1)
    assert hall.refused(finish()).details["minutes"] == "1"
    hall.clock.advance(60)
    assert sitting.observation_done(hall.now_ms)
    hall.do(replace(finish(), certificate="printed"))

    gone = hall.visit("v00001")
    assert (gone.phase, gone.leave_reason, gone.left_early) == (Phase.LEFT, "completed", False)
    assert hall.refused(finish()).reason == "has_left"
    assert hall.refused(let_go()).reason == "has_left"


@pytest.mark.parametrize("conclusion", ["deferred", "to_hospital", "contraindicated"])
def test_who_may_not_be_injected_leaves_after_screening(hall, conclusion):
    at(hall, "screening")
    assert hall.refused(finish()).reason == "screening_missing"
    screened(hall, conclusion)

    hall.do(finish())

    gone = hall.visit("v00001")
    assert (gone.phase, gone.leave_reason, gone.station) == (Phase.LEFT, conclusion, "screening")


def test_nobody_is_finished_who_was_not_called(hall):
    assert hall.refused(finish()).reason == "not_called"


def test_the_injection_is_finished_with_a_dose(hall):
    screened(hall)
    at(hall, "injection")

    assert hall.refused(finish()).reason == "dose_missing"


def test_nobody_leaves_observation_early_without_a_reason(hall):
    screened(hall)
    hall.do(DOSE)
    at(hall, "observation")
    assert hall.refused(let_go()).details["minutes"] == "30"
    hall.do(StartObservation(visit="v00001", staff="hoa"))
    hall.clock.advance(600)
    assert hall.refused(let_go()).details["minutes"] == "20"
    assert hall.refused(let_go("")).reason == "reason_missing"

    hall.do(let_go("own_wish"))

    gone = hall.visit("v00001")
    assert (gone.left_early, gone.leave_reason, gone.changed_by) == (True, "own_wish", "hoa")


def test_observation_is_as_long_as_the_site_says_or_longer(hall):
    order = StartObservation(visit="v00001", staff="hoa")
    assert hall.refused(order).reason == "dose_missing"
    screened(hall)
    hall.do(DOSE)
    assert hall.refused(replace(order, minutes=15)).details == {"minutes": "30"}
    assert hall.refused(replace(order, minutes=20_000)).reason == "bad_value"
    hall.do(replace(order, minutes=60))
    hall.clock.advance(3600)
    hall.do(let_go())
    assert hall.refused(order).reason == "has_left"


def test_who_got_no_dose_leaves_for_a_reason(hall):
    assert hall.refused(let_go()).reason == "reason_missing"
    at(hall, "observation")
    assert hall.refused(finish()).reason == "reason_missing"
    hall.do(let_go("own_wish"))
    assert not hall.visit("v00001").left_early


def test_a_reaction_is_kept_with_its_sealed_note(hall):
    sealed = {"site": "s"}
    order = RecordReaction(visit="v00001", severity="mild", staff="hoa", event="r1", sealed=sealed)

    planned = hall.do(order)

    assert (planned[0].id, planned[0].sealed) == ("r1", sealed)
    assert hall.visit("v00001").reactions == ("mild",)


@pytest.mark.parametrize(
    "form",
    [
        RecordScreening(visit="v00001", conclusion="eligible", staff="minh", event="f1", version=1),
        RecordReaction(visit="v00001", severity="mild", staff="hoa", event="f1", version=1),
    ],
)
def test_a_form_that_a_page_sends_twice_is_written_once(hall, form):
    assert len(hall.do(form)) == 1

    assert hall.do(form) == []
    assert hall.refused(replace(form, event="f2")).reason == "changed_meanwhile"
    assert hall.refused(replace(form, visit="nobody")).reason == "unknown_visit"


def test_what_was_written_on_paper_counts_from_when_it_happened(hall):
    screened(hall)
    hall.do(DOSE)
    begun = rfc3339(MORNING)
    hall.clock.advance(40 * 60)
    hall.do(StartObservation(visit="v00001", staff="hoa", happened_at=begun))

    hall.do(let_go(happened_at=rfc3339(hall.clock.now())))

    assert not hall.visit("v00001").left_early


@pytest.mark.parametrize("when", ["yesterday", "2026-11-22T08:00:00", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_none_is_refused(hall, when):
    assert hall.refused(let_go("own_wish", happened_at=when)).reason == "bad_value"
    assert hall.refused(replace(at_desk(1), happened_at=when)).reason == "bad_value"


def test_a_dose_is_written_with_the_doubts_that_staff_saw(hall):
    found = doubts(hall, vaccine="VY", expiry="2026-11-21")
    assert found == ["not_screened", "lot_of_other_vaccine", "expired"]

    order = replace(DOSE, vaccine="VY", expiry="2026-11-21", seen=tuple(found))
    hall.do(order)

    assert hall.visit("v00001").doses[0].warnings == tuple(found)


def test_a_second_dose_in_one_visit_is_doubtful_and_a_correction_is_not(hall):
    screened(hall)
    hall.do(DOSE)
    event = hall.visit("v00001").doses[0].event
    assert doubts(hall) == ["dose_repeated"]

    hall.do(replace(DOSE, lot="L2", replaces=event))

    assert [dose.lot for dose in hall.visit("v00001").doses] == ["L2"]


def test_who_may_not_be_injected_and_a_vaccine_nobody_has_are_doubts(hall):
    screened(hall, "deferred")

    assert doubts(hall, vaccine="VZ", lot="Z9") == ["not_eligible", "vaccine_unknown"]


@pytest.mark.parametrize(
    "fields", [{"vaccine": ""}, {"lot": ""}, {"injector": ""}, {"expiry": "2026"}]
)
def test_a_dose_without_its_facts_is_refused(hall, fields):
    assert hall.refused(replace(DOSE, **fields)).reason == "bad_value"


def test_a_dose_number_out_of_range_is_refused(hall):
    screened(hall)

    assert hall.refused(replace(DOSE, dose_number=0)).reason == "bad_value"


@pytest.mark.parametrize(
    ("number", "earlier", "found"),
    [
        (2, EarlierDoses(1, 27), ["interval_too_short"]),
        (1, EarlierDoses(1, None), ["dose_number_unexpected"]),
        (3, EarlierDoses(2, 90), ["course_complete"]),
    ],
)
def test_earlier_doses_give_hints(hall, number, earlier, found):
    screened(hall)

    assert doubts(hall, dose_number=number, earlier=earlier) == found


def test_earlier_doses_that_fit_give_none(hall):
    screened(hall)
    planned = hall.ask(replace(DOSE, earlier=EarlierDoses(0, None)))
    unlisted = hall.ask(replace(DOSE, vaccine="VY", lot="M1", earlier=EarlierDoses()))

    assert planned[0].body.warnings == unlisted[0].body.warnings == ()


def test_without_a_list_of_vaccines_lots_are_compared_with_opened_vials():
    hall = Hall()
    hall.come()
    screened(hall)
    hall.do(VIAL)

    assert doubts(hall, vaccine="VY", earlier=EarlierDoses(1, 3)) == [
        "lot_of_other_vaccine",
        "dose_number_unexpected",
    ]
    assert hall.ask(replace(DOSE, vaccine="VZ", lot="Z9"))[0].body.warnings == ()


def test_a_vial_is_what_was_given_and_what_was_discarded(hall):
    screened(hall)
    hall.do(VIAL)
    hall.do(replace(DOSE, vial="V1"))
    event = hall.visit("v00001").doses[0].event
    assert hall.state.vials["V1"].left == 1
    discard = DiscardVial(vial="V1", doses=2, reason="broken", staff="hoa")
    assert hall.refused(discard).details == {"warnings": "more_than_opened"}

    hall.do(replace(discard, doses=1))

    assert unbalanced(hall.state) == []
    assert doubts(hall, vial="V1", replaces="", seen=("dose_repeated",)) == [
        "dose_repeated",
        "vial_empty",
    ]
    hall.do(replace(DOSE, vial="V1", replaces=event))
    assert hall.state.vials["V1"].given == 1
    hall.do(replace(discard, seen=("more_than_opened",)))
    assert [vial.left for vial in unbalanced(hall.state)] == [-2]


def test_a_vial_that_is_not_there_or_another_vaccines_is_a_doubt(hall):
    screened(hall)
    hall.do(replace(VIAL, vial="V2", vaccine="VY", lot="M1"))
    hall.do(replace(VIAL, vial="V3", expiry="2026-11-21", seen=("expired",)))

    assert doubts(hall, vial="V9") == ["vial_unknown"]
    assert doubts(hall, vial="V2") == ["vial_of_other_vaccine"]
    assert doubts(hall, vial="V3") == ["expired"]


def test_a_vial_is_opened_once_with_what_stands_on_it(hall):
    hall.do(VIAL)

    assert hall.refused(VIAL).reason == "vial_known"
    new = replace(VIAL, vial="V2")
    assert hall.refused(replace(new, doses=0)).reason == "bad_value"
    assert hall.refused(replace(new, vial="")).reason == "bad_value"
    assert hall.refused(replace(new, expiry="soon")).reason == "bad_value"
    assert hall.refused(replace(new, vaccine="VZ", lot="")).details == {
        "warnings": "vaccine_unknown"
    }


def test_doses_are_discarded_of_a_vial_for_a_reason(hall):
    hall.do(VIAL)
    order = DiscardVial(vial="V1", doses=1, reason="broken", staff="hoa")

    assert hall.refused(replace(order, vial="V9")).reason == "unknown_vial"
    assert hall.refused(replace(order, reason="")).reason == "reason_missing"
    assert hall.refused(replace(order, doses=0)).reason == "bad_value"


def test_doses_that_are_discarded_twice_by_one_press_are_discarded_once(hall):
    hall.do(VIAL)
    order = DiscardVial(vial="V1", doses=1, reason="broken", staff="hoa", event="press-1")

    hall.do(order)
    again = hall.ask(order)
    hall.happen(VialDiscarded(vial="V1", doses=1, reason="broken", staff="hoa"), event="press-1")

    assert again == []
    assert hall.state.vials["V1"].discarded == hall.rebuilt().vials["V1"].discarded == 1
    hall.do(replace(order, event="press-2"))
    assert hall.state.vials["V1"].left == 0


def test_a_vial_of_the_day_before_is_a_doubt(hall):
    hall.do(VIAL)
    hall.clock.advance(86_400)
    hall.come()
    visit = list(hall.state.visits)[-1]
    hall.do(RecordScreening(visit=visit, conclusion="eligible", staff="minh"))

    refusal = hall.refused(replace(DOSE, visit=visit, vial="V1"))

    assert refusal.details == {"warnings": "vial_of_day_before"}


def test_a_day_is_closed_after_staff_saw_what_is_open(hall):
    hall.do(VIAL)
    close = CloseSession(staff="lan")

    refusal = hall.refused(close)
    assert refusal.details == {"warnings": "visits_open,vials_open"}
    hall.do(replace(close, seen=("visits_open", "vials_open")))

    assert hall.state.session == "closed"
    assert hall.do(close) == []
    hall.do(OpenSession(day="2026-11-22", staff="lan"))
    assert hall.state.session == "open"
    assert hall.do(OpenSession(day="2026-11-22", staff="lan")) == []
    assert hall.refused(OpenSession(day="today", staff="lan")).reason == "bad_value"
    assert list(hall.state.visits) == ["v00001"]


def test_an_empty_day_is_closed_at_once():
    hall = Hall()

    assert hall.do(CloseSession(staff="lan"))[0].body.open_visits == 0


@pytest.mark.parametrize("fields", [{"event": ""}, {"visit": ""}])
def test_a_check_in_without_ids_is_refused(hall, fields):
    assert hall.refused(replace(at_desk(1), **fields)).reason == "bad_value"


def test_a_check_in_is_one_of_its_visit_and_its_number(hall):
    again = replace(at_desk(1), visit="v00001")
    assert hall.refused(again).reason == "visit_known"
    assert hall.refused(at_desk(1, ticket="A001")).reason == "ticket_taken"
    hall.do(let_go("own_wish"))
    hall.do(at_desk(1, ticket="A001"))
    assert [each.phase for each in hall.state.with_ticket("A001")] == [Phase.WAITING, Phase.LEFT]
    assert hall.do(at_desk(1, ticket="A001")) == []


def test_a_vial_that_is_opened_once_more_in_the_book_stays_as_it_was(hall):
    hall.do(VIAL)
    hall.happen(VialOpened(vial="V1", vaccine="VX", lot="L2", doses=9, staff="lan"))

    assert (hall.state.vials["V1"].lot, hall.state.vials["V1"].doses) == ("L1", 2)

"""Complaints: the way of one as a pure machine, and as the database keeps it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import Journal, check_in, event, sealed, visit_id
from factories.wire import CENTRE_SEAL
from hypothesis import given
from hypothesis import strategies as st

from central.adapters.complaints_sql import SqlComplaints
from central.adapters.database import alarms
from central.adapters.visit_store import SqlProjection
from central.domain.accounts import Role
from central.domain.audit import Act
from central.domain.complaints import (
    Answered,
    Complaint,
    Escalated,
    HandedOver,
    Handover,
    Level,
    NotPossible,
    Reopened,
    State,
    Taken,
    apply,
    decide,
    in_order,
)
from central.ports.complaints import Complainant, Overtaken, Wanted
from central.services.projection import Projector
from protocol import events

LATE = AT + timedelta(hours=49)
CASE = Complaint("c1", "phuoc-dinh", "PA001", "dose_missing", "camera", AT)
NAME = "Nguyễn Thị Mẫu"
ROLES = {"xa": Role.COMMUNE, "tram": Role.SITE, "tinh": Role.PROVINCE}


def allowed(case, step, at=AT):
    return decide(case, step, ROLES.get(getattr(step, "by", "")), at)


def walk(*steps, at=AT):
    case = CASE
    for step in steps:
        case = apply(case, allowed(case, step, at), at)
    return case


def refusal(case, step, at=AT):
    with pytest.raises(NotPossible) as caught:
        allowed(case, step, at)
    return caught.value.code


def test_the_usual_way():
    case = walk(
        Taken("xa"), HandedOver("xa", "tram", Handover.NEEDS_SITE), Answered("tram", "Xong")
    )

    assert (case.state, case.owner, case.steps, case.answered_at) == (
        State.ANSWERED, "tram", 3, AT
    )  # fmt: skip
    assert walk(Taken("xa"), Answered("xa", "Xong"), Reopened("tinh")).owner == "tinh"


@pytest.mark.parametrize(
    ("steps", "wish", "code"),
    [
        ([], Reopened("xa"), "not_answered"),
        ([], Escalated(), "not_overdue"),
        ([Taken("xa")], Taken("xa"), "yours_already"),
        ([Taken("xa")], Taken("tinh"), "in_hands"),
        ([], HandedOver("tram", "x", Handover.AWAY), "not_yours"),
        ([Taken("xa")], HandedOver("tram", "x", Handover.AWAY), "not_yours"),
        ([Taken("tram")], HandedOver("xa", "tram", Handover.AWAY), "to_whom"),
        ([Taken("xa")], HandedOver("xa", "xa", Handover.AWAY), "to_whom"),
        ([Taken("xa")], HandedOver("xa", "", Handover.AWAY), "to_whom"),
        ([Taken("xa")], Answered("tram", "x"), "not_yours"),
        ([Taken("xa")], Answered("xa", "  "), "no_words"),
        ([Taken("xa")], Answered("xa", "x" * 2001), "no_words"),
        ([Taken("xa"), Answered("xa", "x")], Taken("tram"), "answered"),
        ([Taken("xa"), Answered("xa", "x")], Answered("xa", "y"), "answered"),
        ([Taken("xa"), Answered("xa", "x")], HandedOver("xa", "y", Handover.AWAY), "answered"),
    ],
)
def test_what_cannot_follow_is_named(steps, wish, code):
    assert refusal(walk(*steps), wish) == code


def test_what_is_overdue_goes_to_the_province_once_and_waits_for_somebody_there():
    case = walk(Taken("xa"), Escalated(), at=LATE)

    assert (case.level, case.owner, case.state) == (Level.PROVINCE, "", State.OPEN)
    assert refusal(case, Escalated(), LATE) == "not_overdue"


@pytest.mark.parametrize(
    ("steps", "wish", "code"),
    [
        ([], Taken("tram"), "above_you"),
        ([], Taken("xa"), "above_you"),
        ([], HandedOver("xa", "tram", Handover.AWAY), "not_yours"),
        ([Taken("tinh"), Answered("tinh", "x")], Reopened("tram"), "above_you"),
    ],
)
def test_what_went_to_the_province_comes_back_to_nobody_below_by_their_own_will(steps, wish, code):
    assert refusal(walk(Escalated(), *steps, at=LATE), wish, LATE) == code


def test_whoever_decides_who_has_what_gives_it_away_or_takes_it_with_a_reason():
    absent = walk(Taken("tram"), HandedOver("xa", "xa", Handover.AWAY))
    looked_at = walk(Escalated(), HandedOver("tinh", "tram", Handover.NEEDS_SITE), at=LATE)

    assert absent.owner == "xa"
    assert allowed(looked_at, Answered("tram", "x"), LATE)


@pytest.mark.parametrize(
    ("hours", "clock"), [(0, "fine"), (35.9, "fine"), (36, "soon"), (47.9, "soon"), (48, "overdue")]
)
def test_the_clock_of_48_hours(hours, clock):
    assert CASE.clock(AT + timedelta(hours=hours)) == clock
    answered = replace(CASE, state=State.ANSWERED, answered_at=AT + timedelta(hours=hours))
    assert answered.clock(LATE) == "done"
    assert replace(answered, answered_at=LATE).clock(LATE) == "late"


STEPS = st.lists(
    st.sampled_from(
        [Taken("a"), Taken("b"), HandedOver("a", "b", Handover.AWAY), Escalated(),
         Answered("a", "x"), Answered("b", "y"), Reopened("a")]
    ),
    max_size=12,
)  # fmt: skip


@given(STEPS, st.sampled_from([AT, LATE]))
def test_whatever_people_press_an_answered_case_has_an_answer_and_a_taken_one_an_owner(wishes, at):
    case = CASE
    for wish in wishes:
        try:
            case = apply(case, decide(case, wish, Role.PROVINCE, at), at)
        except NotPossible:
            continue
        assert (case.state is State.ANSWERED) == (case.answered_at is not None)
        assert case.owner or case.state is State.OPEN
        assert case.due_at == CASE.due_at


def test_a_worklist_begins_with_what_is_due_first_and_ends_with_what_is_done():
    done = replace(CASE, id="c0", state=State.ANSWERED, answered_at=AT)
    later = replace(CASE, id="c2", opened_at=AT + timedelta(hours=1))

    assert [each.id for each in in_order([done, later, CASE], AT)] == ["c1", "c2", "c0"]


@pytest.fixture(params=DATABASES)
def books(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.fixture
def store(books):
    return SqlComplaints(books)


def alarmed(engine):
    with engine.connect() as connection:
        open_ones = sa.select(alarms.c.detail).where(alarms.c.cleared_at.is_(None))
        return sorted(connection.scalars(open_ones))


def test_an_alarm_is_of_one_complaint_however_many_bear_its_number(books, store):
    act = Act("tinh", "province", "complaint_taken", "complaint:c1")
    twin = replace(CASE, id="c2", opened_at=AT + timedelta(days=1))

    def step(*steps):
        for one in steps:
            case = store.case("c1")
            store.step(case, apply(case, one, LATE), one, act, LATE)

    for case in (CASE, twin):
        store.add(case, Complainant(words="x"), act, AT)
    store.step(twin, apply(twin, Escalated(), LATE), Escalated(), act, LATE)

    step(Escalated(), Taken("tinh"), Answered("tinh", "x"))
    assert alarmed(books) == ["c2"]
    step(Reopened("tinh"))
    assert alarmed(books) == ["c1", "c2"]
    step(Answered("tinh", "y"))
    assert alarmed(books) == ["c2"]


def test_of_two_who_press_at_once_one_is_told_so(store):
    act = Act("xa", "commune", "complaint_taken", "complaint:c1")
    store.add(CASE, Complainant(name=NAME, words="x"), act, AT)
    [before] = store.cases(Wanted(), 10)
    store.step(before, apply(before, Taken("xa"), AT), Taken("xa"), act, AT)

    with pytest.raises(Overtaken):
        store.step(before, apply(before, Taken("b"), AT), Taken("b"), act, AT)

    assert store.case("c1").owner == "xa"
    assert store.cases(Wanted(sites=frozenset({"elsewhere"})), 10) == []
    assert store.cases(Wanted(owner="xa", state="taken", level="commune"), 10)[0].steps == 1
    assert len(store.overdue(AT)) == 1


def test_a_desks_complaint_leads_to_the_arrival_that_it_is_about(books, store):
    body = events.ComplaintOpened(subject="other", ticket="PA013", source="desk")
    nobody = events.Identity(document="without_number", number=None, words="Số thứ tự A001")
    of_somebody = sealed(event(2, body, visit=visit_id(1)), nobody)
    at_a_kiosk = sealed(event(3, body, visit=visit_id(9)), nobody)
    Journal(books).add(check_in(1), of_somebody, at_a_kiosk)
    Projector(SqlProjection(books), CENTRE_SEAL).step()
    act = Act("xa", "commune", "complaint_read", "complaint:1")

    who, _ = store.whole(of_somebody.id, act, AT)
    other, _ = store.whole(at_a_kiosk.id, act, AT)

    assert (who.name, who.words, who.visit, who.ticket) == (
        "", "Số thứ tự A001", visit_id(1), "A001"
    )  # fmt: skip
    assert (other.words, other.visit) == ("Số thứ tự A001", "")

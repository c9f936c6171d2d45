"""Complaints: the way of one as a pure machine, and the pages of those who answer."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories import logins
from factories.dashboards import served
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import Journal, check_in, event, sealed, visit_id
from factories.logins import browser
from factories.waiting import wait_until
from factories.wire import CENTRE_SEAL
from hypothesis import given
from hypothesis import strategies as st

from central.adapters.audit_sql import SqlAudit
from central.adapters.complaints_sql import SqlComplaints
from central.adapters.database import alarms
from central.adapters.overview_sql import SqlOverview
from central.adapters.tables_people import audit
from central.adapters.visit_store import SqlProjection
from central.domain.accounts import Role
from central.domain.audit import Act, first_broken
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
from central.services.place_names import NoNames, PlaceNames
from central.services.projection import Projector
from protocol import events

LATE = AT + timedelta(hours=49)
CASE = Complaint("c1", "phuoc-dinh", "PA001", "dose_missing", "camera", AT)
NAME = "Nguyễn Thị Mẫu"
ROLES = {"xa": Role.COMMUNE, "tram": Role.SITE, "tinh": Role.PROVINCE}


class MovingClock:
    def __init__(self):
        self.at = AT + timedelta(minutes=30)

    def now(self):
        return self.at


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


@pytest.fixture
def engine(engine):
    body = events.ComplaintOpened(subject="dose_missing", ticket="PA013")
    who = events.Identity(
        document="cccd_2021", number="058185000123", name=NAME, birth="1985-08-17", sex="female",
        words="Thiếu mũi hai",
    )  # fmt: skip
    Journal(engine).add(sealed(event(1, body), who))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    return engine


@pytest.fixture
def clock():
    return MovingClock()


@pytest.fixture
def url(engine, clock):
    with served(SqlOverview(engine), engine=engine, clock=clock) as url:
        yield url


def first(client):
    return re.search(r'href="/complaints/([0-9a-f-]+)', client.get("/complaints").text)[1]


def acts(engine):
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(audit.c.what).order_by(audit.c.id)))


def test_from_the_kiosk_to_the_printed_answer_every_step_written_down(engine, url):
    with browser(url, "xa") as client:
        listed = client.get("/complaints").text
        assert "PA013" in listed
        assert NAME not in listed
        one = first(client)
        page = client.get(f"/complaints/{one}").text
        assert NAME in page
        assert "Thiếu mũi hai" in page
        client.post(f"/complaints/{one}/take", data={"steps": 0})
        form = {"steps": 1, "words": "Đã bổ sung mũi hai."}
        client.post(f"/complaints/{one}/answer", data=form)
        slip = client.get(f"/complaints/{one}/slip").text

    assert "PHIẾU TRẢ LỜI PHẢN ÁNH" in slip
    assert "Đã bổ sung mũi hai." in slip
    assert [what for what in acts(engine) if what != "logged_in"] == [
        "complaint_read", "complaint_taken", "complaint_answered", "complaint_read"
    ]  # fmt: skip
    assert first_broken(SqlAudit(engine).rows()) is None
    with engine.connect() as connection:
        written = str(connection.execute(sa.select(audit)).all())
    assert "Mẫu" not in written
    assert "058185000123" not in written


def test_nobody_reads_or_answers_a_complaint_of_other_sites(engine, url):
    with browser(url, "tinh") as province:
        one = first(province)
    with browser(url, "tram") as client:
        assert "PA013" not in client.get("/complaints").text
        assert client.get(f"/complaints/{one}").status_code == 404
        assert client.post(f"/complaints/{one}/take", data={"steps": 0}).status_code == 404
    with browser(url, "cntt") as client:
        assert client.get("/complaints").status_code == 403
    assert "complaint_read" not in acts(engine)


def test_it_is_given_to_those_alone_who_may_answer_it(url):
    with browser(url, "xa") as client:
        one = first(client)
        client.post(f"/complaints/{one}/take", data={"steps": 0})
        page = client.get(f"/complaints/{one}").text
        for to in (
            "tram",
            "cntt",
            "nobody",
            "a" * 300,
        ):  # of another site, without the right, no one
            form = {"steps": 1, "to": to, "reason": "away"}
            answer = client.post(f"/complaints/{one}/hand-over", data=form)
            assert "problem=to_whom" in answer.headers["location"]
        client.post(f"/complaints/{one}/hand-over", data={"steps": 1, "to": "tinh"})
        given = client.get(f"/complaints/{one}").text

    assert "<option>tinh</option>" in page
    assert "<option>tram</option>" not in page
    assert "tinh" in given.partition("<h2")[0]


def test_what_is_in_somebodys_hands_is_taken_by_nobody_without_a_reason(url):
    with browser(url, "xa") as client, browser(url, "tinh") as province:
        one = first(client)
        client.post(f"/complaints/{one}/take", data={"steps": 0})
        page = province.get(f"/complaints/{one}").text
        refused = province.post(f"/complaints/{one}/take", data={"steps": 1})
        form = {"steps": 1, "to": "tinh", "reason": "away"}
        province.post(f"/complaints/{one}/hand-over", data=form)
        taken = client.get(f"/complaints/{one}").text

    assert f"/complaints/{one}/take" not in page
    assert "Phản ánh đang do người khác phụ trách" in page
    assert "problem=in_hands" in refused.headers["location"]
    assert "tinh (đi vắng)" in taken
    assert f"/complaints/{one}/answer" not in taken


def test_whoever_was_slower_is_told_so(url):
    with browser(url, "xa") as client, browser(url, "tinh") as province:
        one = first(client)
        client.post(f"/complaints/{one}/take", data={"steps": 0})
        answer = province.post(f"/complaints/{one}/take", data={"steps": 0})

        assert "Người khác vừa làm" in province.get(answer.headers["location"]).text
        assert client.post(f"/complaints/{one}/dance", data={"steps": 0}).status_code == 404


def test_a_complaint_is_opened_at_the_centre(url):
    form = {"site": "phuoc-dinh", "subject": "other", "words": "Chờ lâu", "name": "Kator Thị Nháp"}
    with browser(url, "xa") as client:
        made = client.post("/complaints", data=form).headers["location"]
        assert "Kator Thị Nháp" in client.get(made).text
        assert client.post("/complaints", data=form | {"site": "phuoc-dai"}).status_code == 422
        assert client.post("/complaints", data=form | {"words": " "}).status_code == 422


class TwoSites(NoNames):
    """A registry with two sites."""

    def site_ids(self):
        return frozenset({"phuoc-dinh", "phuoc-dai"})


def test_a_complaint_of_a_site_that_is_not_is_refused_and_what_was_typed_stays(engine, clock):
    names = PlaceNames(TwoSites(), {"bac-ai": "Điểm tiêm Bác Ái"})
    desk = logins.complaints(engine, clock, names.has_site)
    form = {
        "site": "phuoc-din", "subject": "other", "words": "Chờ <lâu>", "name": "Kator Thị Nháp",
        "number": "058 185 000 123", "ticket": "A007",
    }  # fmt: skip
    with (
        served(SqlOverview(engine), engine=engine, clock=clock, complaints=desk) as url,
        browser(url, "tinh") as client,
    ):
        refused = client.post("/complaints", data=form)
        taken = [
            client.post("/complaints", data=form | {"site": site}).status_code
            for site in ("phuoc-dinh", "bac-ai")
        ]

    assert refused.status_code == 422
    assert "Không có điểm tiêm nào mang mã này" in refused.text
    for typed in ("phuoc-din", "Chờ &lt;lâu&gt;", "Kator Thị Nháp", "058 185 000 123", "A007"):
        assert typed in refused.text
    assert taken == [303, 303]
    assert PlaceNames().has_site("anywhere")


def test_after_48_hours_it_goes_to_the_province_with_an_alarm_that_ends_with_the_answer(
    engine, url, clock
):
    desk = logins.complaints(engine, clock)
    with browser(url, "xa") as client:
        client.post(f"/complaints/{first(client)}/take", data={"steps": 0})
    assert desk.escalate() == 0
    clock.at = LATE

    assert (desk.escalate(), desk.escalate()) == (1, 0)

    with browser(url, "tinh") as client:
        one = first(client)
        assert "▲ Quá hạn" in client.get("/complaints").text
        told = client.get("/api/summary").json()["alarms"]
        assert [(a["kind"], a["device"], a["detail"]) for a in told] == [
            ("complaint_overdue", "phuoc-dinh", one)
        ]
        assert f'href="/complaints/{one}"' in client.get("/").text
        with browser(url, "xa") as below:
            refused = below.post(f"/complaints/{one}/take", data={"steps": 2})
            assert "thuộc cấp tỉnh" in below.get(refused.headers["location"]).text
        client.post(f"/complaints/{one}/take", data={"steps": 2})
        client.post(f"/complaints/{one}/answer", data={"steps": 3, "words": "Xong"})
        wait_until(lambda: client.get("/api/summary").json()["alarms"] == [])
        assert "trễ hạn" in client.get("/complaints").text


def test_a_complaint_survives_a_rebuild_with_all_that_was_done(engine, url):
    with browser(url, "xa") as client:
        one = first(client)
        client.post(f"/complaints/{one}/take", data={"steps": 0})
    Projector(SqlProjection(engine), CENTRE_SEAL).rebuild()

    assert SqlComplaints(engine).case(one).owner == "xa"


@pytest.mark.parametrize("there", ["x", "%00", "a" * 300, "%27;--"])
def test_an_id_that_is_none_is_not_found(url, there):
    with browser(url, "tinh") as client:
        assert client.get(f"/complaints/{there}").status_code == 404

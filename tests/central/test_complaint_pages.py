"""The pages of those who answer complaints: who sees, takes, gives away and answers which."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories import logins
from factories.dashboards import served
from factories.devices import AT
from factories.facts import Journal, event, sealed
from factories.logins import browser
from factories.waiting import wait_until
from factories.wire import CENTRE_SEAL

from central.adapters.audit_sql import SqlAudit
from central.adapters.complaints_sql import SqlComplaints
from central.adapters.overview_sql import SqlOverview
from central.adapters.tables_people import audit
from central.adapters.visit_store import SqlProjection
from central.domain.audit import first_broken
from central.services.place_names import NoNames, PlaceNames
from central.services.projection import Projector
from protocol import events

NAME = "Nguyễn Thị Mẫu"
LATE = AT + timedelta(hours=49)


class MovingClock:
    def __init__(self):
        self.at = AT + timedelta(minutes=30)

    def now(self):
        return self.at


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

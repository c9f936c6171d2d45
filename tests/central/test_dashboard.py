"""The dashboard over HTTP: what it says, what it keeps apart, what it never shows."""

import json
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from factories.dashboards import ZONE, StandingClock, fill, served
from factories.devices import AT
from factories.facts import EPOCH
from factories.logins import browser
from sqlalchemy.exc import DataError

from central.adapters.database import journals, store_errors
from central.adapters.overview_sql import SqlOverview
from central.api.words import CODES, WORDS
from central.domain.figures import faults_said
from central.domain.records import RecordState
from central.ports import StoreUnavailable
from central.services import sharing
from central.services.dashboard import Dashboard


@pytest.fixture
def client(engine):
    with served(SqlOverview(engine), engine=engine) as url, browser(url) as client:
        yield client


@pytest.fixture
def busy(engine, client):
    fill(engine)
    return client


def test_the_page_keeps_provisional_and_reconciled_apart_and_labels_both(busy):
    page = busy.get("/").text

    assert '<dd data-figure="arrivals">21</dd>' in page
    assert '<dd data-figure="reconciled">14</dd>' in page
    assert page.index("Tạm tính") < page.index('data-figure="arrivals"') < page.index("Đã đối soát")
    assert page.index("Đã đối soát") < page.index('data-figure="reconciled"')


def test_the_page_is_vietnamese_first_and_english_on_request(busy):
    assert '<html lang="vi">' in busy.get("/").text
    assert "Provisional" in busy.get("/?lang=en").text
    assert busy.get("/?lang=xx").status_code == 422


def test_a_morning_on_which_nobody_came_yet_leads_to_the_day_before(client):
    page = client.get("/").text

    assert 'href="/levels?date=2026-11-21">Ngày trước 21/11' in page


def test_no_name_no_number_and_no_word_of_the_platform_leaves_the_centre(busy):
    shown = "".join(
        busy.get(path).text for path in ("/", "/figures", "/api/summary", "/api/visits")
    )

    assert "058185" not in shown
    assert "Mẫu" not in shown
    assert "1985-08-17" not in shown
    assert "N. T. M***" in shown


def test_the_page_names_every_ill(busy):
    page = busy.get("/").text

    assert "Danh tính không mở được" in page
    assert "giờ máy chưa chắc đúng" in page
    assert "ngày sinh" in page
    assert "Nền tảng không trả lời" in page
    assert "Quá hạn 24 giờ" in page
    assert "Bản tin bị cách ly: <b>1</b>" in page


def test_a_devices_fault_codes_are_shown_and_nothing_else_that_it_says(busy):
    devices = {row["device"]: row["faults"] for row in busy.get("/api/summary").json()["devices"]}

    assert devices == {"kiosk-0001": ["P01", "T01"], "kiosk-0002": []}
    assert "<b>P01</b>" in busy.get("/").text


@pytest.mark.parametrize("state", [None, b"", b"\xff", b"[]", b'{"faults": 3}', b'{"faults": [3]}'])
def test_a_state_that_cannot_be_read_shows_no_fault(state):
    assert faults_said(state) == ()


def test_an_empty_centre_says_so_in_words(client):
    page = client.get("/").text

    assert "Chưa có lượt nào hôm nay." in page
    assert "chưa có sự kiện nào" in page


def test_of_a_whole_country_the_page_lists_the_busiest_and_leads_to_the_rest(engine, busy):
    now = {"first_seen": AT, "last_seen": AT, "through": 0, "head": b"?" * 32, "epoch": EPOCH}
    rows = [{"device": f"kiosk-9{n:03d}", "site": f"a-{n:03d}", **now} for n in range(150)]
    with engine.begin() as connection:
        connection.execute(sa.insert(journals), rows)

    page = busy.get("/").text

    by_site = page.partition('id="by-site"')[2].partition("</section>")[0]
    assert by_site.count('<th scope="row">') == 100
    assert "phuoc-dinh" in by_site
    assert "phuoc-dai" in by_site
    assert 'và thêm 52 · <a href="/levels">' in by_site
    assert '<dd data-figure="arrivals">21</dd>' in page
    assert len(busy.get("/api/summary").json()["sites"]) == 152


def test_the_summary_is_json_for_programs(busy):
    summary = busy.get("/api/summary").json()

    sites = {site["site"]: (site["arrivals"], site["reconciled"]) for site in summary["sites"]}
    assert sites == {"phuoc-dai": (7, 6), "phuoc-dinh": (14, 8)}
    assert summary["states"]["overdue"] == 1
    assert summary["quarantined_messages"] == 1


def test_the_visits_of_another_day_can_be_asked_for(busy):
    assert len(busy.get("/api/visits").json()) == 21
    assert busy.get("/api/visits?date=2026-11-21").json() == []


@pytest.mark.parametrize("day", ["yesterday", "0001-01-01", "9999-12-31", "%00"])
@pytest.mark.parametrize("path", ["/", "/api/visits", "/api/summary"])
def test_a_day_that_cannot_be_is_refused(client, path, day):
    assert client.get(f"{path}?date={day}").status_code == 422


def test_every_answer_lets_the_browser_load_from_here_alone(busy):
    for path in ("/", "/api/summary", "/static/dashboard.js"):
        policy = busy.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")


def test_on_loopback_no_other_name_is_answered(client):
    answer = client.get("/api/visits", headers={"host": "evil.example"})

    assert answer.status_code == 400


def test_openapi_describes_every_list_and_no_page(client):
    paths = client.get("/openapi.json").json()["paths"]

    assert set(paths) == {
        "/api/summary",
        "/api/visits",
        "/api/liabilities",
        "/api/liabilities.csv",
        "/api/levels",
        "/api/lists/{name}",
        "/api/closing",
        "/api/closing/{site}",
    }


def test_a_database_that_is_away_is_said_in_words_and_asked_again_later(engine):
    class AwayReader:
        def overview(self, *_):
            raise StoreUnavailable("away")

        def visits(self, *_):
            raise StoreUnavailable("away")

    with served(AwayReader(), engine=engine) as url, browser(url) as client:
        answer = client.get("/api/summary")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "Cơ sở dữ liệu" in answer.json()["vi"]


def test_what_no_column_can_hold_is_said_to_be_so_and_is_no_failure(engine):
    class StrictReader(SqlOverview):
        def visits(self, *_):
            with store_errors():
                # As PostgreSQL says it of a NUL, of a text that is too long, of a number too large.
                raise DataError("SELECT", {}, psycopg.DataError("value of a person"))

    with served(StrictReader(engine), engine=engine) as url, browser(url) as client:
        answer = client.get("/api/visits")

    assert answer.status_code == 422
    assert answer.json()["error"] == "value_unusable"
    assert "person" not in answer.text


async def test_after_midnight_nobody_is_given_what_was_counted_of_the_day_before(
    engine, monkeypatch
):
    class Night:
        def __init__(self):
            self.at = AT.astimezone(ZONE).replace(hour=23, minute=59)

        def now(self):
            return self.at

    # Counting takes long, so that one answer serves for a while.
    monkeypatch.setattr(sharing, "LONG_SECONDS", 0.0)
    monkeypatch.setattr(sharing, "IDLE_FOR_EACH_SECOND", 1e6)
    clock = Night()
    dashboard = Dashboard(SqlOverview(engine), clock, ZONE)
    before = await dashboard.look()
    clock.at += timedelta(seconds=30)
    assert await dashboard.look() is before
    clock.at += timedelta(minutes=1)

    assert (await dashboard.look()).overview.day.start == before.overview.day.end


async def test_watchers_hear_of_a_change_and_of_nothing_else(engine):
    dashboard = Dashboard(
        SqlOverview(engine), StandingClock(), ZONE, interval_seconds=0.01, heartbeat_seconds=0.05
    )
    changes = dashboard.changes()
    first = await anext(changes)
    await dashboard.compare()
    assert await anext(changes) == first + 1
    await dashboard.compare()
    assert await anext(changes) is None

    fill(engine)
    await dashboard.compare()

    assert await anext(changes) == first + 2
    await dashboard.close()
    await changes.aclose()


def test_the_stream_is_server_sent_events(engine):
    with served(SqlOverview(engine), engine=engine) as url, browser(url) as client:
        answer = _first_event(client)

    assert json.loads(answer.removeprefix("event: changed\ndata: ")) == {"version": 0}


def _first_event(client):
    with client.stream("GET", "/events") as answer:
        return next(answer.iter_text()).strip()


def test_both_languages_have_the_same_words():
    assert WORDS["vi"].keys() == WORDS["en"].keys()
    assert CODES["vi"].keys() == CODES["en"].keys()
    assert {state.value for state in RecordState} <= CODES["vi"].keys()

"""The log-in of the centre's pages: who comes in, who stays out, and for how long."""

from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from factories import logins, web
from factories.carried_sheets import desk
from factories.dashboards import NOW, fill, served
from factories.logins import PASSWORD, browser, log_in
from factories.openapi import app_without_services

from central.adapters.accounts_sql import SqlAccounts
from central.adapters.overview_sql import SqlOverview
from central.adapters.platform_file import PlatformWorkbook
from central.adapters.tables_people import audit, web_sessions
from central.api.login import own_path

OPEN = {
    "/login",
    "/logout",
    "/health",
    "/metrics",
    "/login/oidc",
    "/login/oidc/callback",
    "/static",
}


class MovingClock:
    """Stands until a test moves it."""

    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at


@pytest.fixture
def clock():
    return MovingClock()


@pytest.fixture
def url(engine, clock):
    with served(SqlOverview(engine), engine=engine, clock=clock) as url:
        yield url


@pytest.fixture
def stranger(url):
    with browser(url, login=None) as client:
        yield client


def try_password(client, login, password):
    return client.post("/login", data={"login": login, "password": password})


def walk(routes):
    """Yield path and method of each route, however deep its router was put in."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from walk(inner.routes)
        else:
            yield from ((route.path, method) for method in getattr(route, "methods", None) or ())


def get_routes():
    """Return path and method of everything that the application answers, but for what is open."""
    found = set(walk(app_without_services().routes))
    return sorted((path, m) for path, m in found if path not in OPEN and m in {"GET", "POST"})


def test_nothing_but_the_log_in_is_open_to_strangers(engine, clock):
    routes = get_routes()
    more = {"platform_sheets": desk(engine, clock), "exported": PlatformWorkbook}
    with (
        served(SqlOverview(engine), engine=engine, clock=clock, **more) as url,
        browser(url, login=None) as stranger,
    ):
        answers = {
            (path, method): stranger.request(method, path.replace("{", "").replace("}", ""))
            for path, method in routes
        }

    assert len(routes) > 50
    assert {route: a.status_code for route, a in answers.items() if a.status_code != 401} == {}


def test_a_stranger_who_opens_a_page_is_led_to_the_log_in_and_back(stranger):
    answer = stranger.get("/audit?who=xa", headers={"accept": "text/html"})
    assert answer.headers["location"] == "/login?next=/audit%3Fwho%3Dxa"

    answer = stranger.post(
        "/login", data={"login": "tinh", "password": PASSWORD, "next": "/audit?who=xa"}
    )
    assert answer.headers["location"] == "/audit?who=xa"


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "/\\evil.example", "", "\n/x", "/a\r\nb"]
)
def test_the_log_in_leads_nowhere_else(there):
    assert own_path(there) == "/"


def test_the_cookie_is_for_no_script_and_the_database_does_not_hold_it(engine, stranger):
    answer = try_password(stranger, "tinh", PASSWORD)

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    with engine.connect() as connection:
        assert token not in connection.scalars(sa.select(web_sessions.c.key)).all()


def test_behind_https_the_cookie_goes_nowhere_else(engine):
    more = {"public_url": "https://tram.example"}
    with (
        served(SqlOverview(engine), engine=engine, **more) as url,
        httpx.Client(verify=False) as client,
    ):
        answer = client.post(
            f"{url}/login",
            data={"login": "tinh", "password": PASSWORD},
            headers={"origin": "https://tram.example", "host": "tram.example"},
        )

    assert answer.headers["set-cookie"].startswith("__Host-tram-centre=")
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("login", ["tinh", "khong-co-ai"])
def test_a_wrong_password_and_a_wrong_name_are_told_alike(stranger, login):
    answer = try_password(stranger, login, "sai")

    assert answer.status_code == 403
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert stranger.get("/api/summary").status_code == 401


def test_a_disabled_account_comes_in_no_more_and_what_was_open_ends(engine, url):
    with browser(url, "xa") as client:
        logins.keeping(engine).disable("xa", "operator")

        assert client.get("/api/summary").status_code == 401
        assert try_password(client, "xa", PASSWORD).status_code == 403


def test_whoever_guesses_waits_longer_and_longer(stranger, clock):
    for _ in range(4):
        try_password(stranger, "tinh", "sai")

    answer = try_password(stranger, "tinh", PASSWORD)
    assert answer.status_code == 429
    assert "Hãy thử lại sau" in answer.text

    clock.at += timedelta(seconds=3)
    assert try_password(stranger, "tinh", PASSWORD).status_code == 303


def test_a_log_in_ends_when_nothing_is_done_with_it(url, clock):
    with browser(url) as client:
        clock.at += timedelta(minutes=29)
        assert client.get("/api/summary").status_code == 200
        clock.at += timedelta(minutes=29)
        assert client.get("/api/summary").status_code == 200
        clock.at += timedelta(minutes=30)
        assert client.get("/api/summary").status_code == 401


def test_a_log_in_ends_after_half_a_day_whatever_is_done_with_it(url, clock):
    with browser(url) as client:
        for _ in range(35):
            clock.at += timedelta(minutes=20)
            assert client.get("/api/summary").status_code == 200
        clock.at += timedelta(minutes=20)
        assert client.get("/api/summary").status_code == 401


def test_logging_out_ends_the_log_in_at_the_centre_too(url):
    with browser(url) as client:
        kept = dict(client.cookies)
        client.post("/logout")

        assert client.get("/api/summary").status_code == 401
        assert web.get(f"{url}/api/summary", cookies=kept).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout", "/accounts"])
def test_no_other_page_makes_a_browser_change_anything(url, path, headers):
    with browser(url, "cntt") as client:
        assert client.post(path, headers=headers).status_code == 403


def test_without_an_origin_nothing_is_changed(url):
    assert web.post(f"{url}/login", data={"login": "tinh"}).status_code == 403


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("tinh", "/audit", 200),
        ("cntt", "/audit", 200),
        ("xa", "/audit", 403),
        ("tram", "/audit", 403),
        ("cntt", "/accounts", 200),
        ("tinh", "/accounts", 403),
        ("cong-an", "/api/summary", 403),
        ("cong-an", "/events", 403),
        ("tram", "/api/summary", 200),
    ],
)
def test_each_role_sees_what_it_answers_for(url, login, path, status):
    with browser(url, login) as client:
        assert client.get(path).status_code == status


def test_whoever_answers_for_some_sites_sees_those_alone(engine, url):
    fill(engine)
    with browser(url, "tram") as client:
        summary = client.get("/api/summary").json()
        visits = client.get("/api/visits").json()
        page = client.get("/").text

    assert [site["site"] for site in summary["sites"]] == ["phuoc-dai"]
    assert {visit["site"] for visit in visits} == {"phuoc-dai"}
    assert [device["device"] for device in summary["devices"]] == ["kiosk-0002"]
    assert sum(summary["states"].values()) == 7
    assert summary["quarantined_messages"] == 0
    assert "phuoc-dinh" not in page
    assert {row["device"] for row in summary["alarms"]} <= {"kiosk-0002"}


def test_a_commune_sees_the_sites_that_the_settings_give_it(engine, url):
    fill(engine)
    with browser(url, "xa") as client:
        assert [s["site"] for s in client.get("/api/summary").json()["sites"]] == ["phuoc-dinh"]


def test_health_is_answered_to_this_machine_and_to_no_proxy(stranger):
    assert stranger.get("/health").json() == {"status": "serving"}
    assert stranger.get("/health", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 404


def test_neither_health_nor_figures_come_through_a_proxy_that_does_not_say_for_whom(engine):
    more = {"public_url": "https://tram.example"}
    with served(SqlOverview(engine), engine=engine, **more) as url:
        for path in ("/health", "/metrics"):
            answers = [
                web.get(f"{url}{path}", headers=said)
                for said in ({}, {"host": "tram.example"}, {"host": "tram.example:443"})
            ]
            assert [one.status_code for one in answers] == [200, 404, 404]


def test_it_adds_accounts_and_disables_them_and_both_are_written_down(engine, url):
    form = {"login": "moi", "role": "site", "password": PASSWORD, "sites": "phuoc-dinh"}
    with browser(url, "cntt") as client:
        assert client.post("/accounts", data=form).status_code == 303
        assert client.post("/accounts", data=form | {"sites": ""}).status_code == 422
        assert client.post("/accounts", data=form | {"password": "ngan"}).status_code == 422
        with browser(url, "moi") as new:
            assert new.get("/api/summary").status_code == 200
        assert client.post("/accounts/disable", data={"login": "moi"}).status_code == 303
        assert "đã khóa" in client.get("/accounts").text

    with engine.connect() as connection:
        rows = connection.execute(sa.select(audit.c.who, audit.c.what, audit.c.record)).all()
    assert ("cntt", "account_added", "account:moi") in rows
    assert ("cntt", "account_disabled", "account:moi") in rows


def test_no_password_is_in_the_database(engine, url):
    assert {account.secret[:10] for account in SqlAccounts(engine).accounts()} == {"$argon2id$"}
    with browser(url), engine.connect() as connection:
        assert PASSWORD not in str(connection.execute(sa.select(audit)).all())


def test_a_new_log_in_ends_the_one_that_the_browser_held(url):
    with browser(url) as client:
        before = dict(client.cookies)
        log_in(client, "cntt")

        assert web.get(f"{url}/api/summary", cookies=before).status_code == 401

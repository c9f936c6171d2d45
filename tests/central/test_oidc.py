"""Logging in by an organisation: the whole way over http, and each lie on it."""

import asyncio
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from factories import logins, web
from factories.dashboards import served
from factories.devices import AT
from factories.logins import browser
from factories.oidc_provider import running_provider
from factories.waiting import until

from central.adapters.accounts_sql import SqlAccounts, SqlJourneys
from central.adapters.oidc_http import HttpOidc, OidcSettings
from central.adapters.overview_sql import SqlOverview
from central.adapters.tables_people import journeys
from central.api.server import listen
from central.ports import ProviderUnavailable
from central.ports.accounts import Journey
from central.services.claims import Claims
from central.services.door import MOST_ASKING, LoggedIn, TurnedAway


class Hands:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = AT

    def now(self):
        return self.at


ROLES = {"so-y-te": "province", "tram-y-te": "commune", "quan-tri": "it"}


@pytest.fixture
def provider():
    with running_provider() as provider:
        provider.claims = {"roles": ["so-y-te"]}
        yield provider


@pytest.fixture
def stranger(engine, provider):
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = OidcSettings(
        provider.url, provider.client_id, provider.secret, f"{url}/login/oidc/callback"
    )
    with closing(HttpOidc(settings)) as client:
        door = logins.door(engine, provider=client, claims=Claims(roles=ROLES))
        more = {"door": door, "port": port}
        with served(SqlOverview(engine), engine=engine, **more) as where:
            assert where == url
            with browser(url, login=None) as stranger:
                yield stranger


def way_back(stranger):
    """Go to the organisation's log-in and return where it sends the browser."""
    there = stranger.get("/login/oidc").headers["location"]
    return web.get(there).headers["location"]


def kept_journeys(engine):
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(journeys))


def log_in(stranger):
    return stranger.get(way_back(stranger)).headers["location"]


def test_whom_the_organisation_vouches_for_comes_in_with_the_role_that_it_names(stranger, engine):
    assert "/login/oidc" in stranger.get("/login").text

    assert log_in(stranger) == "/"

    assert stranger.get("/audit").status_code == 200
    [account] = [a for a in SqlAccounts(engine).accounts() if a.login.startswith("oidc:")]
    assert (account.name, account.role, account.secret) == ("Đổng Thị Tỉnh", "province", "")
    assert "u-17" not in account.login


def test_sites_come_with_the_claims_and_change_with_them(stranger, provider):
    provider.claims = {"roles": "tram-y-te", "tram_sites": ["phuoc-dai"]}
    assert log_in(stranger) == "/"
    assert stranger.get("/audit").status_code == 403
    provider.claims = {"roles": ["quan-tri", "la"], "tram_sites": None}
    assert log_in(stranger) == "/"
    assert stranger.get("/accounts").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"roles": None}, {"roles": []}, {"roles": ["la"]}, {"roles": {"a": 1}}, {"roles": 7},
        {"roles": "tram-y-te"},
    ],
)  # fmt: skip
def test_whoever_has_no_role_of_ours_or_no_place_is_not_let_in(stranger, provider, claims):
    provider.claims = claims

    assert log_in(stranger) == "/login?refused=no_role"
    assert "không cho biết vai trò" in stranger.get("/login?refused=no_role").text
    assert stranger.get("/api/summary").status_code == 401


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "http://127.0.0.1:1"}, {"aud": "somebody"}, {"aud": None}, {"exp": 1_700_000_000},
        {"exp": None}, {"nonce": "another"}, {"nonce": None}, {"azp": "somebody"}, {"sub": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_proves_nothing_lets_nobody_in(stranger, provider, lie):
    provider.claims |= lie

    assert log_in(stranger) == "/login?refused=refused"
    assert stranger.get("/api/summary").status_code == 401


@pytest.mark.parametrize("lie", [{"forged": True}, {"algorithm": "none"}, {"algorithm": "HS256"}])
def test_a_signature_of_somebody_else_lets_nobody_in(stranger, provider, lie):
    for name, value in lie.items():
        setattr(provider, name, value)

    assert log_in(stranger) == "/login?refused=refused"


def another_process(provider, url):
    """Return a door of another process of the same centre, behind the same address."""
    settings = OidcSettings(
        provider.url, provider.client_id, provider.secret, f"{url}/login/oidc/callback"
    )
    return HttpOidc(settings)


def test_the_way_back_may_end_at_another_process(stranger, engine, provider):
    back = way_back(stranger)
    own = str(stranger.base_url).rstrip("/")
    with closing(another_process(provider, own)) as client:
        door = logins.door(engine, provider=client, claims=Claims(roles=ROLES))
        with (
            served(SqlOverview(engine), engine=engine, door=door) as other,
            browser(other, login=None) as elsewhere,
        ):
            elsewhere.cookies.update(stranger.cookies)
            came = elsewhere.get(back.replace(own, other))
            assert came.headers["location"] == "/"
            assert elsewhere.get("/audit").status_code == 200

    # Once, wherever it ends.
    assert stranger.get(back).headers["location"] == "/login?refused=lost"


async def test_a_way_that_took_too_long_is_refused_and_forgotten(engine, provider):
    clock = Hands()
    with closing(another_process(provider, "http://127.0.0.1:1")) as client:
        door = logins.door(engine, clock, provider=client, claims=Claims(roles=ROLES))
        begun = await door.begin()
        [state] = parse_qs(urlsplit(begun.url).query)["state"]
        for minutes in (11, -2):
            clock.at = AT + timedelta(minutes=minutes)
            assert await door.finish(begun.carried, state, "code", "::1") == TurnedAway("lost")
    assert begun.carried not in repr(begun)


class Vouching:
    """An organisation that vouches for whoever comes back."""

    def begin(self, entropy):
        state, nonce, verifier = entropy
        return Journey(f"https://so.test/?state={state}", state, nonce, verifier)

    def finish(self, _journey, _code):
        return {"iss": "https://so.test", "sub": "1", "roles": ["so-y-te"]}


async def test_no_way_ends_twice_where_one_machine_s_clock_is_ahead(engine):
    clock = Hands()
    door = logins.door(engine, clock, provider=Vouching(), claims=Claims(roles=ROLES))

    async def end(begun):
        [state] = parse_qs(urlsplit(begun.url).query)["state"]
        return await door.finish(begun.carried, state, "code", "::1")

    clock.at = AT + timedelta(minutes=1)
    begun = await door.begin()
    clock.at = AT
    assert isinstance(await end(begun), LoggedIn)
    clock.at = AT + timedelta(minutes=10.5)
    # Whoever logs in lets go of ways that ended long ago.
    assert isinstance(await end(await door.begin()), LoggedIn)

    assert await end(begun) == TurnedAway("lost")


def test_whoever_asks_for_the_log_in_and_never_comes_back_leaves_nothing(stranger, engine):
    for _ in range(30):
        assert stranger.get("/login/oidc").status_code == 303
    assert kept_journeys(engine) == 0

    log_in(stranger)

    assert kept_journeys(engine) == 1


async def test_an_organisation_that_does_not_answer_holds_few_threads(engine):
    class Silent:
        def __init__(self):
            self.asked, self.answering = [], threading.Event()

        def begin(self, _entropy):
            self.asked.append(1)
            self.answering.wait(10)
            raise ProviderUnavailable("no answer")

    silent = Silent()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2 * MOST_ASKING))
    door = logins.door(engine, provider=silent, claims=Claims(roles=ROLES))
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(unanswered(door)) for _ in range(MOST_ASKING + 3)]
        await until(lambda: len(silent.asked) >= MOST_ASKING)
        await asyncio.to_thread(lambda: None)  # A thread is left for whoever needs one.
        assert len(silent.asked) == MOST_ASKING
        silent.answering.set()

    assert [one.result() for one in waiting] == ["no answer"] * (MOST_ASKING + 3)


async def unanswered(door):
    with pytest.raises(ProviderUnavailable) as raised:
        await door.begin()
    return str(raised.value)


def test_of_ways_that_ended_long_ago_nothing_is_kept(engine):
    store = SqlJourneys(engine)
    later = AT + timedelta(minutes=11)

    assert store.spend("a" * 64, AT, AT - timedelta(minutes=10))
    assert not store.spend("a" * 64, AT, AT - timedelta(minutes=10))
    assert store.spend("b" * 64, later, later - timedelta(minutes=10))

    assert not store.spent("a" * 64)
    assert kept_journeys(engine) == 1


def test_what_the_browser_carries_says_nothing_and_cannot_be_changed(stranger, provider):
    back = way_back(stranger)
    carried = stranger.cookies["tram-journey"]
    assert parse_qs(urlsplit(back).query)["state"][0] not in carried

    stranger.cookies.set("tram-journey", f"{carried[:-6]}AAAAAA", domain="127.0.0.1", path="/")

    assert stranger.get(back).headers["location"] == "/login?refused=lost"
    assert provider.tokens_given == 0


def test_a_code_works_once(stranger, provider):
    back = way_back(stranger)
    stranger.get(back)

    assert stranger.get(back).headers["location"] == "/login?refused=lost"
    assert provider.tokens_given == 1


def test_a_way_that_another_browser_began_is_refused(stranger, provider):
    back = way_back(stranger)
    stranger.cookies.clear()

    assert stranger.get(back).headers["location"] == "/login?refused=lost"
    assert provider.tokens_given == 0


@pytest.mark.parametrize("query", ["", "?state=x", "?state=&code=", "?state=%E2%82%AC&code=1"])
def test_a_way_back_that_nobody_went_is_refused(stranger, query):
    answer = stranger.get(f"/login/oidc/callback{query}")

    assert answer.headers["location"] == "/login?refused=lost"


def test_a_wrong_secret_is_the_organisations_refusal(stranger, provider):
    back = way_back(stranger)
    provider.secret = "another"

    assert stranger.get(back).headers["location"] == "/login?refused=refused"


def test_ways_back_that_fail_make_an_address_wait_and_passwords_go_on(stranger, provider):
    provider.claims = {"roles": ["la"]}
    said = [stranger.get("/login/oidc/callback?state=x").status_code for _ in range(12)]
    said += [log_in(stranger) for _ in range(10)]

    waiting = stranger.get(way_back(stranger))

    assert said == [303] * 12 + ["/login?refused=no_role"] * 10
    assert waiting.status_code == 429
    assert re.search(r"\d+ giây", waiting.text)
    assert provider.tokens_given == 10
    form = {"login": "tinh", "password": logins.PASSWORD}
    assert stranger.post("/login", data=form).headers["location"] == "/"


async def test_whoever_comes_in_waits_no_more(engine):
    clock = Hands()
    door = logins.door(engine, clock, provider=Vouching(), claims=Claims(roles=ROLES))

    async def end(state=None):
        begun = await door.begin()
        [own] = parse_qs(urlsplit(begun.url).query)["state"]
        return await door.finish(begun.carried, state or own, "code", "::1")

    for _ in range(10):
        assert await end("made-up") == TurnedAway("lost")
    assert await end() == TurnedAway("wait", 1)
    clock.at = AT + timedelta(seconds=1)
    assert isinstance(await end(), LoggedIn)

    assert await end("made-up") == TurnedAway("lost")


def test_a_description_of_another_issuer_is_not_believed(stranger, provider):
    provider.said_issuer = "https://evil.example"

    assert stranger.get("/login/oidc").headers["location"] == "/login?refused=provider"


def test_a_disabled_account_does_not_come_in_by_the_organisation(stranger, engine):
    log_in(stranger)
    [login] = [a.login for a in SqlAccounts(engine).accounts() if a.login.startswith("oidc:")]
    logins.keeping(engine).disable(login, "operator")

    assert log_in(stranger) == "/login?refused=no_role"


def test_where_no_organisation_is_set_up_there_is_no_such_way(engine):
    with served(SqlOverview(engine), engine=engine) as url, browser(url, login=None) as stranger:
        assert stranger.get("/login/oidc").status_code == 404
        assert stranger.get("/login/oidc/callback").status_code == 404
        assert "/login/oidc" not in stranger.get("/login").text

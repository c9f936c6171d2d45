"""Whatever is refused is said in the language of the page, in words for whoever reads them."""

import ast
from pathlib import Path

import pytest
from factories.dashboards import fill, served
from factories.facts import Journal, check_in
from factories.logins import browser
from factories.migrated import migrated_engine
from factories.wire import CENTRE_SEAL

import central
from central.adapters.overview_sql import SqlOverview
from central.adapters.visit_store import SqlProjection
from central.api.words_rows import plain_words
from central.ports import StoreUnavailable
from central.services.projection import Projector

CENTRAL = Path(central.__file__).parent
REACH_A_PAGE = {
    "AccountRefused", "SignatureRefused", "RoundRefused", "ListUnreadable", "MinutesError",
    "HTTPException",
}  # fmt: skip
# What programs alone are told.
FOR_PROGRAMS = {"bulk.py", "bulk_certificates.py"}
HTML = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = migrated_engine(tmp_path_factory.mktemp("refusals"))
    fill(engine)
    # Somebody who came twice: lists of repeats name people, too.
    Journal(engine, device="kiosk-0003").add(check_in(70), check_in(71))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def url(engine):
    with served(SqlOverview(engine), engine=engine) as url:
        yield url


def said_in(path: Path) -> list[str]:
    """Return what a file's refusals say; of what is put in only when it runs, a word of ours."""
    raised = (one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Raise))
    calls = (one.exc for one in raised if isinstance(one.exc, ast.Call))
    named = [one for one in calls if getattr(one.func, "id", "") in REACH_A_PAGE]
    return [text for one in named for text in map(written, one.args[-1:]) if text]


def written(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            state = "the round is" in ast.unparse(node)
            return "".join(written(one) or ("complete" if state else "7") for one in parts)
        case _:
            return ""


def test_every_refusal_that_reaches_a_page_has_vietnamese_words():
    folders = ("domain", "services", "adapters", "api")
    files = [one for name in folders for one in (CENTRAL / name).rglob("*.py")]
    said = {text for one in files if one.name not in FOR_PROGRAMS for text in said_in(one)}

    assert len(said) > 25
    assert {text for text in said if plain_words("vi", text) == text} == set()
    assert plain_words("en", "this role needs a site or a commune").startswith("this role")


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("vi", "tên đăng nhập có từ 2 đến 80 ký tự, không có dấu cách"),
        ("en", "a log-in name has 2 to 80 characters and no spaces"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_in_the_page_s_language(url, lang, wanted):
    wish = {"login": "hai chữ", "role": "province", "password": "mot-hai-ba-bon"}
    with browser(url, "cntt") as client:
        answer = client.post(f"/accounts?lang={lang}", data=wish)

    assert answer.status_code == 422
    assert wanted in answer.text
    assert 'value="hai chữ"' in answer.text
    assert '<option value="province" selected>' in answer.text
    assert "mot-hai-ba-bon" not in answer.text


def test_a_browser_is_answered_with_a_page_and_a_program_with_json(url):
    with browser(url, "tinh") as client:
        gone = client.get("/closing/batch/abc.pdf", headers=HTML)
        nowhere = client.get("/nowhere?lang=en", headers=HTML)
        wrong = client.get("/closing?date=hom-qua", headers=HTML)
        long = client.post("/complaints", data={"site": "x" * 99, "words": "?"}, headers=HTML)
        forbidden = client.post("/accounts/disable", data={"login": "xa"}, headers=HTML)
        told = client.get("/closing/batch/abc.pdf")
    with browser(url, None) as stranger:
        ended = stranger.post("/complaints", data={}, headers=HTML)

    assert (gone.status_code, told.status_code) == (404, 404)
    assert "không có tệp số liệu này" in gone.text
    assert "Đổng Thị Tỉnh" in gone.text
    assert told.json() == {"detail": "there is no such batch"}
    assert "There is no such page or entry." in nowhere.text
    assert "Not Found" not in nowhere.text
    assert (wrong.status_code, long.status_code) == (422, 422)
    assert "Thông tin gửi lên chưa dùng được." in wrong.text
    assert (forbidden.status_code, ended.status_code) == (403, 401)
    assert 'href="/login"' in ended.text


def test_a_page_that_waits_for_the_database_says_so_and_comes_again_by_itself(engine):
    class Away:
        def overview(self, *_: object):
            raise StoreUnavailable("away")

        visits = overview

    with served(Away(), engine=engine) as url, browser(url, "tinh") as client:
        page = client.get("/", headers=HTML)
        told = client.get("/api/summary")

    assert page.status_code == 503
    assert "Trung tâm đang không trả lời." in page.text
    assert 'http-equiv="refresh"' in page.text
    assert told.json()["error"] == "store_unavailable"


def test_whoever_keeps_the_machines_sees_figures_and_devices_and_no_person(url):
    with browser(url, "cntt") as client:
        page, part = client.get("/").text, client.get("/figures").text
        summary = client.get("/api/summary").json()
        visits = client.get("/api/visits")
    with browser(url, "tinh") as client:
        shown = client.get("/").text
        there = client.get("/api/summary").json()
        masked = {row["identity"] for row in client.get("/api/visits").json() if row["identity"]}
    names = masked | {row["name"] for row in there["repeats"]}

    assert names
    assert all(name in shown for name in masked)
    assert [name for name in names if name in page + part + str(summary)] == []
    assert visits.status_code == 403
    assert summary["repeats"] == []
    assert summary["sites"] == there["sites"]
    assert "kiosk-0001" in page

"""A television at a real hub: a desk's call in a second, a killed hub told and survived, nobody's name."""

import re
import time
from pathlib import Path

import httpx
import pytest
from factories.chromium import chromium
from factories.site_hubs import STAFF, SiteHub, hidden, running_hub
from factories.vaults import HEAD, HEAD_PASSWORD
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.system

CANARY = "Chamaléa Văn Thử"
NUMBER = "058200000015"
CARD = f"{NUMBER}||{CANARY}|17081985|Nam|Thôn Ma Hoa, Phước Đại, Bác Ái, Ninh Thuận|05052021"


def test_a_television_shows_a_call_survives_the_hub_and_names_nobody(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub, chromium() as browser:
        context = browser.new_context(
            ignore_https_errors=True, viewport={"width": 1920, "height": 1080}
        )
        page = context.new_page()
        said: list[str] = []
        page.on("response", lambda answer: said.append(str(answer.url)))
        page.goto(f"{hub.url}/board/enter")
        page.fill("input[name=code]", _board_code(hub))
        page.press("input[name=code]", "Enter")
        page.wait_for_selector("body[data-state=live]")
        with hub.logged_in(STAFF[0].login) as http:
            number = _check_in(http)
            _press_next(http)
            pressed = time.monotonic()
            expect(page.locator("#now .number")).to_have_text(number, timeout=30_000)
            assert time.monotonic() - pressed < 10

        stream = _stream(hub, {each["name"]: each["value"] for each in context.cookies()})
        hub.kill()
        page.wait_for_selector("body[data-state=stale]", timeout=60_000)
        expect(page.get_by_role("alert")).to_contain_text("SỐ LIỆU CŨ")
        hub.start()
        page.wait_for_selector("body[data-state=live]", timeout=30_000)
        expect(page.locator("#now .number")).to_have_text(number)
        shown = _shown(page)

    assert number in stream
    for secret in (CANARY, "Thử", NUMBER, "Ma Hoa", STAFF[0].login, STAFF[0].name):
        assert secret not in stream
        assert secret not in shown
        assert secret not in "".join(said)


def _board_code(hub: SiteHub) -> str:
    with hub.logged_in(HEAD.login, HEAD_PASSWORD) as http:
        page = http.post("/boards", data={"label": "Sảnh"}).text
    return page.partition('<p class="code">')[2].partition("</p>")[0]


def _check_in(http: httpx.Client) -> str:
    desk = http.get("/desk/reception/1").text
    read = http.post(
        "/desk/reception/1/read", data=hidden(desk, "read") | {"how": "code", "code": CARD}
    )
    form = hidden(read.text, "check-in") | {"then": "wait"}
    done = http.post("/desk/reception/1/check-in", data=form)
    assert done.status_code == 303, done.text
    slip = http.get(done.headers["location"]).text
    found = re.search(r'class="ticket-number">(\w+)<', slip)
    assert found is not None, slip
    return found[1]


def _press_next(http: httpx.Client) -> None:
    desk = http.get("/desk/reception/1").text
    done = http.post("/desk/reception/1/next", data=hidden(desk, "next"))
    assert done.status_code == 303, done.text


def _stream(hub: SiteHub, cookies: dict[str, str]) -> str:
    """Return the first message of a board's stream, as it crosses the network."""
    with (
        hub.browser() as http,
        http.stream("GET", "/board/events", cookies=cookies) as answer,
    ):
        text = ""
        for part in answer.iter_text():
            text += part
            if "event: board" in text and text.endswith("\n\n"):
                return text
    raise AssertionError(f"the stream ended: {answer.status_code}")


def _shown(page: Page) -> str:
    return page.content()

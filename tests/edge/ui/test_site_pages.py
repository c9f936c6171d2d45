"""The hub's pages over real https, from log-in to the list of staff."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from factories import doors, hub_pages
from factories.vaults import HEAD, HEAD_NAME, HEAD_PASSWORD, NURSE
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from edge.domain.staff import Role, Staff
from edge.ui.site.app import Link
from edge.ui.site.entry import BOARD_COOKIE, COOKIE, Entry
from edge.ui.site.pages import SitePages

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


@contextlib.asynccontextmanager
async def at_the_pages(
    folder: Path, *members, hub: doors.Hub | None = None
) -> AsyncIterator[tuple[doors.Hub, httpx.AsyncClient]]:
    hub = hub or doors.hub(*(members or (HEAD, NURSE)))
    async with hub_pages.served(hub, folder) as url, hub_pages.browser(folder, url) as browser:
        yield hub, browser


async def log_in(browser: httpx.AsyncClient, who=HEAD) -> httpx.Response:
    return await browser.post("/login", data={"login": who.login, "password": who.password})


async def test_a_page_asks_for_the_log_in_and_then_opens(tmp_path):
    async with at_the_pages(tmp_path) as (hub, browser):
        first = await browser.get("/")
        answer = await log_in(browser)
        home = await browser.get("/")

    assert (first.status_code, first.headers["location"]) == (303, "/login")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert home.status_code == 200
    assert HEAD.login in home.text
    assert not hub.site_keys.locked


async def test_a_desk_that_only_looks_for_news_is_logged_out_after_an_hour(tmp_path):
    async with at_the_pages(tmp_path) as (hub, browser):
        await log_in(browser)
        by_script = {"sec-fetch-dest": "empty"}
        hub.clock.advance(1800)
        news = await browser.get("/", headers=by_script)
        hub.clock.advance(1800)
        late = await browser.get("/", headers=by_script)

    assert (news.status_code, late.status_code) == (200, 401)


async def test_the_cookie_is_safe_from_scripts_and_other_pages(tmp_path):
    async with at_the_pages(tmp_path) as (_, browser):
        told = (await log_in(browser)).headers["set-cookie"]

    assert told.startswith(COOKIE + "=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure", "Max-Age=43200"} <= set(
        told.split("; ")
    )


@pytest.mark.parametrize("login", [HEAD.login, "nobody", "", "x" * 5000])
async def test_a_refusal_tells_nothing_more_than_that_it_is_wrong(tmp_path, login):
    async with at_the_pages(tmp_path) as (_, browser):
        answer = await browser.post("/login", data={"login": login, "password": "sai rồi sai"})

    assert answer.status_code == 403
    assert WRONG in answer.text
    assert "set-cookie" not in answer.headers
    assert "trưởng điểm tiêm đặt lại" in answer.text


async def test_the_page_says_how_long_to_wait(tmp_path):
    async with at_the_pages(tmp_path) as (_, browser):
        for _ in range(3):
            await browser.post("/login", data={"login": HEAD.login, "password": "sai rồi sai"})
        answer = await log_in(browser)

    assert "đợi 1 giây" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"host": "evil.example"},
    ],
)
async def test_other_pages_cannot_drive_the_hub(tmp_path, headers):
    async with at_the_pages(tmp_path) as (hub, browser):
        data = {"login": HEAD.login, "password": HEAD_PASSWORD}
        answer = await browser.post("/login", data=data, headers=headers)

    assert answer.status_code == 403
    assert hub.site_keys.locked


async def test_pages_cannot_be_framed_stored_or_scripted(tmp_path):
    async with at_the_pages(tmp_path) as (_, browser):
        headers = (await browser.get("/login")).headers

    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"


async def test_who_logged_out_is_out(tmp_path):
    async with at_the_pages(tmp_path) as (hub, browser):
        await log_in(browser)
        answer = await browser.post("/logout")
        after = await browser.get("/")

    assert answer.headers["location"] == "/login"
    assert after.status_code == 303
    assert hub.sessions.sessions() == []


async def test_who_logs_out_after_the_log_in_ended_comes_to_the_log_in(tmp_path):
    async with at_the_pages(tmp_path) as (hub, browser):
        await log_in(browser)
        await hub.door.log_out_everywhere(HEAD.login)
        answer = await browser.post("/logout")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


async def test_logging_out_everywhere_ends_other_browsers(tmp_path):
    async with (
        at_the_pages(tmp_path) as (_, here),
        hub_pages.browser(tmp_path, str(here.base_url).rstrip("/")) as there,
    ):
        await log_in(there)
        await log_in(here)
        await here.post("/logout", data={"everywhere": "yes"})
        after = await there.get("/")

    assert after.status_code == 303


async def test_whose_own_log_in_has_ended_is_told_that_the_others_go_on(tmp_path):
    async with (
        at_the_pages(tmp_path) as (hub, here),
        hub_pages.browser(tmp_path, str(here.base_url).rstrip("/")) as there,
    ):
        await log_in(here)
        await hub.door.log_out_everywhere(HEAD.login)
        await log_in(there)
        told = await here.post("/logout", data={"everywhere": "yes"})
        after = await there.get("/")

    assert told.status_code == 401
    assert "Chưa lưu: phiên đăng nhập đã hết." in told.text
    assert after.status_code == 200


async def test_without_a_log_in_nothing_is_changed(tmp_path):
    async with at_the_pages(tmp_path) as (_, browser):
        answer = await browser.post(f"/staff/{NURSE.login}/remove")

    assert answer.status_code == 401


async def test_whoever_sends_a_form_after_the_log_in_ended_is_told_that_it_can_be_sent_again(
    tmp_path,
):
    asked = [{}, {"sec-fetch-dest": "document"}, {"sec-fetch-dest": "empty"}]
    async with at_the_pages(tmp_path) as (_, browser):
        answers = [
            await browser.post("/staff", data={"login": "moi"}, headers=each) for each in asked
        ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert answers[0].text == answers[1].text
    assert "tải lại trang này (F5) để gửi lại" in answers[1].text
    assert 'href="/login" target="_blank"' in answers[1].text
    assert answers[2].text == ""


async def test_the_log_in_says_why_one_is_there_again(tmp_path):
    async with at_the_pages(tmp_path) as (hub, browser):
        first = (await browser.get("/login")).text
        await log_in(browser)
        inside = (await browser.get("/login")).text
        await hub.door.log_out_everywhere(HEAD.login)
        ended = (await browser.get("/login")).text

    assert "Phiên đăng nhập đã hết" in ended
    assert "Phiên đăng nhập đã hết" not in first + inside


async def test_staff_pages_are_for_the_head_alone(tmp_path):
    async with at_the_pages(tmp_path) as (hub, browser):
        await log_in(browser, NURSE)
        shown = await browser.get("/staff")
        removed = await browser.post(f"/staff/{HEAD.login}/remove")

    assert (shown.status_code, removed.status_code) == (403, 403)
    assert len(hub.staff.rows()) == 2


async def test_the_head_adds_resets_and_removes(tmp_path):
    new = {
        "login": "kham-1", "role": "screening", "name": "Kator Văn Khám", "password": "mười hai con cá",
    }  # fmt: skip
    async with at_the_pages(tmp_path) as (hub, browser):
        await log_in(browser)
        added = await browser.post("/staff", data=new)
        weak = await browser.post("/staff/kham-1/password", data={"password": "ngắn"})
        reset = await browser.post("/staff/kham-1/password", data={"password": "một câu dài hơn"})
        removed = await browser.post("/staff/kham-1/remove")
        last = await browser.post(f"/staff/{HEAD.login}/remove")

    assert "Đã thêm." in added.text
    assert "Kator Văn Khám" in added.text
    assert "ít nhất 10 ký tự" in weak.text
    assert "Đã đặt mật khẩu mới" in reset.text
    assert "Đã xóa" in removed.text
    assert "trưởng điểm tiêm duy nhất" in last.text
    types = [event.type for event in hub.events()]
    assert types == ["staff_signed_in", "staff_added", "staff_added", "staff_removed"]


async def test_ones_own_password_is_changed_on_the_page(tmp_path):
    async with at_the_pages(tmp_path) as (_, browser):
        await log_in(browser)
        asked = await browser.get("/password")
        wrong = await browser.post("/password", data={"before": "x", "after": "một câu dài hơn"})
        right = await browser.post(
            "/password", data={"before": HEAD_PASSWORD, "after": "một câu dài hơn"}
        )

    assert asked.status_code == 200
    assert "Mật khẩu hiện tại không đúng" in wrong.text
    assert "Đã đổi mật khẩu" in right.text


async def test_after_a_restart_the_page_opens_and_says_that_names_are_locked(tmp_path):
    async with at_the_pages(tmp_path) as (hub, browser):
        await log_in(browser)
        token = browser.cookies[COOKIE]
    async with at_the_pages(tmp_path, hub=hub.restarted()) as (_, browser):
        browser.cookies.set(COOKIE, token)
        home = await browser.get("/")
        staff = await browser.get("/staff")
        asked = await browser.get("/login")

    assert "Chưa hiện được họ tên" in home.text
    assert HEAD_NAME not in staff.text
    assert "hàng chờ vẫn chạy theo số" in asked.text


async def test_a_damaged_vault_is_told_on_the_page(tmp_path):
    hub = doors.hub()
    hub.vault.files["own"] = b"{}"
    async with at_the_pages(tmp_path, hub=hub) as (_, browser):
        asked = await browser.get("/login")
        answer = await log_in(browser)

    assert "Gọi bộ phận công nghệ thông tin" in asked.text
    assert "Gọi bộ phận công nghệ thông tin" in answer.text


async def test_a_board_is_let_in_by_its_code_and_cut_off_again(tmp_path):
    async with at_the_pages(tmp_path) as (hub, head):
        await log_in(head)
        made = await head.post("/boards", data={"label": "Sảnh chờ"})
        code = made.text.split('<p class="code">')[1].split("<")[0]
        async with hub_pages.browser(tmp_path, str(head.base_url).rstrip("/")) as tv:
            asked = await tv.get("/board/enter")
            wrong = await tv.post("/board/enter", data={"code": "aaaa-bbbb-cccc"})
            entered = await tv.post("/board/enter", data={"code": code.upper()})
        granted = hub.door.board(tv.cookies[BOARD_COOKIE])
        key = next(iter(hub.door.boards()))
        listed = await head.get("/boards")
        await head.post(f"/boards/{key}/remove")

    assert asked.status_code == 200
    assert "Mã không đúng." in wrong.text
    assert (entered.status_code, entered.headers["location"]) == (303, "/board")
    assert granted
    assert "Sảnh chờ" in listed.text
    assert code not in listed.text
    assert hub.door.boards() == {}


async def test_a_full_disk_is_told_when_a_board_is_added_or_removed(tmp_path):
    async with at_the_pages(tmp_path) as (hub, head):
        await log_in(head)
        await head.post("/boards", data={"label": "Sảnh chờ"})
        hub.sessions.full = True
        added = await head.post("/boards", data={"label": "Cổng"})
        key = next(iter(hub.door.boards()))
        removed = await head.post(f"/boards/{key}/remove")
        out = await head.post("/logout")

    assert "Máy chưa lưu được" in added.text
    assert "Máy chưa lưu được" in removed.text
    assert out.headers["location"] == "/login"


async def test_desks_add_their_routes_and_links(tmp_path):
    hub = doors.hub(HEAD, NURSE)
    hub_pages.write_hub_certificate(tmp_path, "127.0.0.1")
    await hub.door.open()
    entry = Entry(hub.door, SitePages(site_name="Trạm", device="kiosk-0001"))

    async def desk(_: Request, staff: Staff) -> Response:
        return PlainTextResponse(staff.login)

    async def board(_: Request) -> Response:
        return PlainTextResponse("board")

    more = [
        Route("/desk", entry.for_roles(desk, Role.INJECTION)),
        Route("/board", entry.for_boards(board)),
    ]
    links = [Link("/desk", "role.injection", (Role.INJECTION,))]
    app = hub_pages.site_app(hub, tmp_path, more, links)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://127.0.0.1", headers={"origin": "https://127.0.0.1"}
    ) as browser:
        outside = await browser.get("/board")
        stream = await browser.get("/board", headers={"sec-fetch-dest": "empty"})
        await log_in(browser, NURSE)
        home = await browser.get("/")
        at_desk = await browser.get("/desk")
        as_staff = await browser.get("/board")
        browser.cookies.clear()
        browser.cookies.set(BOARD_COOKIE, await hub.door.new_board("TV"))
        as_board = await browser.get("/board")
        nobody = await browser.get("/desk")

    assert outside.headers["location"] == "/board/enter"
    assert stream.status_code == 401
    assert home.headers["location"] == "/desk"
    assert at_desk.text == NURSE.login
    assert (as_staff.text, as_board.text) == ("board", "board")
    assert nobody.status_code == 303


async def test_only_what_the_certificate_names_is_an_address_of_the_hub(tmp_path):
    hub_pages.write_hub_certificate(tmp_path, "fe80::1", "phuoc-dinh-hub.local")
    hub = doors.hub()
    await hub.door.open()
    app = hub_pages.site_app(hub, tmp_path)

    async def opened(host: str) -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"https://{host}") as browser:
            return (await browser.get("/login")).status_code

    hosts = ["[fe80::1]:8446", "phuoc-dinh-hub.local:8446", "PHUOC-DINH-HUB.local", "192.0.2.1"]
    assert [await opened(host) for host in hosts] == [200, 200, 200, 403]

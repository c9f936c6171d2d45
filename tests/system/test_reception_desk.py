"""Reception in a browser, at a real hub: by keys alone, by two people at once, and with the hub away."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories import web
from factories.chromium import chromium
from factories.installations import kiosk
from factories.pictures import pictures
from factories.site_hubs import PASSWORD, SITE, STAFF, SiteHub, hidden, running_hub
from playwright.sync_api import Browser, Page, expect

from edge.adapters.keys_file import FileKeys
from edge.domain.stamp import Moment
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Installation

pytestmark = pytest.mark.system

PICTURES = pictures("desks")
MAU = "058155000123|264000456|Nguyễn Thị Mẫu|17081955|Nữ|Thôn 3, Phước Dinh|05052021"
THU = "058200000015||Chamaléa Văn Thử|29022000|Nam|Thôn Ma Hoa, Phước Đại|05052021"
GIA = "058185000124||Đổng Thị Giả|17081985|Nữ|Hưng Phú 1, Phan Rang|05052021"
PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def opened(
    browser: Browser, hub: SiteHub, desk: str, *, login: str = STAFF[0].login, **how: object
) -> Page:
    """Log in at a browser of its own and open a desk."""
    page = browser.new_context(
        ignore_https_errors=True, viewport={"width": 1280, "height": 900}, **how
    ).new_page()
    page.goto(f"{hub.url}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{hub.url}/desk/choose")
    page.goto(hub.url + desk)
    return page


def checked_in(hub: SiteHub, card: str, *, desk: str = "/desk/reception/2") -> str:
    """Check somebody in by plain forms, into the line of reception; return their visit."""
    with hub.logged_in(STAFF[0].login) as http:
        read = http.post(
            f"{desk}/read", data=hidden(http.get(desk).text, "read") | {"how": "code", "code": card}
        )
        form = hidden(read.text, "check-in") | {"then": "wait"}
        return http.post(f"{desk}/check-in", data=form).headers["location"].rpartition("/")[2]


def faults(page: Page) -> list[str]:
    return [each["id"] for each in Axe().run(page).response["violations"]]


def pictured(page: Page, name: str) -> None:
    # The number stays in sight while the page is scrolled: a whole page has it in its own place.
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def test_a_volunteer_checks_somebody_in_and_calls_them_by_keys_alone(
    hub: SiteHub, browser: Browser
) -> None:
    found = {}
    page = browser.new_context(
        ignore_https_errors=True, viewport={"width": 1280, "height": 900}
    ).new_page()
    page.goto(f"{hub.url}/login")
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type(STAFF[0].login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{hub.url}/desk/choose")
    found["choose"] = faults(page)
    page.keyboard.press("Enter")  # The first desk.
    page.wait_for_url(f"{hub.url}/desk/reception/1")
    expect(page.get_by_text("Chưa mời ai đến bàn này.")).to_be_visible()
    page.keyboard.press("F8")
    page.keyboard.insert_text(MAU)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Đúng người này không?")).to_be_visible()
    found["check in"] = faults(page)
    pictured(page, "reception-check-in-vi")
    page.keyboard.press("Tab")  # From the main button to "wait at this station".
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-number")).to_be_visible()
    number = page.locator(".ticket-number").inner_text()
    found["slip"] = faults(page)
    pictured(page, "reception-slip-vi")
    with page.expect_navigation():
        page.keyboard.press("F2")
    page.keyboard.press("F2")
    expect(page.locator(".ticket.mine")).to_contain_text(number)
    found["called"] = faults(page)
    pictured(page, "reception-vi")
    page.keyboard.press("F4")
    expect(page.get_by_text("Đã gọi lại.")).to_be_visible()
    page.keyboard.press("F9")
    expect(page.get_by_text("Chưa mời ai đến bàn này.")).to_be_visible()

    expect(page.locator("#said")).to_contain_text("Đã xong")
    assert {name: each for name, each in found.items() if each} == {}


def test_what_was_typed_stays_when_the_log_in_has_ended_meanwhile(
    hub: SiteHub, browser: Browser
) -> None:
    page = opened(browser, hub, "/desk/reception/1")
    page.locator("summary", has_text="Không có số căn cước").click()
    page.locator("form:has([name=why]) [name=name]").fill("Katơr Thị Quên")
    page.locator("form:has([name=why]) [name=why]").fill("để giấy ở nhà")
    page.context.clear_cookies()
    page.locator("form:has([name=why]) button").last.click()

    expect(page.get_by_text("Phiên đăng nhập đã hết.")).to_be_visible()
    expect(page.locator("form:has([name=why]) [name=name]")).to_have_value("Katơr Thị Quên")

    with page.context.expect_page() as opening:
        page.get_by_role("status").get_by_role("link", name="Đăng nhập").click()
    again = opening.value
    again.fill("[name=login]", STAFF[0].login)
    again.fill("[name=password]", PASSWORD)
    again.keyboard.press("Enter")
    again.wait_for_url(f"{hub.url}/desk/choose")
    page.locator("form:has([name=why]) button").last.click()
    expect(page.get_by_role("heading", name="Đúng người này không?")).to_be_visible()
    expect(page.get_by_text("Katơr Thị Quên")).to_be_visible()


def test_beside_a_refusal_it_is_said_too_that_the_log_in_has_ended(
    hub: SiteHub, browser: Browser
) -> None:
    page = opened(browser, hub, "/desk/reception/1")
    page.locator("form[data-action=read] [name=code]").fill("ABC")
    page.keyboard.press("Enter")
    expect(page.locator("#said .refused")).to_be_visible()
    page.context.clear_cookies()
    checked_in(hub, "058166000777||Pi Năng Thị Đến|01011966|Nữ|Thôn 2|05052021")

    expect(page.get_by_text("Phiên đăng nhập đã hết.")).to_be_visible()
    expect(page.locator("#said .refused")).to_be_visible()


def test_the_number_of_an_id_is_masked_until_it_is_pressed(hub: SiteHub, browser: Browser) -> None:
    visit = checked_in(hub, GIA)
    page = opened(browser, hub, f"/desk/reception/2?visit={visit}")

    expect(page.get_by_text("Đổng Thị Giả")).to_be_visible()
    expect(page.get_by_text("•••••••••124")).to_be_visible()
    expect(page.get_by_text("058185000124")).to_be_hidden()
    page.get_by_text("•••••••••124").click()
    expect(page.get_by_text("058185000124")).to_be_visible()


def test_in_english_a_number_is_typed_twice_a_passport_read_and_an_exception_named(
    hub: SiteHub, browser: Browser
) -> None:
    page = opened(browser, hub, "/desk/reception/2")
    page.get_by_role("button", name="English").click()
    page.get_by_text("Type the ID number").click()
    page.get_by_label("ID number, 12 digits").fill("058185000125")
    page.get_by_label("Once more").fill("058185000152")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "The two numbers differ. Look at each digit again."
    )
    expect(page.get_by_label("ID number, 12 digits")).to_have_value("058185000125")
    page.get_by_label("Once more").fill("058185000125")
    page.keyboard.press("Enter")
    expect(page.get_by_text("058185000125")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Passport", exact=True).click()
    page.get_by_label("The two lines at the foot of the passport's page").fill(PASSPORT)
    page.locator("details[open]").get_by_role("button", name="Read").click()
    expect(page.get_by_text("ANNA MARIA")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("No ID number", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Bà Mấu Thị Quên")
    page.get_by_label("Why there is no number").fill("lost in the flood")
    pictured(page, "reception-en")
    page.locator("details[open]").get_by_role("button", name="Read").click()
    page.get_by_role("button", name="straight on to").click()
    expect(page.locator(".ticket-number")).to_be_visible()
    number = page.locator(".ticket-number").inner_text()
    page.keyboard.press("F2")
    page.get_by_role("searchbox").or_(page.get_by_label("Find a number")).fill(number.lower())
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"No ID number; responsible: {STAFF[0].login}")).to_be_visible()
    expect(page.get_by_text("Khám sàng lọc · waiting")).to_be_visible()


def test_two_people_who_change_one_visit_see_what_the_other_wrote_and_lose_nothing(
    hub: SiteHub, browser: Browser
) -> None:
    visit = checked_in(hub, THU)
    mine = opened(browser, hub, f"/desk/reception/2?visit={visit}")
    mine.get_by_text("Cho đợi, chuyển trạm").click()
    mine.locator("[data-action=priority] [name=priority]").select_option("disability")
    mine.locator("[data-action=priority] [name=reason]").select_option("cannot_stand")
    with hub.logged_in("tiep-don-2") as http:
        page = http.get(f"/desk/reception/1?visit={visit}").text
        form = hidden(page, "hold") | {"reason": "family"}
        assert http.post("/desk/reception/1/hold", data=form).status_code == 303
    expect(mine.get_by_role("status")).to_contain_text("vừa được bàn khác cập nhật")
    expect(mine.locator("[data-action=priority] [name=reason]")).to_have_value("cannot_stand")
    mine.locator("[data-action=priority] button").press("Enter")
    expect(mine.get_by_role("heading", name="Có thay đổi trong lúc anh chị làm")).to_be_visible()
    expect(mine.get_by_role("alert")).to_contain_text("Katơr Thị Hàng vừa ghi: cho đợi ngoài hàng")
    found = faults(mine)
    pictured(mine, "conflict-vi")
    theirs, own = mine.locator(".beside section").all_inner_texts()
    mine.get_by_role("button", name="Vẫn ghi của tôi").click()
    expect(mine.get_by_text("Ưu tiên vì: Không đứng lâu được")).to_be_visible()

    assert "Chờ người nhà" in theirs
    assert "Không đứng lâu được" in own
    assert "Người khuyết tật" in own
    expect(mine.get_by_text("Đang đợi ngoài hàng vì: Chờ người nhà")).to_be_visible()
    assert found == []


def test_a_slip_of_another_kiosk_takes_in_a_visit_that_the_hub_never_heard_of(
    hub: SiteHub, browser: Browser
) -> None:
    other, stranger = _slips_of_others(hub)
    page = opened(browser, hub, "/desk/reception/1")
    page.keyboard.press("F3")
    page.keyboard.insert_text(stranger)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Mã này không phải do máy của điểm tiêm này")
    page.keyboard.press("F3")
    page.keyboard.insert_text(other)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="B077")).to_be_visible()
    expect(page.get_by_text("Khám sàng lọc · đang đợi")).to_be_visible()
    page.keyboard.press("F3")
    page.keyboard.insert_text(other[:-20])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("quét chưa hết")


def _slips_of_others(hub: SiteHub) -> tuple[str, str]:
    """Return the slip of a registered kiosk of the site, and one of a kiosk of elsewhere."""
    provisioner = open_provisioner(hub.directory)
    provisioner.issue_device(kiosk("kiosk-0002"))
    (hub.folder / "registry.cose").write_bytes((hub.directory / "registry.cose").read_bytes())
    elsewhere = hub.directory / "elsewhere"
    stranger = open_provisioner(elsewhere)
    stranger.init(Installation(broker_bind="127.0.0.1"))
    stranger.add_site(SITE, "Nơi khác")
    stranger.issue_device(kiosk("kiosk-0002"))
    printed = Moment(datetime.fromtimestamp(1_795_000_000, UTC), "boot", 1, clock_ok=True)
    slips = [
        FileKeys(root / "devices" / "kiosk-0002", day_key=bytes(32), software="test").sign_reentry(
            "B077", "01920000-0000-7000-8000-000000000077", "Khám sàng lọc", printed
        )
        for root in (hub.directory, elsewhere)
    ]
    return slips[0], slips[1]


def test_a_complaint_gets_a_number_and_the_same_press_opens_no_second_one(hub: SiteHub) -> None:
    visit = checked_in(hub, "058177000333||Nguyễn Thị Phản|01011977|Nữ|Thôn 1|05052021")
    with hub.logged_in(STAFF[0].login) as http:
        desk = "/desk/reception/1"
        form = hidden(http.get(f"{desk}?visit={visit}").text, "complain")
        nothing = http.post(f"{desk}/complain", data=form)
        opened_now = http.post(f"{desk}/complain", data=form | {"subject": "dose_missing"})
        again = http.post(f"{desk}/complain", data=form | {"subject": "dose_missing"})
        shown = http.get(opened_now.headers["location"]).text

    number = opened_now.headers["location"].rpartition("/")[2]
    assert nothing.status_code == 409
    assert number.startswith("PA")
    assert again.headers["location"] == opened_now.headers["location"]
    assert f'<p class="ticket-number">{number}</p>' in shown


def test_without_any_script_the_usual_action_works(hub: SiteHub, browser: Browser) -> None:
    checked_in(hub, "058170000777||Nguyễn Văn Giấy|01011970|Nam|Thôn 1|05052021")
    page = opened(browser, hub, "/desk/reception/2", java_script_enabled=False)
    expect(page.get_by_role("button", name="Mời số tiếp theo")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".ticket.mine")).to_be_visible()
    page.get_by_role("button", name="Xong, chưa mời ai").click()
    expect(page.get_by_text("Chưa mời ai đến bàn này.")).to_be_visible()


def test_staff_called_at_a_kiosk_are_asked_for_at_open_desks_until_somebody_is_there(
    hub: SiteHub, browser: Browser
) -> None:
    choosing = opened(browser, hub, "/desk/choose")
    page = opened(browser, hub, "/desk/reception/1")
    page.fill("[name=what]", "A0")
    web.post(f"http://127.0.0.1:{hub.ui}/touch/help")
    wanted = "Máy kiosk-0001 cần người, từ"
    call = page.get_by_role("alert").filter(has_text=wanted)
    expect(call).to_be_visible()
    expect(choosing.get_by_role("alert").filter(has_text=wanted)).to_be_visible()
    found = faults(page)
    page.get_by_role("button", name="Đã đến: máy kiosk-0001").click()

    expect(call).to_have_count(0)
    expect(page.locator("[name=what]")).to_have_value("A0")
    assert found == []


def test_what_was_typed_outlives_the_hub_and_is_counted_once_names_come_back_after_log_in(
    hub: SiteHub, browser: Browser
) -> None:
    visit = checked_in(hub, "058166000888||Pi Năng Thị Chờ|01011966|Nữ|Thôn 2|05052021")
    page = opened(browser, hub, f"/desk/reception/2?visit={visit}")
    page.get_by_text("Cho đợi, chuyển trạm").click()
    page.locator("[data-action=hold] [name=reason]").select_option("family")
    hub.kill()
    page.locator("[data-action=hold] button").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Những gì đã nhập vẫn còn đây")
    expect(page.locator("[data-action=hold] [name=reason]")).to_have_value("family")
    hub.start()
    expect(page.get_by_text("Đã cho đợi bên ngoài hàng")).to_be_visible(timeout=30_000)
    page.goto(f"{hub.url}/desk/reception/2?visit={visit}")

    expect(page.get_by_text("Tên trở lại sau khi có người đăng nhập")).to_be_visible()
    expect(page.get_by_text("Đang đợi ngoài hàng vì: Chờ người nhà")).to_be_visible()
    pictured(page, "reception-locked-vi")
    assert faults(page) == []
    with hub.logged_in(STAFF[0].login):
        expect(page.get_by_text("Pi Năng Thị Chờ")).to_be_visible(timeout=30_000)
    hub.kill()
    held = [event for event in _journal(hub) if event["type"] == "held" and event["visit"] == visit]
    assert len(held) == 1


def _journal(hub: SiteHub) -> list[dict[str, object]]:
    with closing(sqlite3.connect(hub.folder / "data" / "journal.db")) as connection:
        rows = connection.execute("SELECT data FROM entries").fetchall()
    return [json.loads(row[0]) for row in rows]

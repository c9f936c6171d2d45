"""From screening to the way home in browsers, at a real hub: by keys alone, in both languages, on a phone too."""

import io
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories import canaries
from factories.chromium import chromium
from factories.desk_canary import REFUSED, SEALED, Typist
from factories.pictures import pictures
from factories.site_hubs import PASSWORD, STAFF, SiteHub, hidden, running_hub
from factories.vaults import HEAD, HEAD_PASSWORD
from PIL import Image
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.system

PICTURES = pictures("desks")
RECEPTION, _, SCREENER, INJECTOR, CLERK, OBSERVER = STAFF
SETTINGS = """
[[vaccines]]
name = "COVID-19 Vaccine Comirnaty"
lots = ["FK0112", "FL8094"]
doses = 6
interval_days = 21

[[vaccines]]
name = "COVID-19 Vaccine AstraZeneca"
lots = ["ABX3214"]
"""
PEOPLE = (
    "058185000123|264000456|Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3, Phước Dinh|05052021",
    "058200000015||Chamaléa Văn Thử|29022000|Nam|Thôn Ma Hoa, Phước Đại|05052021",
    "058185000124||Đổng Thị Giả|17081985|Nữ|Hưng Phú 1, Phan Rang|05052021",
    "058190000777||Katơr Văn Ví|01011990|Nam|Thôn 1, Phước Dinh|05052021",
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteHub]:
    settings = SETTINGS.replace(
        "[[vaccines]]", "[queue]\nobservation_minutes = 30\n\n[[vaccines]]", 1
    )
    with running_hub(tmp_path_factory.mktemp("hub"), settings=settings) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def opened(
    browser: Browser,
    hub: SiteHub,
    path: str,
    login: str,
    *,
    password: str = PASSWORD,
    **how: object,
) -> Page:
    """Log in at a browser of its own and open a page."""
    shape = {"viewport": {"width": 1280, "height": 900}} | how
    page = browser.new_context(ignore_https_errors=True, **shape).new_page()
    page.goto(f"{hub.url}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/choose|/$"))
    page.goto(hub.url + path)
    return page


def checked_in(hub: SiteHub, card: str) -> str:
    """Check somebody in by plain forms, straight into the line of screening; return their visit."""
    desk = "/desk/reception/2"
    with hub.logged_in(RECEPTION.login) as http:
        form = hidden(http.get(desk).text, "read") | {"how": "code", "code": card}
        read = http.post(f"{desk}/read", data=form)
        form = hidden(read.text, "check-in") | {"then": "on"}
        return http.post(f"{desk}/check-in", data=form).headers["location"].rpartition("/")[2]


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def pictured(page: Page, name: str) -> None:
    # The number stays in sight while the page is scrolled: a whole page has it in its own place.
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def pictured_at(page: Page, name: str, width: int, height: int) -> list[str]:
    """Draw what a monitor of that size shows, in 64 colours; return what is wrong with it."""
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    drawn.quantize(64).save(PICTURES / f"{name}-{width}.png", optimize=True)
    wrong = [*faults(page), *too_wide(page)]
    page.set_viewport_size(usual)
    return wrong


def too_wide(page: Page) -> list[str]:
    """Return what is wider than the screen."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("main *")].filter(
            (each) => each.getBoundingClientRect().right > innerWidth && !each.closest(".scroll")
        ).map((each) => each.outerHTML.slice(0, 160))"""
    )


def press(page: Page, key: str = "F2") -> None:
    """Press a key as a person does: not within the second in which a page guards against a double press."""
    shown = page.evaluate("performance.now()")
    page.wait_for_function("shown => performance.now() - shown > 1100", arg=shown)
    page.keyboard.press(key)


def test_four_people_go_from_screening_home(hub: SiteHub, browser: Browser) -> None:
    found: dict[str, list[str]] = {}
    visits = [checked_in(hub, card) for card in PEOPLE]

    # The doctor: by keys alone.
    doctor = opened(browser, hub, "/desk/screening/1", SCREENER.login)
    doctor.keyboard.press("F2")
    expect(doctor.get_by_text("Nguyễn Thị Mẫu")).to_be_visible()
    expect(doctor.get_by_label("Nhiệt độ")).to_be_focused()
    doctor.keyboard.type("36,8")
    doctor.keyboard.press("F8")
    expect(doctor.get_by_text("Theo các câu trả lời: Đủ điều kiện tiêm")).to_be_visible()
    doctor.keyboard.press("Space")
    found["screening"] = faults(doctor)
    pictured(doctor, "screening-vi")
    found["screening on a monitor"] = pictured_at(doctor, "screening-vi", 1920, 1080)
    doctor.keyboard.press("F2")
    expect(doctor.get_by_text("Chamaléa Văn Thử")).to_be_visible()
    doctor.get_by_label("Nhiệt độ").fill("38,4")
    doctor.keyboard.press("F8")
    doctor.get_by_role("radio", name="Đủ điều kiện tiêm").check()
    doctor.keyboard.press("F2")
    expect(doctor.get_by_text("không nên tiêm tại đây hôm nay")).to_be_visible()
    found["screening doubts"] = faults(doctor)
    pictured(doctor, "screening-doubt-vi")
    doctor.keyboard.press("Escape")
    expect(doctor.get_by_text("Chamaléa Văn Thử")).to_be_visible()
    expect(doctor.get_by_label("Nhiệt độ")).to_have_value("38,4")  # Nothing typed is lost.
    doctor.get_by_role("radio", name="Trì hoãn tiêm").check()
    doctor.keyboard.press("F2")
    for name in ("Đổng Thị Giả", "Katơr Văn Ví"):
        expect(doctor.get_by_text(name)).to_be_visible()
        expect(doctor.get_by_label("Nhiệt độ")).to_be_focused()
        doctor.keyboard.type("366")
        doctor.keyboard.press("F8")
        doctor.keyboard.press("Space")
        doctor.keyboard.press("F2")
    expect(doctor.get_by_text("Không còn ai đợi")).to_be_visible()

    # Injection: a vial, then a dose a key.
    nurse = opened(browser, hub, "/desk/injection/1", INJECTOR.login)
    nurse.get_by_label("Vắc xin trong lọ").select_option("COVID-19 Vaccine Comirnaty")
    nurse.get_by_label("Số lô trên lọ").fill("fk0112")
    nurse.get_by_label("Hạn dùng trên lọ").fill("2099-12-31")
    nurse.get_by_label("Số liều trong lọ").fill("6")
    nurse.get_by_role("button", name="Ghi: đã mở lọ").click()
    expect(nurse.get_by_text("mở 6 = tiêm 0 + bỏ 0 + còn 6")).to_be_visible()
    press(nurse)
    expect(nurse.get_by_text("Nguyễn Thị Mẫu")).to_be_visible()
    expect(nurse.locator("select[name=vial]").first).to_be_focused()
    found["injection"] = faults(nurse)
    pictured(nurse, "injection-vi")
    found["injection on a large monitor"] = pictured_at(nurse, "injection-vi", 3840, 2160)
    press(nurse)
    nurse.keyboard.press("F2")  # A hand that trembles gives nobody a dose.
    expect(nurse.get_by_text("Đổng Thị Giả")).to_be_visible()
    nurse.keyboard.press("F2")
    expect(nurse.get_by_text("Đổng Thị Giả")).to_be_visible()
    expect(nurse.get_by_text("mở 6 = tiêm 1 + bỏ 0 + còn 5")).to_be_visible()
    press(nurse)
    expect(nurse.get_by_text("Katơr Văn Ví")).to_be_visible()
    nurse.locator("#person select[name=vial]").select_option("")
    nurse.locator("#person select[name=vaccine]").select_option("COVID-19 Vaccine AstraZeneca")
    nurse.locator("#person input[name=lot]").fill("FL8094")
    press(nurse)
    expect(nurse.get_by_text("Số lô này thuộc một vắc xin khác.")).to_be_visible()
    found["dose doubts"] = faults(nurse)
    pictured(nurse, "injection-doubt-vi")
    press(nurse)
    expect(nurse.get_by_text("Không còn ai đợi")).to_be_visible()

    # Data entry: what the nurse took wrong is corrected.
    clerk = opened(browser, hub, "/desk/data_entry/1", CLERK.login)
    press(clerk)
    expect(clerk.get_by_text("Nguyễn Thị Mẫu")).to_be_visible()
    press(clerk)
    expect(clerk.get_by_text("Đổng Thị Giả")).to_be_visible()
    press(clerk)
    expect(clerk.get_by_text("Katơr Văn Ví")).to_be_visible()
    clerk.get_by_text("Sửa mũi này").click()
    clerk.locator(".recorded select[name=vial]").select_option("1-1")
    found["data entry"] = faults(clerk)
    pictured(clerk, "data-entry-vi")
    clerk.get_by_role("button", name="Ghi bản sửa").click()
    expect(clerk.get_by_text("Đã ghi bản sửa")).to_be_visible()
    expect(clerk.get_by_text("mở 6 = tiêm 3 + bỏ 0 + còn 3")).to_be_visible()
    press(clerk)
    expect(clerk.get_by_text("Không còn ai đợi")).to_be_visible()

    # Observation: in English, somebody reacts and goes to hospital.
    nurse = opened(browser, hub, "/desk/observation/1", OBSERVER.login)
    expect(nurse.locator("#seats a")).to_have_count(3)
    expect(nurse.locator("#seats [data-left-ms]").first).to_have_text(re.compile(r"2\d:\d\d|30:00"))
    found["observation list"] = faults(nurse)
    pictured(nurse, "observation-vi")
    nurse.get_by_role("button", name="English").click()
    nurse.locator("#seats a").first.click()
    expect(nurse.get_by_text("Nguyễn Thị Mẫu")).to_be_visible()
    expect(nurse.get_by_role("button", name="Goes · paper printed")).to_be_hidden()
    nurse.get_by_text("Write a reaction down").click()
    nurse.get_by_role("radio", name="moderate").check()
    nurse.get_by_label("Itching, hives, rash").check()
    nurse.get_by_label("What was done").fill("Antihistamine")
    nurse.get_by_role("button", name="Write the reaction down").click()
    expect(nurse.get_by_text("Reaction: moderate").first).to_be_visible()
    # News may tell of it before the answer brings the page on which the next fold is opened.
    expect(nurse.get_by_text("The reaction is on record, sealed.")).to_be_visible()
    nurse.get_by_text("Let go before the time").click()
    nurse.locator("[name=leave_reason]").select_option("to_hospital")
    nurse.locator("select[name=certificate]").select_option("pending")
    found["observation"] = faults(nurse)
    pictured(nurse, "observation-person-en")
    nurse.get_by_role("button", name="Let go", exact=True).click()
    expect(nurse.locator("#seats a")).to_have_count(2)

    # The head sees all of it.
    head = opened(browser, hub, "/head", HEAD.login, password=HEAD_PASSWORD)
    expect(head.get_by_text("vào 4 = còn 2 + về 2 + trùng 0")).to_be_visible()
    expect(head.get_by_text("mở 6 = tiêm 3 + bỏ 0 + còn 3").first).to_be_visible()
    head.get_by_role("button", name="Mở buổi tiêm").click()
    expect(head.get_by_text("Đã mở buổi tiêm.")).to_be_visible()
    head.wait_for_timeout(1500)  # News of the very same change come meanwhile; the words stay.
    expect(head.get_by_text("Đã mở buổi tiêm.")).to_be_visible()
    found["head"] = faults(head)
    pictured(head, "head-vi")
    head.get_by_role("button", name="Đóng buổi tiêm").click()
    expect(head.get_by_text("Vẫn còn người chưa về.")).to_be_visible()
    found["head closing"] = faults(head)

    assert {name: each for name, each in found.items() if each} == {}
    assert len(set(visits)) == len(PEOPLE)


@pytest.mark.parametrize(
    ("path", "login"),
    [
        ("/desk/screening/2", SCREENER.login),
        ("/desk/injection/2", INJECTOR.login),
        ("/desk/data_entry/2", CLERK.login),
        ("/desk/observation/1", OBSERVER.login),
    ],
)
def test_desks_fit_a_phone_and_a_large_screen_and_work_without_scripts(
    hub: SiteHub, browser: Browser, path: str, login: str
) -> None:
    phone = opened(
        browser, hub, path, login, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    assert phone.locator("h1").count() > 0
    shown = opened(browser, hub, path, login, viewport={"width": 390, "height": 844})
    assert too_wide(shown) == []
    assert faults(shown) == []
    pictured(shown, f"{path.split('/')[2].replace('_', '-')}-phone-vi")
    shown.set_viewport_size({"width": 3840, "height": 2160})
    assert too_wide(shown) == []
    # As much of the screen, and letters of as many millimetres, as at half the dots.
    assert shown.locator("main").bounding_box()["width"] > 0.8 * 3840
    assert shown.locator("kbd, label").first.evaluate("each => each.currentCSSZoom") == 2


def test_a_form_waits_for_a_hub_that_is_away_and_is_written_once(
    hub: SiteHub, browser: Browser
) -> None:
    checked_in(hub, "058175000321||Pi Năng Thị Chờ|02021975|Nữ|Thôn 2|05052021")
    doctor = opened(browser, hub, "/desk/screening/2", SCREENER.login)
    doctor.keyboard.press("F2")
    expect(doctor.get_by_label("Nhiệt độ")).to_be_focused()
    doctor.keyboard.type("36,5")
    doctor.keyboard.press("F8")
    doctor.keyboard.press("Space")
    hub.kill()
    doctor.keyboard.press("F2")
    expect(doctor.locator("[data-state]")).not_to_be_empty()
    expect(doctor.get_by_label("Nhiệt độ")).to_have_value("36,5")
    hub.start()

    expect(doctor.get_by_text("Đã ghi kết luận khám")).to_be_visible(timeout=30_000)


def test_a_name_typed_into_any_field_of_a_desk_is_sealed_or_refused_and_left_nowhere(
    hub: SiteHub,
) -> None:
    typist = Typist(hub).type_everywhere()
    hub.kill()
    files = [*hub.folder.rglob("*"), hub.directory / "hub.log"]

    assert typist.typed >= SEALED | REFUSED
    assert {
        name: each.status_code for name, each in typist.refused.items() if each.is_redirect
    } == {}
    assert set(typist.refused) | {"again"} >= REFUSED
    assert [name for name, page in typist.shown.items() if canaries.NAME not in page] == []
    assert {file.name for file in files} >= {"journal.db", "hub.log"}
    assert canaries.traces_in_files(files) == {}

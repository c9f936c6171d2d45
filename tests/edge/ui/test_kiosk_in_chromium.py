"""A person at the kiosk: Debian's Chromium on a running kiosk, as on the 10-inch screen."""

import json

import pytest
from factories import web
from factories.chromium import SCREEN, chromium
from factories.kiosk_programs import bring_home, running_kiosk
from factories.waiting import wait_until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.system
LEAST_TARGET_PX = 110
"""20 mm on 10 inches of 1280 x 800 are 119 px; the border of a button counts as its target."""


@pytest.fixture(scope="module")
def kiosk_url(tmp_path_factory):
    with running_kiosk(tmp_path_factory.mktemp("kiosk")) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser, kiosk_url):
    """Yield the kiosk's page at its beginning; fail on any complaint of the browser."""
    opened = browser.new_page(viewport=SCREEN)
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    bring_home(kiosk_url)
    opened.goto(kiosk_url)
    opened.wait_for_selector("main h1")
    expect(opened.locator("body")).to_have_attribute("data-screen", "attract")
    yield opened
    opened.close()
    assert complaints == []


def shows(page: Page, screen: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-screen", screen)


def everything_fits(page: Page) -> None:
    """Fail when a button is small, or anything of the screen is cut off."""
    # All at one moment: the page may be drawn anew between two questions.
    boxes = "all => all.map(one => one.getBoundingClientRect().toJSON())"
    for box in page.locator("button:visible").evaluate_all(boxes):
        assert min(box["width"], box["height"]) >= LEAST_TARGET_PX, box
        assert box["y"] + box["height"] <= SCREEN["height"]
    main = page.evaluate(
        "(() => { const m = document.querySelector('main');"
        " return m.scrollHeight - m.clientHeight })()"
    )
    assert main <= 0


def test_a_person_types_a_number_looks_at_it_again_and_gets_a_ticket(page):
    everything_fits(page)
    page.get_by_role("button", name="Không có mã QR? Bấm số căn cước").click()
    shows(page, "keypad")
    everything_fits(page)
    for digit in "0581850008891":
        page.locator(f".keys [data-key='{digit}']").click()
    page.get_by_role("button", name="Xóa").click()
    page.locator(".keys [data-key='8']").click()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator(".digits.large")).to_have_text("058 185 000 888")
    everything_fits(page)

    page.get_by_role("button", name="Đúng").click()

    shows(page, "done")
    expect(page.locator("[data-ticket]")).to_have_text("A001")
    expect(page.get_by_text("Máy không in được phiếu")).to_be_visible()
    everything_fits(page)


def test_a_card_held_up_shows_the_number_with_no_more_of_the_name_than_initials(page, kiosk_url):
    web.post(f"{kiosk_url}/simulator/hold-up/cccd-2021")

    shows(page, "done")
    expect(page.get_by_text("N. T. M***")).to_be_visible()
    assert "Nguyễn" not in page.content()
    assert "058185000123" not in page.content()
    everything_fits(page)


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        ("bhyt", "Đây là thẻ bảo hiểm y tế. Xin đưa thẻ căn cước."),
        ("personal-qr", "Mã này che mất một phần số căn cước."),
        ("impossible-date", "Mã này ghi một ngày không có trên lịch."),
    ],
)
def test_a_wrong_card_is_explained_in_one_sentence(page, kiosk_url, sample, sentence):
    web.post(f"{kiosk_url}/simulator/hold-up/{sample}")

    shows(page, "refused")
    expect(page.get_by_text(sentence)).to_be_visible()
    everything_fits(page)


def test_two_cards_are_met_with_a_plea_for_one(page, kiosk_url):
    web.post(f"{kiosk_url}/simulator/hold-up/two-cards")

    shows(page, "two_cards")
    expect(page.get_by_text("Xin đưa từng thẻ một.")).to_be_visible()


def test_english_lasts_until_the_person_left(page):
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="No QR code? Type the ID number").click()
    shows(page, "keypad")
    everything_fits(page)
    page.get_by_role("button", name="Back").click()
    shows(page, "attract")
    expect(page.get_by_role("heading", name="Hold your ID card")).to_be_visible()

    page.get_by_role("button", name="Type the ID number").click()
    shows(page, "keypad")
    page.keyboard.type("058190000417")
    page.locator("[data-key=next]").click()
    page.locator("[data-key=yes]").click()
    shows(page, "done")
    page.get_by_role("button", name="Finished").click()

    shows(page, "attract")
    expect(page.get_by_text("Đưa thẻ căn cước")).to_be_visible()


@pytest.mark.parametrize("language", ["Gọi nhân viên", "Call staff"])
def test_staff_can_be_called_from_every_screen(page, language):
    if language == "Call staff":
        page.get_by_role("button", name="English").click()

    page.get_by_role("button", name=language).click()

    shows(page, "staff_wanted")
    everything_fits(page)


def test_digits_can_be_typed_on_keys_too(page):
    page.locator("main [data-touch=keypad]").click()
    shows(page, "keypad")

    page.keyboard.type("058185")
    page.keyboard.press("Backspace")

    expect(page.locator(".digits").first).to_have_text("058 18· ··· ···")


def test_a_change_of_the_bar_does_not_wipe_what_was_typed(page, kiosk_url):
    web.post(f"{kiosk_url}/touch/keypad")
    wait_until(lambda: web.get(f"{kiosk_url}/state").json()["screen"] == "keypad")
    state, answered = web.get(f"{kiosk_url}/state").json(), []

    def answer(route):
        answered.append(len(answered))
        said = {**state, "bar": {"vi": f"lần {len(answered)}", "en": ""}}
        body = f"retry: 50\n\ndata: {json.dumps(said)}\n\n"
        route.fulfill(content_type="text/event-stream", body=body)

    page.route("**/events", answer)
    page.reload()
    shows(page, "keypad")

    page.keyboard.type("058")
    typed_at = len(answered)
    wait_until(lambda: page.evaluate("true") and len(answered) > typed_at + 3)

    expect(page.locator(".digits").first).to_have_text("058 ··· ··· ···")


def test_the_simulators_page_holds_a_card_up_by_a_click(page, kiosk_url):
    page.goto(f"{kiosk_url}/simulator")
    page.get_by_role("button", name="Thẻ của một người khác").click()

    screen = page.frame_locator("iframe")
    expect(screen.locator("[data-ticket]")).to_be_visible()

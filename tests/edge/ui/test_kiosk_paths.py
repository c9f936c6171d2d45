"""Whole ways through a running kiosk in Chromium: by touch, by keys alone, in both languages."""

import pytest
from factories import web
from factories.chromium import SCREEN, chromium
from factories.kiosk_programs import bring_home, running_kiosk
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.system
SECONDS = 60_000
LINE_1 = "P<UTOERIKSSON<<ANNA<MARIA".ljust(44, "<")
LINE_2 = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimen of ICAO Doc 9303."""


@pytest.fixture(scope="module")
def kiosk_url(tmp_path_factory):
    with running_kiosk(tmp_path_factory.mktemp("kiosk")) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(params=["vi", "en"])
def page(request, browser, kiosk_url):
    opened = browser.new_page(viewport=SCREEN)
    opened.set_default_timeout(SECONDS)
    bring_home(kiosk_url)
    opened.goto(kiosk_url)
    opened.wait_for_selector("main h1")
    if request.param == "en":
        opened.get_by_role("button", name="English").click()
    expect(opened.locator("html")).to_have_attribute("lang", request.param)
    yield opened
    opened.close()


def shows(page: Page, screen: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-screen", screen, timeout=SECONDS)


def enter(page: Page) -> None:
    """Press Enter on a page that is old enough for it."""
    expect(page.locator("body")).not_to_have_attribute("data-fresh", "yes")
    page.keyboard.press("Enter")


def touch(page: Page, what: str) -> None:
    page.locator(f"[data-touch='{what}']:visible").first.click()


def type_number(page: Page, number: str) -> None:
    touch(page, "keypad")
    shows(page, "keypad")
    page.keyboard.type(number)
    page.locator("[data-key=next]").click()
    page.locator("[data-key=yes]").click()


# A card of its own for each language: one that was seen a moment ago counts as left in view.
CARDS = {"vi": "cccd-2021", "en": "second-person"}


def test_a_card_is_read_shown_and_becomes_a_number_with_no_touch(page, kiosk_url):
    card = CARDS[page.locator("html").get_attribute("lang")]

    web.post(f"{kiosk_url}/simulator/hold-up/{card}", timeout=30)

    shows(page, "done")


def test_a_helper_announces_a_companion_who_gets_another_number(page):
    type_number(page, "058185000411")
    shows(page, "done")
    first = page.locator("[data-ticket]").inner_text()
    touch(page, "companion")
    shows(page, "hold_up")
    type_number(page, f"0581900004{first[-2:]}")
    shows(page, "done")

    assert page.locator("[data-ticket]").inner_text() != first


def test_a_person_asks_for_a_certificate_and_for_the_dose(page):
    for want, screen in [("certificate", "certificates"), ("record", "doses")]:
        touch(page, "wants")
        touch(page, f"want/{want}")
        shows(page, "hold_up")
        type_number(page, "058185000123")
        shows(page, screen)
        assert "2021" not in page.locator("main").inner_text()
        touch(page, "back")
        shows(page, "attract")


def test_a_wrong_answer_becomes_a_complaint_with_a_number(page):
    touch(page, "wants")
    touch(page, "want/record")
    type_number(page, "058185000999")
    shows(page, "doses")
    touch(page, "want/complaint")
    shows(page, "choose_subject")
    touch(page, "subject/dose_missing")

    shows(page, "complained")
    assert page.locator("[data-ticket]").inner_text().startswith("PA")


def test_a_passport_is_typed_and_its_holder_checked_in(page):
    touch(page, "wants")
    touch(page, "passport")
    shows(page, "passport")
    for key in "P<UTO":
        page.locator(f"[data-key='{key}']").click()
    page.keyboard.type((LINE_1 + LINE_2[:3] + "0" + LINE_2[4:])[5:])
    page.locator("[data-key=next]").click()
    page.locator("[data-key=yes]").click()

    # The wrong letter is marked and what was typed is there: it is put right, the rest stays.
    marked = page.locator("[data-step=typing] .wrong")
    expect(marked).to_have_count(10)
    assert "".join(marked.all_inner_texts()) == LINE_2[:3] + "0" + LINE_2[4:10]
    page.locator("[data-step=typing] [data-place='47']").click()
    page.locator("[data-key=erase]").click()
    page.keyboard.type(LINE_2[3])
    expect(page.locator("[data-step=typing] output")).to_have_text(f"{LINE_1} {LINE_2}")
    page.locator("[data-key=next]").click()
    page.locator("[data-key=yes]").click()

    shows(page, "done")


def test_the_whole_way_by_keys_alone(page):
    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("document.activeElement.dataset.touch") == "wants":
            break
        page.keyboard.press("ArrowRight")
    enter(page)
    shows(page, "wants")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    enter(page)
    shows(page, "hold_up")
    enter(page)
    shows(page, "keypad")
    page.keyboard.type("058185000555")
    enter(page)
    expect(page.locator("[data-key=yes]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    page.keyboard.type("6")
    enter(page)
    enter(page)
    shows(page, "doses")
    page.keyboard.press("Escape")
    shows(page, "attract")
    page.keyboard.press("F1")

    shows(page, "staff_wanted")
    assert outline == "8px"


def test_no_fact_and_no_message_holds_the_language(page):
    said: list[str] = []
    page.on("request", lambda request: said.append(f"{request.url} {request.post_data or ''}"))
    touch(page, "wants")
    shows(page, "wants")
    touch(page, "back")
    shows(page, "attract")

    posted = [line for line in said if "/touch/" in line]
    assert posted
    assert not any("lang" in line or " en" in line for line in posted)

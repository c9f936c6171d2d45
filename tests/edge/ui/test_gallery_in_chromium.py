"""Every page of the kiosk in both languages: as Chromium draws it, as axe and a reader find it."""

from io import BytesIO

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from factories.chromium import chromium
from factories.gallery import FULLEST_BAR, GALLERY, QR, STILL_THERE
from factories.screens import staged
from PIL import Image
from playwright.sync_api import Page, expect

from edge.domain.aim import Hint
from edge.domain.health import OUT_OF_ORDER, FaultCode
from edge.domain.screen import Attract
from edge.ui.pages import NAMES
from edge.ui.sound import Sound
from edge.ui.words import say

pytestmark = pytest.mark.system
SCREEN = {"width": 1280, "height": 800}
LEAST_TARGET_PX = 119
"""20 mm on the reference screen: 10 inches, 1280 x 800."""
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
CUT_OFF = """(() => {
    const main = document.querySelector('main').getBoundingClientRect();
    const cut = (e) => { const b = e.getBoundingClientRect();
        const foot = e.id === 'bar' && b.height > innerHeight - main.bottom - 12;
        return foot || b.width && e.id !== 'bar' && (b.top < main.top - 1 || b.bottom > main.bottom + 1
                           || b.left < -1 || b.right > innerWidth + 1); };
    return [...document.querySelectorAll('main *, #bar')].filter(cut).map((e) => e.outerHTML.slice(0, 80));
})()"""


@pytest.fixture(scope="module")
def stage():
    # With everything at the foot that takes room there.
    with staged(sound=Sound("speaker")) as running:
        running.tell(FULLEST_BAR)
        yield running


@pytest.fixture(scope="module")
def page(stage):
    with chromium() as browser:
        opened = browser.new_page(viewport=SCREEN, reduced_motion="reduce")
        opened.goto(stage.url)
        opened.wait_for_selector("main h1")
        yield opened


@pytest.fixture(params=["vi", "en"])
def language(request):
    return request.param


@pytest.fixture(params=GALLERY)
def shown(request, page: Page, stage, language):
    """Put a page of the gallery up, in a language."""
    screen = GALLERY[request.param]
    stage.show(screen)
    expect(page.locator("body")).to_have_attribute("data-screen", NAMES[type(screen)])
    if page.locator("html").get_attribute("lang") != language:
        page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    return page


def test_axe_finds_nothing_and_everything_fits_and_can_be_hit(shown):
    found = Axe().run(shown, options=RULES).response["violations"]
    buttons = [
        (button.inner_text(), button.bounding_box())
        for button in shown.locator("button:visible").all()
    ]

    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    assert shown.evaluate(CUT_OFF) == []
    assert [
        name for name, box in buttons if min(box["width"], box["height"]) < LEAST_TARGET_PX
    ] == []
    assert [name for name, box in buttons if box["y"] + box["height"] > SCREEN["height"]] == []


def test_a_screen_reader_finds_one_heading_and_a_name_for_every_button(shown):
    tree = shown.locator("body").aria_snapshot()

    names = [
        shown.evaluate("(b) => (b.ariaLabel || b.textContent).trim()", button.element_handle())
        for button in shown.locator("button:visible").all()
    ]
    assert tree.count("heading") >= 1
    assert all(names)
    assert {"Gọi nhân viên", "Call staff"} & set(names)


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
def test_every_fault_fits_in_words_beside_the_longest_and_all_other_codes(
    page, stage, language, large
):
    codes = [code for code in FaultCode if code not in OUT_OF_ORDER]
    *shorter, longest = sorted(codes, key=lambda code: len(say(f"fault.{code}", language)))
    if page.locator("html").get_attribute("lang") != language:
        page.locator("#language").click()
    cut = {}
    for code in shorter:
        faults = (code, longest, *(each for each in shorter if each is not code))
        stage.show(Attract(hint=Hint.CLOSER, faults=faults), large=large)
        told = page.locator("[data-fault]")
        expect(told.first).to_have_text(f"{code.value}: {say(f'fault.{code}', language)}")
        expect(told).to_have_count(2)
        cut[code.value] = page.evaluate(CUT_OFF)

    assert {code: each for code, each in cut.items() if each} == {}
    stage.show(Attract(), large=False)
    expect(page.locator("body")).to_have_attribute("data-large", "off")


def test_without_a_slip_its_qr_is_read_off_the_screen(page, stage):
    stage.show(GALLERY["done-failed"])
    expect(page.locator(".qr")).to_be_visible()

    with Image.open(BytesIO(page.screenshot())) as picture:
        (code,) = zxingcpp.read_barcodes(picture)

    assert code.text == QR


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_question_whether_somebody_is_there_is_named_and_answered_by_any_key(
    page, stage, language
):
    stage.show(GALLERY[STILL_THERE])
    expect(page.locator("body")).to_have_attribute("data-screen", "keypad")
    if page.locator("html").get_attribute("lang") != language:
        page.locator("#language").click()
    stage.show(GALLERY[STILL_THERE], still_there=True)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name(
        {"vi": "Ông/bà còn ở đây không?", "en": "Are you still there?"}[language]
    )
    assert Axe().run(page, options=RULES).violations_count == 0
    before = len(stage.told)

    with page.expect_response("**/touch/touched"):
        page.keyboard.press("5")

    assert len(stage.told) == before + 1
    with page.expect_response("**/touch/help"):
        dialog.get_by_role(
            "button", name={"vi": "Gọi nhân viên", "en": "Call staff"}[language]
        ).click()
    stage.show(GALLERY[STILL_THERE])
    expect(dialog).to_be_hidden()


# At once, as an engine does it: a busy machine would put pauses between keys that are sent one by one.
TYPED = """(keys) => { for (const key of keys) document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); }"""


def beginning(stage, page, screen) -> None:
    """Show a page that nobody has pressed a key on, old enough to be answered by one."""
    with page.expect_response("**/touch/touched"):
        page.mouse.click(5, 5)
    stage.show(screen)
    expect(page.locator("body")).to_have_attribute("data-screen", NAMES[type(screen)])
    expect(page.locator("body")).not_to_have_attribute("data-fresh", "yes")
    stage.told.clear()


def told_after_a_last_key(stage, page) -> list[str]:
    """Return what the kiosk was told, once it was told of a key that always tells."""
    with page.expect_response("**/touch/help"):
        page.keyboard.press("F1")
    return sorted(type(fact).__name__ for fact in stage.told)


def test_enter_before_anything_is_marked_does_what_is_usual_and_a_held_one_no_more(page, stage):
    beginning(stage, page, Attract())
    expect(page.locator("button:focus-visible")).to_have_count(0)
    with page.expect_response("**/touch/keypad"):
        page.keyboard.down("Enter")
    stage.show(GALLERY["read"])
    expect(page.locator("[data-touch=yes]")).to_be_focused()
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")

    assert told_after_a_last_key(stage, page) == ["HelpWanted", "KeypadOpened"]


def test_an_enter_as_soon_as_a_page_is_up_answers_nothing_on_it(page, stage):
    beginning(stage, page, GALLERY["read"])
    page.keyboard.press("Tab")
    stage.show(GALLERY["ask-guardian"])
    expect(page.locator("body")).to_have_attribute("data-screen", "ask_guardian")
    expect(page.locator("[data-touch=yes]")).to_be_focused()
    expect(page.locator("body")).not_to_have_attribute("data-fresh", "yes")
    chooses = """(fresh) => {
        if (fresh) document.body.dataset.fresh = "yes";
        const key = { key: "Enter", bubbles: true, cancelable: true };
        const chosen = document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
        delete document.body.dataset.fresh;
        return chosen;
    }"""

    assert page.evaluate(f"[({chooses})(true), ({chooses})(false)]") == [False, True]


def test_what_an_engine_types_that_nobody_took_chooses_nothing(page, stage):
    beginning(stage, page, GALLERY["read"])
    page.evaluate(TYPED, [*"058185000123||Nguyen Thi Mau|17081985", "Enter"])

    assert told_after_a_last_key(stage, page) == ["HelpWanted"]


def test_an_enter_too_many_takes_no_number_away(page, stage):
    beginning(stage, page, GALLERY["differs"])
    with page.expect_response("**/touch/yes"):
        page.keyboard.press("Enter")
    stage.show(GALLERY["busy"])
    expect(page.locator("body")).to_have_attribute("data-screen", "busy")
    with page.expect_response("**/touch/touched"):
        page.keyboard.press("Enter")
    expect(page.locator("#help")).to_be_focused()
    stage.show(GALLERY["done"])
    expect(page.locator("[data-ticket]")).to_be_visible()
    expect(page.locator("button:focus")).to_have_count(0)
    with page.expect_response("**/touch/touched"):
        page.keyboard.press("Enter")
    expect(page.locator("main [data-touch=back]")).to_be_focused()

    touched = ["ScreenTouched"] * 2
    assert told_after_a_last_key(stage, page) == ["Confirmed", "HelpWanted", *touched]

"""Headphones plugged in and pulled out, and larger letters, with a real browser."""

from contextlib import contextmanager

import pytest
from factories.chromium import SCREEN, chromium
from factories.screens import staged
from playwright.sync_api import expect

from edge.adapters.recordings_none import NoRecordings
from edge.adapters.voice_espeak import EspeakVoice
from edge.domain.facts import LargeTypeWanted
from edge.domain.screen import Attract, Done, Keypad
from edge.services.speaking import Speaking
from edge.ui.sound import Sound
from edge.ui.words import built_in

pytestmark = pytest.mark.system

ASKED = "window.asked = []; const get = window.fetch; window.fetch = (a, o) => { if (String(a).startsWith('/speech')) window.asked.push(o.body); return get(a, o); };"
PLAYED = "window.played = []; const play = HTMLMediaElement.prototype.play; HTMLMediaElement.prototype.play = function () { window.played.push(new URL(this.src).pathname); return play.call(this); };"


@pytest.fixture(scope="module")
def browser():
    with chromium("--autoplay-policy=no-user-gesture-required") as found:
        yield found


@contextmanager
def at_the_kiosk(browser, **settings):
    speaking = Speaking(words=built_in(), voice=EspeakVoice(), recordings=NoRecordings())
    how = {"output": "auto", "level": 3, "speech": False, **settings}
    with staged(sound=Sound(**how, speaking=speaking)) as stage:
        page = browser.new_page(viewport=SCREEN)
        page.add_init_script(ASKED + PLAYED)
        page.goto(stage.url)
        page.wait_for_selector("main h1")
        yield stage, page
        page.close()


def played(page) -> list[str]:
    return page.evaluate("window.played")


def until_played(page, what: str) -> None:
    page.wait_for_function("(what) => window.played.includes(what)", arg=what)


def in_headphones(stage, page) -> None:
    stage.plug(headphones=True)
    expect(page.locator("body")).to_have_attribute("data-headphones", "in")


def test_plugging_in_greets_and_begins_to_guide_where_the_site_speaks_to_nobody(browser):
    with at_the_kiosk(browser) as (stage, page):
        in_headphones(stage, page)

        until_played(page, "/speech/vi/sound.headphones.wav")
        until_played(page, "/speech/vi/attract.title.wav")
        # What Enter does is heard before anything is marked.
        said = "() => window.asked.some((texts) => /Phím Enter:.{3}Không có mã QR/.test(texts))"
        page.wait_for_function(said)

        # With a button at the foot marked, Enter does something else.
        page.keyboard.press("Shift+Tab")
        expect(page.locator("footer button:focus-visible")).to_have_count(1)
        page.evaluate("window.asked = []")
        page.keyboard.press("r")
        page.wait_for_function("window.asked.length === 1")
        assert "Không có mã QR" not in page.evaluate("window.asked[0]")


def test_what_is_a_person_s_own_is_said_only_while_headphones_are_in(browser):
    with at_the_kiosk(browser, speech=True) as (stage, page):
        stage.show(Done("A012", "N. T. M***", slip="printed"))
        until_played(page, "/speech/vi/done.title.wav")
        assert "M***" not in "".join(page.evaluate("window.asked"))

        in_headphones(stage, page)

        page.wait_for_function("() => window.asked.some((texts) => texts.includes('M***'))")


def test_pulling_out_ends_it_at_once_and_nothing_private_follows(browser):
    with at_the_kiosk(browser) as (stage, page):
        in_headphones(stage, page)
        stage.show(Done("A012", "N. T. M***", slip="printed"))
        page.wait_for_function("() => document.body.dataset.saying?.startsWith('/speech')")

        stage.plug(headphones=False)

        expect(page.locator("body")).to_have_attribute("data-headphones", "out")
        expect(page.locator("body")).to_have_attribute("data-saying", "")
        before = len(played(page))
        stage.show(Done("A013", "Đ. T. G***", slip="printed"))
        expect(page.locator("[data-ticket]")).to_have_text("A013")
        assert not [what for what in played(page)[before:] if what.startswith("/speech")]


@pytest.mark.parametrize("headphones", [True, False])
def test_typed_digits_are_heard_in_headphones_and_by_nobody_else(browser, headphones):
    with at_the_kiosk(browser, speech=True) as (stage, page):
        stage.show(Keypad())
        page.wait_for_selector("[data-key='7']")
        if headphones:
            in_headphones(stage, page)
        before = len(played(page))

        page.locator("[data-key='7']").click()
        expect(page.locator("output.digits").first).to_contain_text("7")
        page.keyboard.press("5")
        expect(page.locator("output.digits").first).to_contain_text("75")

        digits = [what for what in played(page)[before:] if "/digit." in what]
        wanted = ["/speech/vi/digit.7.wav", "/speech/vi/digit.5.wav"]
        assert digits == (wanted if headphones else [])


def test_the_typed_number_is_read_out_in_headphones_only(browser):
    with at_the_kiosk(browser, speech=True) as (stage, page):
        stage.show(Keypad())
        page.wait_for_selector("[data-key='7']")
        page.keyboard.type("058185000123")
        page.locator("[data-key=next]").click()
        page.keyboard.press("r")
        page.wait_for_function("() => window.asked.length > 1")

        assert "058" not in "".join(page.evaluate("window.asked"))


def test_larger_letters_by_button_and_key_until_the_person_has_left(browser):
    with at_the_kiosk(browser) as (stage, page):
        usual = page.evaluate("getComputedStyle(document.querySelector('main p')).fontSize")
        with page.expect_response("**/touch/large/on"):
            page.get_by_role("button", name="Chữ to").click()
        stage.show(Attract(), large=True)
        expect(page.locator("body")).to_have_attribute("data-large", "on")
        large = page.evaluate("getComputedStyle(document.querySelector('main p')).fontSize")
        with page.expect_response("**/touch/large/off"):
            page.keyboard.press("F2")

        assert float(large[:-2]) > float(usual[:-2])
        touches = [fact.on for fact in stage.told if isinstance(fact, LargeTypeWanted)]
        assert touches == [True, False]
        expect(page.get_by_role("button", name="Chữ thường")).to_be_visible()

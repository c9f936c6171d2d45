"""What a person hears at the kiosk, with a real browser and a real voice."""

from contextlib import contextmanager

import pytest
from factories.chromium import chromium
from factories.conversations import MAU, careful, orders
from factories.screens import staged
from factories.waiting import wait_until
from playwright.sync_api import expect

from edge.adapters.recordings_none import NoRecordings
from edge.adapters.voice_espeak import EspeakVoice
from edge.adapters.voice_none import NoVoice
from edge.domain.commands import StoreCheckIn
from edge.domain.facts import HelpWanted, ScreenHeard, TickPassed
from edge.domain.screen import Attract, Differs, Done, Passport, Read, Refused, StaffWanted
from edge.services.speaking import Speaking
from edge.ui.sound import Sound
from edge.ui.words import built_in
from protocol.documents.model import DocumentClass, Reason

pytestmark = pytest.mark.system

REFUSED = Refused(DocumentClass.HEALTH_INSURANCE, Reason.HEALTH_INSURANCE)
LISTENING = """
    // The page hears of an end before we do and has put the next sound in: remember which one played.
    window.heard = [];
    window.posted = [];
    const get = window.fetch;
    window.fetch = (what, how) => { window.posted.push([what, Math.round(performance.now())]); return get(what, how); };
    const play = HTMLMediaElement.prototype.play;
    const players = new Set();
    HTMLMediaElement.prototype.play = function () {
      if (!players.has(this)) {
        players.add(this);
        let playing = "";
        const note = (kind) => window.heard.push([kind, playing, Math.round(this.volume * 1000)]);
        this.addEventListener("playing", () => { playing = new URL(this.src).pathname; note("playing"); });
        this.addEventListener("ended", () => note("ended"));
        this.addEventListener("error", () => note("error"));
      }
      return play.call(this);
    };
"""


def sound(voice=None, **settings) -> Sound:
    speaking = Speaking(words=built_in(), voice=voice or EspeakVoice(), recordings=NoRecordings())
    return Sound(**{"output": "speaker", "level": 3, "speech": True, **settings}, speaking=speaking)


@pytest.fixture(scope="module")
def browser():
    with chromium("--autoplay-policy=no-user-gesture-required") as found:
        yield found


@pytest.fixture
def open_page(browser):
    """Open a page on a stage; it is closed before the stage goes, and must not have complained."""

    @contextmanager
    def on_stage(**settings):
        complaints: list[str] = []
        with staged(sound=sound(**settings)) as stage:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(LISTENING)
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(stage.url)
            page.wait_for_selector("main h1")
            yield stage, page
            page.close()
        assert complaints == []

    return on_stage


def heard(page, kind="ended"):
    return [what for event, what, _ in page.evaluate("window.heard") if event == kind]


def until_heard(page, what, kind="ended"):
    page.wait_for_function(
        "([kind, what]) => window.heard.some((h) => h[0] === kind && h[1] === what)",
        arg=[kind, what],
    )


def test_a_number_is_heard_with_its_tone_digit_by_digit_and_to_the_end(open_page):
    with open_page() as (stage, page):
        stage.show(Done("A012", "N. V. A.", slip="printed"))

        until_heard(page, "/speech/vi/done.take_card.wav")
        assert heard(page) == [
            "/sound/success.wav",
            "/speech/vi/done.title.wav",
            "/speech/vi/letter.A.wav",
            "/speech/vi/digit.0.wav",
            "/speech/vi/digit.1.wav",
            "/speech/vi/digit.2.wav",
            "/speech/vi/slip.printed.wav",
            "/speech/vi/done.next.wav",
            "/speech/vi/done.take_card.wav",
        ]
        assert heard(page, "error") == []


def test_when_the_slip_is_out_only_that_is_said_anew(open_page):
    with open_page() as (stage, page):
        stage.show(Done("A012"))
        until_heard(page, "/speech/vi/letter.A.wav", "playing")
        stage.show(Done("A012", slip="printed"))

        until_heard(page, "/speech/vi/done.take_card.wav")
        assert heard(page).count("/speech/vi/letter.A.wav") == 1
        assert "/speech/vi/slip.printing.wav" not in heard(page)
        assert heard(page).count("/sound/success.wav") == 1


def test_whatever_a_person_does_stops_the_voice(open_page):
    with open_page() as (stage, page):
        stage.show(REFUSED)
        until_heard(page, "/speech/vi/refused.title.wav", "playing")

        page.mouse.click(5, 5)

        expect(page.locator("body")).to_have_attribute("data-saying", "")


def test_a_key_that_is_held_does_not_silence_the_page_that_follows(open_page):
    held = """() => {
        const saying = document.body.dataset.saying;
        if (!saying?.startsWith("/speech/")) return false;
        const key = { key: "Enter", repeat: true, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new KeyboardEvent("keydown", key));
        return document.body.dataset.saying === saying;
    }"""
    with open_page() as (stage, page):
        stage.show(REFUSED)

        page.wait_for_function(held)


def test_nobody_is_spoken_to_before_somebody_asks(open_page):
    with open_page() as (stage, page):
        stage.show(StaffWanted())
        until_heard(page, "/speech/vi/help.how.wav")
        stage.show(Attract())
        expect(page.locator("body")).to_have_attribute("data-screen", "attract")
        assert "/speech/vi/attract.title.wav" not in heard(page, "playing")

        page.keyboard.press("r")

        until_heard(page, "/speech/vi/attract.title.wav", "playing")


def test_plus_and_minus_change_the_level_over_24_db_and_it_comes_back(open_page):
    with open_page() as (stage, page):
        stage.show(REFUSED)
        for _ in range(9):
            page.keyboard.press("-")
        until_heard(page, "/speech/vi/refused.title.wav")
        for _ in range(9):
            page.keyboard.press("+")
        page.keyboard.press("r")
        page.wait_for_function("() => window.heard.some((h) => h[2] === 1000)")
        softest = min(volume for _, _, volume in page.evaluate("window.heard"))
        assert softest == 63

        stage.show(Attract(), visitor=1)

        expect(page.locator("body")).to_have_attribute("data-level", "3")


def test_a_letter_that_is_typed_is_no_key_of_the_sound(open_page):
    with open_page() as (stage, page):
        stage.show(Passport())
        until_heard(page, "/speech/vi/passport.title.wav")

        page.keyboard.type("rs")

        expect(page.locator("[data-step=typing] output")).to_contain_text("RS·")
        asked = [what for what, _ in page.evaluate("window.posted") if what == "/speech/vi"]
        assert len(asked) == 1


def test_while_a_card_s_page_is_read_aloud_it_stays_and_its_own_time_after_that(open_page):
    with open_page() as (stage, page):
        stage.show(Read(DocumentClass.CCCD_2021, "N. T. M***", "•••••••••123", 6_000))
        until_heard(page, "/speech/vi/read.goes_on.wav")
        posted = page.evaluate("window.posted")
        page.keyboard.press("Tab")
        expect(page.locator(".ends")).to_be_hidden()
        page.wait_for_function("() => window.posted.some((p) => p[0] === '/touch/touched')")

    came_up_ms = next(ms for what, ms in posted if what == "/speech/vi")
    talk = careful()
    talk.see(MAU)
    begun_ms = talk.now_ms
    heard_ms = [ms - came_up_ms for what, ms in posted if what == "/touch/heard"]
    for ms in heard_ms:
        talk.now_ms = begun_ms + ms
        assert talk.tell(TickPassed(talk.now_ms)) == []
        talk.tell(ScreenHeard(talk.now_ms))
    assert heard_ms[-1] > 2_000
    assert talk.after(5_900).tell(TickPassed(talk.now_ms)) == []
    assert orders(talk.after(200).tell(TickPassed(talk.now_ms)), StoreCheckIn)


def test_speech_can_be_turned_off_and_the_tone_stays(open_page):
    with open_page() as (stage, page):
        page.keyboard.press("s")
        stage.show(REFUSED)

        until_heard(page, "/sound/error.wav")
        assert heard(page) == ["/sound/error.wav"]


def test_a_kiosk_without_a_voice_gives_tones_and_says_that_it_is_silent(open_page):
    with open_page(voice=NoVoice()) as (stage, page):
        stage.show(REFUSED)

        until_heard(page, "/sound/error.wav")
        expect(page.locator("body")).to_have_attribute("data-voice", "silent")


def test_the_language_that_was_chosen_is_spoken(open_page):
    with open_page() as (stage, page):
        stage.show(REFUSED)
        page.get_by_role("button", name="English").click()

        until_heard(page, "/speech/en/refused.title.wav")


def test_who_moves_by_keys_hears_each_button(open_page):
    with open_page() as (stage, page):
        stage.show(REFUSED)
        expect(page.locator("body")).to_have_attribute("data-screen", "refused")

        page.get_by_role("button", name="Bấm số căn cước").focus()
        page.keyboard.press("Tab")

        until_heard(page, "/speech/vi/back.wav")


def test_sound_can_be_switched_off_for_a_site(open_page):
    with open_page(output="off") as (stage, page):
        stage.show(REFUSED)

        expect(page.locator("body")).to_have_attribute("data-screen", "refused")
        assert page.get_by_role("button", name="Âm thanh").count() == 0
        assert page.evaluate("window.heard") == []


def test_names_are_spoken_into_headphones_only(open_page):
    for output, spoken in (("speaker", False), ("headphones", True)):
        with open_page(output=output) as (stage, page):
            stage.show(Done("A012", "Nguyễn V. A."))
            until_heard(page, "/speech/vi/done.take_card.wav")

            particular = [what for what in heard(page) if "/said-" in what]
            assert bool(particular) is spoken


def test_the_question_whether_somebody_is_there_is_heard(open_page):
    with open_page() as (stage, page):
        stage.show(REFUSED)
        stage.show(REFUSED, still_there=True)

        until_heard(page, "/speech/vi/still.title.wav")
        assert "/sound/attention.wav" in heard(page)
        expect(page.locator("#still-how")).to_contain_text("trở về đầu")

        stage.show(Differs(("birth",)))
        stage.show(Differs(("birth",)), still_there=True)

        expect(page.locator("#still-how")).to_have_text("Nếu không, máy sẽ tự cấp số.")
        expect(page.locator("#still")).to_be_visible()
        page.keyboard.press("F1")
        wait_until(lambda: any(isinstance(fact, HelpWanted) for fact in stage.told))


def test_what_somebody_opened_over_a_page_goes_with_it_and_with_them(open_page):
    with open_page(speech=False) as (stage, page):
        stage.show(REFUSED)
        sounds = page.locator("#sounds")
        page.get_by_role("button", name="Âm thanh").click()
        expect(sounds).to_be_visible()

        stage.show(Done("A012", "N. V. A.", slip="printed"))
        expect(sounds).to_be_hidden()

        page.get_by_role("button", name="Âm thanh").click()
        expect(sounds).to_be_visible()
        stage.show(Done("A013", "N. V. B.", slip="printed"), visitor=1)
        expect(sounds).to_be_hidden()

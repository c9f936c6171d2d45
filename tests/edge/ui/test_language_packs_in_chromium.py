"""A third language at the kiosk, from a pack, with a real browser."""

import pytest
from factories.chromium import chromium
from factories.packs import CHAM, SAMPLE, language_pack
from factories.screens import staged
from playwright.sync_api import expect

from edge.adapters.language_packs import PackPictograms, PackRecordings, read_packs, with_packs
from edge.adapters.voice_espeak import EspeakVoice
from edge.domain.screen import Attract, Done, Wants
from edge.services.speaking import Speaking
from edge.ui.sound import Sound
from edge.ui.words import built_in

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def browser():
    with chromium("--autoplay-policy=no-user-gesture-required") as found:
        yield found


@pytest.fixture
def on_stage(browser, tmp_path):
    language_pack(tmp_path)
    packs = read_packs(tmp_path)
    words = with_packs(built_in(), packs)
    speaking = Speaking(words=words, voice=EspeakVoice(), recordings=PackRecordings(packs))
    sound = Sound("speaker", 3, speech=True, speaking=speaking)
    with staged(words=words, sound=sound, drawing=PackPictograms(packs).drawing) as stage:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(stage.url)
        page.wait_for_selector("main h1")
        yield stage, page
        page.close()


def choose(page, name):
    page.locator("#language").click()
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def fonts_of(page, selector):
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    found = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"] for font in found}


def test_with_three_languages_the_button_opens_a_choice(on_stage):
    _, page = on_stage
    expect(page.locator("#language")).to_have_text("Ngôn ngữ")

    choose(page, CHAM)

    expect(page.locator("main h1")).to_have_text(SAMPLE)
    expect(page.locator("html")).to_have_attribute("lang", "cjm")
    expect(page.locator("#help")).to_have_text("Gọi nhân viên")


def test_the_letters_of_another_script_are_drawn(on_stage):
    _, page = on_stage

    choose(page, CHAM)

    expect(page.locator("main h1")).to_have_text(SAMPLE)
    assert "Noto Sans Cham" in fonts_of(page, "main h1")


def test_choices_are_large_enough_for_any_finger(on_stage):
    _, page = on_stage

    page.locator("#language").click()

    for button in page.get_by_role("dialog").get_by_role("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 119


def test_a_recording_of_the_pack_is_played_where_it_has_one(on_stage):
    stage, page = on_stage
    fetched = []
    page.on("response", lambda answer: fetched.append((answer.url, len(answer.body()))))
    choose(page, CHAM)
    stage.show(Done("A000"))
    page.wait_for_function("() => document.body.dataset.saying.endsWith('digit.0.wav')")
    page.wait_for_function("() => document.body.dataset.saying === ''")

    sizes = {url.rpartition("/")[2]: size for url, size in fetched}
    assert sizes["digit.0.wav"] == 44 + 2 * 2646
    assert sizes["done.title.wav"] > 10_000


def test_a_drawing_of_the_pack_takes_the_place_of_ours(on_stage):
    stage, page = on_stage
    stage.show(Wants())
    choose(page, CHAM)
    expect(page.locator("body")).to_have_attribute("data-screen", "wants")

    def drawing(name):
        return page.request.get(f"{stage.url}/pictograms/{name}.svg").text()

    assert 'r="40"' in drawing("cjm/passport")
    assert 'r="40"' not in drawing("vi/passport")
    assert drawing("cjm/complaint") == drawing("vi/complaint")
    widths = page.evaluate(
        "() => [...document.querySelectorAll('main img')].map((i) => i.naturalWidth)"
    )
    assert widths
    assert min(widths) > 0


def test_the_next_person_finds_vietnamese(on_stage):
    stage, page = on_stage
    choose(page, CHAM)
    stage.show(Done("A000"))
    expect(page.locator("body")).to_have_attribute("data-screen", "done")

    stage.show(Attract())
    expect(page.locator("body")).to_have_attribute("data-screen", "attract")
    assert page.locator("html").get_attribute("lang") != "vi", "they only went back"

    stage.show(Attract(), visitor=1)

    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_a_language_goes_with_its_person_from_a_page_that_never_changed(browser):
    with staged() as stage:
        page = browser.new_page()
        page.goto(stage.url)
        page.wait_for_selector("main h1")
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")

        stage.show(Attract(), visitor=1)

        expect(page.locator("html")).to_have_attribute("lang", "vi")
        page.close()

"""The board of the hall, with a real browser over https, as people see and hear it."""

import time
from contextlib import contextmanager
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories.chromium import chromium
from factories.halls import hall
from factories.pictures import pictures
from factories.site_hours import busy
from factories.waiting import wait_until
from playwright.sync_api import expect

from edge.domain.queue.commands import Recall

pytestmark = pytest.mark.system

PICTURES = pictures("board")
ALLOWED = "--autoplay-policy=no-user-gesture-required"
LISTENING = """
    window.heard = [];
    const play = HTMLMediaElement.prototype.play;
    const players = new Set();
    HTMLMediaElement.prototype.play = function () {
      if (!players.has(this)) {
        players.add(this);
        // The page hears of an end before we do and has put the next sound in: remember which one played.
        let playing = "";
        const note = (kind) => window.heard.push([kind, performance.now(), playing]);
        this.addEventListener("playing", () => { playing = new URL(this.src).pathname; note("playing"); });
        for (const kind of ["ended", "error"]) this.addEventListener(kind, () => note(kind));
      }
      return play.call(this);
    };
    new MutationObserver(() => {
      const number = document.querySelector("#now .number")?.textContent;
      if (number) (window.shownAt ??= {})[number] ??= Date.now();
    }).observe(document, { subtree: true, childList: true });
"""


@pytest.fixture
def site(tmp_path):
    with hall(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with chromium(ALLOWED) as found:
        yield found


@contextmanager
def board(browser, site, query: str = "", width: int = 1920, height: int = 1080):
    """Open the board as at a new television: its code is typed once."""
    size = {"width": width, "height": height}
    context = browser.new_context(ignore_https_errors=True, viewport=size)
    page = context.new_page()
    page.add_init_script(LISTENING)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site.url}/board/enter")
    page.fill("input[name=code]", site.board_code())
    page.press("input[name=code]", "Enter")
    if query:
        page.goto(f"{site.url}/board?{query}")
    page.wait_for_selector("body[data-state=live]")
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def test_a_call_is_on_the_board_at_once(browser, site):
    site.come(2)
    with board(browser, site) as page:
        called_at = time.time() * 1000  # noqa: TID251 - beside the browser's clock
        visit = site.call("reception", "2")
        expect(page.locator("#now .number")).to_have_text(visit.ticket)

        assert page.evaluate("shownAt")[visit.ticket] - called_at < 10_000
        expect(page.locator("#now .desk")).to_have_text("Bàn 2")
        expect(page.locator("#now .name")).to_have_text("Đón tiếp")


def test_two_calls_never_sound_at_once_and_each_begins_with_a_tone(browser, site):
    site.come(4)
    with board(browser, site, "sound=on") as page:
        page.wait_for_selector("body[data-voice=on]")
        first = site.call("reception", "1")
        second = site.call("reception", "2")

        ended = f"heard.filter(([kind, , path]) => kind === 'ended' && path.includes('/en/') && path.endsWith('{second.ticket}.wav')).length"
        wait_until(lambda: page.evaluate(ended) == 1, seconds=60)
        sounds = sounding(page.evaluate("heard"))

    # Turning sound on is a tone too.
    said = [path for _, _, path in sounds][1:]

    assert said == [
        "/board/tone.wav",
        f"/board/call/vi/reception/1/{first.ticket}.wav",
        f"/board/call/en/reception/1/{first.ticket}.wav",
        "/board/tone.wav",
        f"/board/call/vi/reception/2/{second.ticket}.wav",
        f"/board/call/en/reception/2/{second.ticket}.wav",
    ]
    assert all(end <= begin for (_, end, _), (begin, _, _) in pairwise(sounds))
    assert all(end - begin > 1000 for begin, end, path in sounds if "/call/" in path)


def sounding(heard) -> list[tuple[float, float, str]]:
    """Return from when to when each sound was heard."""
    found, playing = [], None
    for kind, at, path in heard:
        if kind == "playing":
            assert playing is None, f"{path} began while {playing} sounded"
            playing = (at, path)
        elif playing is not None:
            found.append((playing[0], at, playing[1]))
            playing = None
    return found


def test_a_number_called_again_is_said_again_and_an_old_one_is_not(browser, site):
    site.come(1)
    visit = site.call("reception", "1")
    with board(browser, site, "sound=on") as page:
        page.wait_for_selector("body[data-voice=on]")
        ended = "heard.filter(([kind, , path]) => kind === 'ended' && path.includes('/vi/')).length"
        wait_until(lambda: page.evaluate(ended) == 1, seconds=30)
        site.do(Recall(visit=visit.id, staff="lan"))
        wait_until(lambda: page.evaluate(ended) == 2, seconds=30)
        wait_until(lambda: not page.evaluate("document.body.dataset.saying"), seconds=30)
        site.stop()
        page.wait_for_selector("body[data-state=stale]", timeout=60_000)
        site.start()
        page.wait_for_selector("body[data-state=live]", timeout=60_000)

        expect(page.locator("#now .number")).to_have_text(visit.ticket)
        assert page.evaluate(ended) == 2


def test_without_the_hub_the_board_says_so_after_ten_seconds_and_comes_back_alone(browser, site):
    site.come(3)
    site.call("reception", "1")
    with board(browser, site) as page:
        assert not page.locator("#stale").is_visible()
        site.stop()
        stopped = time.monotonic()
        page.wait_for_selector("body[data-state=stale]", timeout=60_000)
        assert 7 <= time.monotonic() - stopped <= 12
        expect(page.get_by_role("alert")).to_contain_text("SỐ LIỆU CŨ")
        page.screenshot(path=PICTURES / "board-stale.png")

        site.start()
        page.wait_for_selector("body[data-state=live]", timeout=60_000)
        assert not page.locator("#stale").is_visible()
        again = site.call("reception", "2")
        expect(page.locator("#now .number")).to_have_text(again.ticket)


def test_a_browser_that_may_not_sound_asks_for_one_press(browser, site):
    with board(browser, site, "refuse") as page:
        page.evaluate("localStorage.setItem('sound', 'on')")
        page.add_init_script(
            "const play = HTMLMediaElement.prototype.play;"
            "let pressed = false; addEventListener('click', () => { pressed = true; }, true);"
            "HTMLMediaElement.prototype.play = function () { return pressed ? play.call(this)"
            " : Promise.reject(new DOMException('no gesture', 'NotAllowedError')); };"
        )
        page.reload()
        page.wait_for_selector("body[data-voice=asks]")
        expect(page.locator("#sound-why")).to_be_visible()
        page.get_by_role("button", name="Bật tiếng").click()
        page.wait_for_selector("body[data-voice=on]")
        assert not page.get_by_role("button").is_visible()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160)])
def test_axe_finds_nothing_and_no_letter_is_too_small_or_cut(browser, site, width, height):
    busy(site)
    with board(browser, site, width=width, height=height) as page:
        page.wait_for_selector("#now .number")
        page.wait_for_timeout(500)
        page.screenshot(path=PICTURES / f"board-{width}.png")
        found = Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "best-practice"]}
        )
        least = page.evaluate(
            "Math.min(...[...document.querySelectorAll('#now p, .station h2, .station li')]"
            ".map((each) => parseFloat(getComputedStyle(each).fontSize)))"
        )
        cut = page.evaluate(
            "[...document.querySelectorAll('.station :is(h2, p, li), #now p')].filter((each) => {"
            " const inner = each.getBoundingClientRect();"
            " const outer = each.closest('section').getBoundingClientRect();"
            " return inner.bottom > outer.bottom + 1 || inner.right > outer.right + 1; })"
            ".map((each) => each.innerText)"
        )

    assert [violation["id"] for violation in found.response["violations"]] == []
    # Six metres from 55 inches: capitals of 3 cm.
    assert least * 0.714 / height * 55 * 25.4 * 9 / 337**0.5 >= 29.5
    assert cut == []


def test_from_further_away_letters_are_larger_and_stations_take_turns(browser, site):
    busy(site)
    with board(browser, site, "metres=12&inches=55") as page:
        first = page.locator(".station h2").all_inner_texts()
        assert 1 <= len(first) < 5
        wait_until(lambda: page.locator(".station h2").all_inner_texts() != first, seconds=20)
        page.screenshot(path=PICTURES / "board-far.png")


# A line of letters is a little higher than their ink.
CUT = """[...document.querySelectorAll("#now .number, #now .where, .station")].filter(
    (part) => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 4
).map((part) => [part.className, part.scrollWidth - part.clientWidth, part.scrollHeight - part.clientHeight])"""
LEAST = """Math.min(...[...document.querySelectorAll("#now .number, #now .desk, #now .name")].map(
    (part) => parseFloat(getComputedStyle(part).fontSize))) / parseFloat(getComputedStyle(document.body).fontSize)"""


@pytest.mark.parametrize("metres", ["6", "12"])
def test_a_call_to_a_place_with_a_long_name_is_whole_and_large_enough(browser, site, metres):
    busy(site)
    with board(browser, site, f"metres={metres}&inches=55") as page:
        site.call("screening", "12")
        expect(page.locator("#now .name")).to_have_text("Khám sàng lọc")

        page.screenshot(path=PICTURES / f"board-long-{metres}.png")
        assert page.evaluate(CUT) == []
        assert page.evaluate(LEAST) >= 1


DRAWN_TWICE = """[0, 1].map(() => {
    dispatchEvent(new Event("resize"));
    return document.getElementById("stations").innerHTML;
})"""


def test_a_station_that_just_fits_does_so_each_time_it_is_drawn(browser, site):
    busy(site)
    with board(browser, site, "metres=14&inches=55") as page:
        first, again = page.evaluate(DRAWN_TWICE)

    assert again == first


def test_a_board_of_one_room_shows_and_calls_its_own_stations_alone(browser, site):
    site.come(2)
    with board(browser, site, "stations=screening,injection") as page:
        site.call("reception", "1")
        site.call("reception", "1")
        visit = site.call("screening", "4")
        expect(page.locator("#now .number")).to_have_text(visit.ticket)

        assert page.locator(".station h2").all_inner_texts() == ["Khám sàng lọc", "Tiêm"]
        assert list(page.evaluate("shownAt")) == [visit.ticket]


def test_a_board_whose_right_was_taken_away_asks_for_a_code(browser, site):
    with board(browser, site) as page:
        for key in site.door.boards():
            site.ask(site.door.remove_board(key))
        site.call_in_loop(site.fanout.drop_unwanted)
        page.wait_for_url("**/board/enter", timeout=60_000)


FLOOD = """async (everyMs) => {
    const { takeTurn } = await import('/static/site/board_turns.js');
    const lasts = { full: 4800, brief: 2700, shown: 4000 };
    const queue = [], turns = { full: 0, brief: 0, shown: 0 }, order = [];
    let now = 0, came = 0, longest = 0, begins = true;
    while (now < 3_600_000 || queue.length) {
        for (; came * everyMs <= now && now < 3_600_000; came += 1) queue.push({ key: came, heardAt: came * everyMs });
        const turn = takeTurn(queue, () => true, now, begins);
        begins = !turn;
        if (!turn) { now = came * everyMs; continue; }
        turns[turn.how] += turn.calls.length;
        for (const call of turn.calls) { order.push(call.key); longest = Math.max(longest, now - call.heardAt); }
        now += Math.max(turn.leastMs, lasts[turn.how]);
    }
    const gone = [{ key: 1, heardAt: 0 }, { key: 2, heardAt: 0 }];
    return { came, turns, longest, inOrder: order.every((key, at) => key === at), asked: order.length,
             whoCame: takeTurn(gone, ({ key }) => key === 2, 100, true).calls.map(({ key }) => key) };
}"""


def test_of_twenty_five_calls_a_minute_none_is_lost_and_none_waits_half_a_minute(browser, site):
    with board(browser, site) as page:
        busy_hour = page.evaluate(FLOOD, 2400)
        usual_hour = page.evaluate(FLOOD, 6000)

    assert busy_hour["came"] == busy_hour["asked"] == 1500
    assert busy_hour["inOrder"]
    assert busy_hour["longest"] < 30_000
    # As clips last here; the rest is shown large and marked.
    assert busy_hour["turns"]["brief"] > 0.75 * 1500
    assert busy_hour["turns"]["shown"] > 0
    assert usual_hour["turns"] == {"full": 600, "brief": 0, "shown": 0}
    assert busy_hour["whoCame"] == [2]


MARKED = """async () => {
    const { drawNow } = await import('/static/site/board_draw.js');
    const calls = [...document.querySelectorAll('.called li')].slice(0, 4).map((each) => ({
        ticket: each.textContent, desk: each.dataset.desk,
        station: { name: each.closest('section').querySelector('h2').textContent } }));
    drawNow(calls.map((call, key) => ({ ...call, key })), true, true);
    return calls.map(({ ticket }) => ticket);
}"""
KEYS = """async () => {
    const { mark } = await import('/static/site/board_draw.js');
    const board = await new Promise((done) => {
        const source = new EventSource('/board/events');
        source.addEventListener('board', ({ data }) => { source.close(); done(JSON.parse(data)); });
    });
    mark(board.stations.flatMap((station) => station.calling).map(({ key }) => key));
}"""


def test_calls_that_could_not_be_said_stand_large_together_and_are_marked(browser, site):
    busy(site)
    with board(browser, site) as page:
        page.wait_for_selector("#now .number")
        page.evaluate(KEYS)
        tickets = page.evaluate(MARKED)
        page.screenshot(path=PICTURES / "board-flood.png")

        assert page.locator("#now .many b").all_inner_texts() == tickets
        expect(page.locator("#now .unsaid")).to_have_text("Không kịp đọc loa, xin nhìn bảng")
        assert page.locator(".station .label").filter(has_text="Không kịp").count() > 0
        cut = page.evaluate(
            "(() => { const box = document.getElementById('now').getBoundingClientRect();"
            " return [...document.querySelectorAll('#now :is(b, span, small, p)')].filter((each) => {"
            " const found = each.getBoundingClientRect();"
            " return found.bottom > box.bottom || found.top < box.top || found.right > box.right; })"
            ".map((each) => each.innerText); })()"
        )
    assert cut == []

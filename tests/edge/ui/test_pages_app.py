import asyncio
import json
from html.parser import HTMLParser

import httpx
import pytest
from factories.kiosks import ZONE, make_bench

from edge.domain.facts import HelpWanted, KeypadOpened, NumberEntered
from edge.domain.screen import (
    Attract,
    Busy,
    Done,
    Keypad,
    OutOfOrder,
    Refused,
    StaffWanted,
    TwoCards,
)
from edge.services.display import Bar, PrinterMood
from edge.services.roster import RosterState
from edge.simulated.camera import SimulatedCamera
from edge.simulated.sample_cards import SAMPLE_CARDS
from edge.ui.app import build_app
from edge.ui.pages import NAMES, Pages
from edge.ui.simulator import Sample, Simulator
from protocol.documents.model import DocumentClass, Reason

SCREENS = [
    Attract(),
    Attract(camera_works=False),
    Busy(),
    Done("A012", "N. T. M***"),
    Done("A012", slip="failed"),
    Done("A012", slip="printed", again=True),
    Refused(DocumentClass.URL, Reason.WEB_ADDRESS),
    TwoCards(),
    Keypad(),
    StaffWanted(),
    OutOfOrder("D01"),
    OutOfOrder("D02"),
]


class _Forbidden(HTMLParser):
    """Collects inline scripts, handlers and styles, which the pages' policy forbids."""

    def __init__(self):
        super().__init__()
        self.forbidden = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.forbidden.append((tag, name, value))
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.forbidden.append((tag, None, None))


@pytest.fixture
def bench(tmp_path):
    made = make_bench(tmp_path)
    yield made
    made.journal.close()


@pytest.fixture
def pages():
    return Pages(device="kiosk-0001", site_name="Trạm Y tế Phước Dinh", zone=ZONE)


@pytest.fixture
def app(bench, pages):
    camera = SimulatedCamera()
    samples = {c.name: Sample(c.name, c.title_vi, c.title_en, c.draw) for c in SAMPLE_CARDS}
    return build_app(
        display=bench.display,
        pages=pages,
        reader=bench.reader,
        clock=bench.clock,
        tell=bench.facts.put,
        host="127.0.0.1",
        simulator=Simulator(camera.hold_up, lambda: samples, "http://127.0.0.1:9101/"),
    )


@pytest.fixture
async def http(app):
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client


@pytest.mark.parametrize("screen", SCREENS, ids=lambda s: type(s).__name__)
def test_every_screen_is_drawn_in_both_languages_without_inline_script(bench, pages, screen):
    bench.display.show(screen)

    message = json.loads(pages.message(bench.display.shown))

    looked_at = _Forbidden()
    for html in message["html"].values():
        looked_at.feed(html)
    assert looked_at.forbidden == []
    assert message["screen"] == NAMES[type(screen)]
    assert message["html"]["vi"] != message["html"]["en"]


@pytest.mark.parametrize(
    ("told", "vi", "en"),
    [
        (
            "unverified",
            "Có tên trong danh sách, chưa xác minh xong.",
            "On the list, not verified yet.",
        ),
        ("not_listed", "Chưa có tên trong danh sách.", "Not on the list yet."),
        ("no_list", "Máy chưa có danh sách mới.", "This machine has no up-to-date list."),
    ],
)
def test_the_screen_says_what_the_list_knows_and_that_the_person_is_served(
    bench, pages, told, vi, en
):
    bench.display.show(Done("A001", standing=told))

    html = json.loads(pages.message(bench.display.shown))["html"]

    assert f"<p>{vi} Vẫn được phục vụ" in html["vi"]
    assert f"<p>{en} You will be served" in html["en"]


def test_whoever_typed_a_passport_is_not_asked_for_a_number_that_they_may_not_have(bench, pages):
    bench.display.show(Refused(DocumentClass.PASSPORT, Reason.IMPOSSIBLE_DATE))

    html = json.loads(pages.message(bench.display.shown))["html"]

    assert "Hai dòng này ghi một ngày không có trên lịch." in html["vi"]
    assert "A date in these lines does not exist." in html["en"]


def test_a_masked_name_is_shown_as_text_whatever_is_in_it(bench, pages):
    bench.display.show(Done("A001", "<img src=x>"))

    html = json.loads(pages.message(bench.display.shown))["html"]["vi"]

    assert "<img src=x" not in html
    assert "&lt;img src=x&gt;" in html


def test_the_screen_is_drawn_once_for_all_pages(bench, pages):
    bench.display.show(Done("A001"))

    assert pages.message(bench.display.shown) is pages.message(bench.display.shown)


@pytest.mark.parametrize(
    ("unsent", "words"),
    [
        (14, "Còn 14 lượt chưa gửi, lúc 08:00"),
        (0, "Trung tâm đã nhận hết, lúc 08:00"),
        (None, "Chưa rõ còn bao nhiêu lượt ghi chưa gửi"),
    ],
)
def test_the_bar_says_in_words_what_is_not_sent_yet(bench, pages, unsent, words):
    bench.display.tell(Bar(unsent=unsent, as_of=bench.clock.now()))

    assert json.loads(pages.message(bench.display.shown))["bar"]["vi"] == words


@pytest.mark.parametrize(
    ("people", "words"),
    [(0, "Chưa có danh sách của điểm"), (7, "Danh sách của điểm: cập nhật lúc 08:00 ")],
)
def test_a_list_without_people_is_none_to_the_bar_either(bench, pages, people, words):
    bench.display.tell(Bar(unsent=0, roster=RosterState(people, bench.clock.now())))

    assert words in json.loads(pages.message(bench.display.shown))["bar"]["vi"]


def test_the_bar_tells_paper_and_clock(bench, pages):
    bench.display.tell(Bar(unsent=None, clock_ok=False, printer=PrinterMood.PAPER_OUT))

    words = json.loads(pages.message(bench.display.shown))["bar"]["vi"]

    assert words.endswith("Hết giấy in · Đồng hồ máy chưa chắc đúng")


async def test_pages_are_not_stored_and_run_no_foreign_script(http):
    answer = await http.get("/")

    looked_at = _Forbidden()
    looked_at.feed(answer.text)
    assert answer.status_code == 200
    assert looked_at.forbidden == []
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["kiosk.example", "127.0.0.1.example:8080", "", "evil:8080"])
async def test_a_page_under_a_foreign_name_is_refused(http, host):
    assert (await http.get("/", headers={"host": host})).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080"])
async def test_the_machines_own_names_are_let_in(http, host):
    assert (await http.get("/", headers={"host": host})).status_code == 200


async def test_another_sites_page_cannot_drive_the_kiosk(http, bench):
    answer = await http.post("/touch/keypad", headers={"origin": "http://evil.example"})

    assert answer.status_code == 403
    assert bench.facts.empty()


async def test_touches_become_facts(http, bench):
    await http.post("/touch/keypad", headers={"origin": "http://127.0.0.1:8080"})
    await http.post("/touch/help")
    unknown = await http.post("/touch/unknown")

    facts = [type(bench.facts.get_nowait()) for _ in range(bench.facts.qsize())]
    assert facts == [KeypadOpened, HelpWanted]
    assert unknown.status_code == 404


async def test_a_typed_number_becomes_a_claim(http, bench):
    await http.post("/number", content="058185000123")

    fact = bench.facts.get_nowait()
    assert isinstance(fact, NumberEntered)
    assert fact.seen.reading.number == "058185000123"


@pytest.mark.parametrize(("body", "status"), [(b"9" * 300, 413), (b"\xff\xfe", 204), (b"", 204)])
async def test_hostile_typing_breaks_nothing(http, body, status):
    assert (await http.post("/number", content=body)).status_code == status


async def test_what_is_no_picture_is_refused_in_words(http):
    answer = await http.post("/simulator/hold-up", content=b"not a picture")

    assert answer.status_code == 422
    assert answer.text == "the file is not a picture\n"


async def test_a_sample_card_can_be_seen_and_held_up(http):
    seen = await http.get("/simulator/samples/cccd-2021.jpg")
    held = await http.post("/simulator/hold-up/cccd-2021")
    unknown = await http.post("/simulator/hold-up/unknown")

    assert seen.headers["content-type"] == "image/jpeg"
    assert (held.status_code, unknown.status_code) == (204, 404)


async def test_the_simulators_page_shows_every_sample_and_the_printer(http):
    page = (await http.get("/simulator")).text

    assert all(card.title_vi in page for card in SAMPLE_CARDS)
    assert "http://127.0.0.1:9101/" in page


async def test_without_a_simulated_camera_nothing_can_be_held_up(bench, pages):
    app = build_app(
        display=bench.display,
        pages=pages,
        reader=bench.reader,
        clock=bench.clock,
        tell=bench.facts.put,
        host="127.0.0.1",
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        page = await client.get("/simulator")
        held = await client.post("/simulator/hold-up/cccd-2021")

    assert (page.status_code, held.status_code) == (404, 404)


async def test_a_page_gets_the_current_screen_at_once_and_then_the_newest(bench):
    bench.display.show(Done("A001"))
    seen = []

    async def follow():
        seen.extend([shown.screen async for shown in bench.display.changes()])

    async with asyncio.TaskGroup() as group:
        group.create_task(follow())
        await asyncio.sleep(0)
        bench.display.show(Busy())
        bench.display.show(Done("A002"))
        await asyncio.sleep(0)
        bench.display.close()

    assert seen == [Done("A001"), Done("A002")]

import io
import json
import wave
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.applications import Starlette

from edge.adapters.recordings_none import NoRecordings
from edge.adapters.voice_espeak import EspeakVoice
from edge.domain.answers import Answer, Found
from edge.domain.screen import Certificates, Done, Doses, Read
from edge.domain.speech import Tone
from edge.services.display import Display
from edge.services.speaking import Speaking
from edge.ui.pages import Pages
from edge.ui.pictograms import pictogram_route
from edge.ui.sound import QUIET, Sound, sound_routes
from edge.ui.words import built_in
from protocol.documents.model import DocumentClass

NAME = "Nguyễn V. A."


@pytest.fixture
async def http():
    speaking = Speaking(words=built_in(), voice=EspeakVoice(), recordings=NoRecordings())
    sound = Sound("speaker", 3, speech=True, speaking=speaking)
    app = Starlette(routes=[*sound_routes(sound), pictogram_route(None)])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1"
    ) as client:
        yield client


async def test_a_screen_becomes_addresses_and_each_a_sound(http):
    answer = await http.post("/speech/en", json=["Back", "A01 2"])
    sound = await http.get(answer.json()[0])

    assert answer.json()[0] == "/speech/en/back.wav"
    assert sound.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(sound.content)) as file:
        assert file.getnframes() > 2_000


async def test_nothing_of_a_screen_stands_in_an_address(http):
    answer = await http.post("/speech/vi", json=[NAME])

    assert answer.json() == ["/speech/vi/said-1.wav"]
    assert (await http.get("/speech/vi/said-1.wav")).status_code == 200


async def test_a_person_who_left_leaves_no_sound_behind(http):
    [address] = (await http.post("/speech/vi", json=[NAME])).json()

    await http.post("/speech/vi", json=[])

    assert (await http.get(address)).status_code == 404


@pytest.mark.parametrize("tone", Tone)
async def test_every_tone_can_be_fetched(http, tone):
    assert (await http.get(f"/sound/{tone}.wav")).content.startswith(b"RIFF")


@pytest.mark.parametrize(
    "path",
    [
        "/sound/gong.wav",
        "/speech/vi/no.such.id.wav",
        "/speech/vi/..%2f..%2fpack.toml.wav",
        "/speech/xx/back.wav",
        "/pictograms/vi/dragon.svg",
        "/pictograms/vi/..%2ficon.svg",
    ],
)
async def test_what_is_not_there_is_not_found(http, path):
    assert (await http.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x", 400),
        (b'{"a": 1}', 400),
        (b"[1]", 400),
        (b"\xff", 400),
        (json.dumps(["x" * 20_000]).encode(), 400),
    ],
)
async def test_what_is_no_list_of_texts_is_refused(http, body, status):
    assert (await http.post("/speech/vi", content=body)).status_code == status


async def test_a_language_that_nobody_has_is_not_found(http):
    assert (await http.post("/speech/xx", json=["x"])).status_code == 404


def test_a_quiet_kiosk_has_no_sounds():
    assert sound_routes(QUIET) == []


class _Open(HTMLParser):
    """Collects texts that stand outside of what is private."""

    VOID = frozenset({"br", "img", "input", "circle", "path", "rect", "i"})

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[bool] = []
        self.open_texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.stack.append("data-private" in dict(attrs))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            self.stack.pop()

    def handle_data(self, data):
        if not any(self.stack):
            self.open_texts.append(data)


@pytest.mark.parametrize(
    "screen",
    [
        Done("A012", NAME),
        Done("A012", NAME, again=True),
        Read(DocumentClass.HEALTH_INSURANCE, NAME, "079•••••••21", 2000),
        Certificates(Answer(Found.AVAILABLE), NAME),
        Doses(Answer(Found.UNKNOWN), NAME),
    ],
    ids=lambda screen: type(screen).__name__,
)
def test_names_and_numbers_are_marked_as_private_on_every_screen(screen):
    display = Display()
    display.show(screen)
    pages = Pages(device="kiosk-0001", site_name="Trạm", zone=ZoneInfo("Asia/Ho_Chi_Minh"))

    for html in json.loads(pages.message(display.shown))["html"].values():
        assert NAME in html
        looked_at = _Open()
        looked_at.feed(html)
        text = "".join(looked_at.open_texts)
        assert NAME not in text
        assert "•" not in text


@pytest.mark.parametrize(
    ("output", "speech", "unasked"),
    [
        ("speaker", True, True),
        ("speaker", False, False),
        ("headphones", False, True),
        ("auto", False, True),
        ("off", True, False),
    ],
)
def test_the_voice_is_warmed_up_where_somebody_hears_it_unasked(output, speech, unasked):
    assert Sound(output, 3, speech).speaks_unasked is unasked

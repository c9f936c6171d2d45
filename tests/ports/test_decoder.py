"""The decoder port's promises, kept by each engine alone and by the pipeline over time."""

import unicodedata

import cv2
import numpy as np
import pytest
from factories import frames

from edge.adapters.decoder_burst import kiosk_decoder, thorough_decoder
from edge.adapters.decoder_zbar import ZbarDecoder
from edge.adapters.decoder_zxing import ZxingDecoder
from edge.ports import Decoder

NOISE = np.random.default_rng(5).integers(0, 256, (700, 900, 3)).astype(np.uint8)
HOSTILE = {
    "nothing": np.zeros((0, 0), np.uint8),
    "no rows": np.zeros((0, 640), np.uint8),
    "one pixel": np.zeros((1, 1), np.uint8),
    "a line": np.zeros((1, 5000), np.uint8),
    "a vector": np.zeros(640, np.uint8),
    "a film": np.zeros((3, 20, 20, 3), np.uint8),
    "five channels": np.zeros((40, 40, 5), np.uint8),
    "two channels": np.zeros((40, 40, 2), np.uint8),
    "booleans": np.zeros((40, 40), bool),
    "texts": np.full((40, 40), "x"),
    "objects": np.full((40, 40), None, object),
    "complex numbers": np.zeros((40, 40), complex),
    "not numbers": np.full((40, 40), np.nan, np.float32),
    "infinite numbers": np.full((40, 40), np.inf),
    "sixteen bits": np.full((40, 40), 60_000, np.uint16),
    "long strip": np.zeros((20, 70_000), np.uint8),
    "not an array": b"no frame",
    "none": None,
    "noise in colour": NOISE,
    "every second column": NOISE[::2, ::3, 0],
    "white": np.full((300, 400), 255, np.uint8),
}


def zxing_alone() -> Decoder:
    return ZxingDecoder()


def zbar_alone() -> Decoder:
    return ZbarDecoder()


@pytest.fixture(
    params=[zxing_alone, zbar_alone, kiosk_decoder, thorough_decoder],
    ids=lambda make: make.__name__,
)
def decoder(request: pytest.FixtureRequest) -> Decoder:
    return request.param()


def drawn(text: str, *, mixed: bool = True, eci: bool = False) -> np.ndarray:
    return frames.printed(frames.modules(text, mixed=mixed, eci=eci), 25)


CARD = "058185000123|264000456|Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3, Phước Dinh, Ninh Thuận|05052021"


@pytest.mark.parametrize("seed", range(3))
def test_a_card_in_view_is_read_to_the_last_byte(decoder: Decoder, seed: int):
    shot = frames.shoot("plain", seed)

    codes = decoder.decode(shot.frame)

    assert [code.payload for code in codes] == [shot.text.encode()]
    assert {code.symbology for code in codes} == {"QRCode"}


@pytest.mark.parametrize("eci", [False, True])
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize(
    "text", [CARD, "Đổng Thị Giả", unicodedata.normalize("NFD", "Chamaléa Văn Thử")]
)
def test_bytes_come_out_as_they_stand_in_the_code(
    decoder: Decoder, text: str, *, mixed: bool, eci: bool
):
    codes = decoder.decode(drawn(text, mixed=mixed, eci=eci))

    assert [code.payload for code in codes] == [text.encode()]


def test_the_corners_lie_round_the_code_clockwise_from_its_top_left(decoder: Decoder):
    picture = np.full((600, 900), 255, np.uint8)
    code = cv2.resize(drawn(CARD), (300, 300), interpolation=cv2.INTER_AREA)
    picture[100:400, 500:800] = code

    corners = np.array(decoder.decode(picture)[0].corners)

    margin = 24
    expected = [(520, 120), (780, 120), (780, 380), (520, 380)]
    assert np.abs(corners - expected).max() < margin


@pytest.mark.parametrize("name", HOSTILE)
def test_no_image_makes_it_fail(decoder: Decoder, name: str):
    assert decoder.decode(HOSTILE[name]) == []


def test_a_frame_is_left_as_it_was(decoder: Decoder):
    frame = frames.shoot("noise", 3, width=1280).frame
    before = frame.copy()

    decoder.decode(frame)

    assert np.array_equal(frame, before)


def test_colour_and_alpha_are_read(decoder: Decoder):
    dark_red_on_glass = np.zeros((*drawn(CARD).shape, 4), np.uint8)
    dark_red_on_glass[drawn(CARD) < 128] = (10, 10, 90, 255)

    codes = decoder.decode(dark_red_on_glass)

    assert [code.payload for code in codes] == [CARD.encode()]


def test_two_codes_in_view_are_both_found(decoder: Decoder):
    codes = decoder.decode(np.hstack([drawn(CARD), drawn("https://example.vn")]))

    assert {code.payload for code in codes} == {CARD.encode(), b"https://example.vn"}


def test_a_very_large_picture_is_read_too(decoder: Decoder):
    large = cv2.resize(drawn(CARD), (7000, 7000), interpolation=cv2.INTER_NEAREST)

    assert [code.payload for code in decoder.decode(large)] == [CARD.encode()]


def test_forgetting_is_always_allowed(decoder: Decoder):
    decoder.forget()
    decoder.decode(drawn(CARD))
    decoder.forget()
    decoder.forget()

    assert decoder.decode(drawn(CARD))[0].payload == CARD.encode()

"""The pictures of the EU's test cases, through the kiosk's own decoder: as expected of each."""

import base64
import json

import pytest
from factories.certificates import DATA

from edge.adapters.decoder_burst import thorough_decoder
from edge.services.pictures import PictureError, grey_frames

CASES = {path.stem: json.loads(path.read_text()) for path in (DATA / "dgc-common").glob("*.json")}
WITH_PICTURES = {
    name: held["EXPECTEDRESULTS"]["EXPECTEDPICTUREDECODE"]
    for name, held in CASES.items()
    if "2DCODE" in held
}


def texts_in(picture: bytes) -> list[str]:
    try:
        frames = grey_frames(picture, 12_000_000)
    except PictureError:
        return []
    decoder = thorough_decoder()
    return [code.payload.decode() for frame in frames for code in decoder.decode(frame)]


def test_one_picture_is_to_be_read_and_one_is_not():
    assert WITH_PICTURES == {"CO28": True, "Q1": False}


@pytest.mark.parametrize("case", WITH_PICTURES)
def test_a_picture_gives_the_text_of_its_case_or_nothing(case: str):
    held = CASES[case]

    found = texts_in(base64.b64decode(held["2DCODE"]))

    assert (found == [held["PREFIX"]]) is WITH_PICTURES[case]

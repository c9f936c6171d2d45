"""What the decoder pipeline reads that an engine alone does not, and what it never hands on."""

import time

import numpy as np
import pytest
import segno
import zxingcpp
from factories import frames

from edge.adapters.decoder_burst import BurstDecoder, kiosk_decoder
from edge.adapters.decoder_zxing import ZxingDecoder

SPOILED = [("worn", 0), ("low_light", 3), ("noise", 2), ("defocus", 5), ("motion", 0), ("glare", 3)]


def plain_engine_reads(frame: np.ndarray) -> bool:
    return bool(zxingcpp.read_barcodes(frame, formats=zxingcpp.BarcodeFormat.QRCodeModel2))


def part_of_a_message(error: str = "m") -> np.ndarray:
    parts = segno.make_sequence("058185000123|264000456|" * 12, symbol_count=3, error=error)
    dark = np.array([list(row) for row in parts[1].matrix_iter(border=4)])
    return np.where(dark, 0, 255).astype(np.uint8).repeat(6, 0).repeat(6, 1)


@pytest.mark.parametrize(("kind", "seed"), SPOILED)
def test_a_spoiled_card_is_read_where_the_plain_engine_gives_up(kind: str, seed: int):
    shot = frames.shoot(kind, seed)
    assert not plain_engine_reads(shot.frame)

    codes = ZxingDecoder(budget_seconds=2).decode(shot.frame)

    assert [code.payload.decode() for code in codes] == [shot.text]


def test_a_part_of_a_message_over_several_codes_is_not_handed_on_as_a_message():
    part = part_of_a_message()
    assert plain_engine_reads(part)

    assert kiosk_decoder().decode(part) == []


def test_a_finger_on_the_corner_that_tells_a_part_apart_turns_no_card_away():
    shots = [frames.shoot("finger", 5000 + number * 31) for number in range(12)]
    readable = [shot for shot in shots if plain_engine_reads(shot.frame)]
    assert len(readable) >= 8

    read = [
        [code.payload.decode() for code in kiosk_decoder().decode(shot.frame)] for shot in readable
    ]

    assert read == [[shot.text] for shot in readable]


def test_a_code_that_is_not_wanted_is_passed_over():
    decoder = kiosk_decoder(accept=lambda payload: payload.startswith(b"058"))
    advertisement, card = (
        frames.printed(frames.modules(text), 25)
        for text in (
            "https://example.vn",
            "058185000123||Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3|05052021",
        )
    )

    codes = decoder.decode(np.hstack([advertisement, card]))

    assert [code.payload[:12] for code in codes] == [b"058185000123"]


def test_an_empty_room_holds_no_code():
    decoder = kiosk_decoder()

    codes = [decoder.decode(frames.empty(seed, width=1280).frame) for seed in range(12)]

    assert codes == [[]] * 12


def test_a_frame_full_of_almost_codes_ends_within_its_time():
    cells = np.random.default_rng(1).integers(0, 2, (180, 320)).astype(np.uint8) * 255
    crowd = cells.repeat(6, 0).repeat(6, 1)
    started = time.perf_counter()

    codes = kiosk_decoder().decode(crowd)

    assert codes == []
    assert time.perf_counter() - started < 1.5


def test_frames_too_dark_one_by_one_are_read_together():
    burst = frames.burst("low_light", 2, severity=1.6)
    assert [ZxingDecoder(budget_seconds=2).decode(shot.frame) for shot in burst] == [[]] * 8
    decoder = kiosk_decoder()

    read = [code.payload.decode() for shot in burst for code in decoder.decode(shot.frame)]

    assert set(read) == {burst[0].text}


def test_after_forgetting_an_earlier_frame_helps_nobody():
    burst = frames.burst("low_light", 2, severity=1.6)
    decoder = BurstDecoder(ZxingDecoder())

    read = []
    for shot in burst:
        read += decoder.decode(shot.frame)
        decoder.forget()

    assert read == []

"""What every scan engine promises, run on each kind."""

import time

import pytest
from factories.documents import CARD_2021
from factories.engines import ENTER, alt, engine, event, stroke, typed

from edge.adapters.scanner_evdev import EvdevScanner
from edge.adapters.scanner_keys import Typed
from edge.ports import ScannerUnavailable

CARD = CARD_2021.encode()


@pytest.fixture(params=["simulated", "serial", "hid"])
def plugged(request, tmp_path):
    with engine(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def opened(plugged):
    plugged.scanner.open()
    return plugged


@pytest.fixture
def typing(tmp_path):
    with engine("hid", tmp_path) as made:
        made.scanner.open()
        yield made


@pytest.fixture
def line(tmp_path):
    with engine("serial", tmp_path) as made:
        made.scanner.open()
        yield made


def read(opened) -> bytes:
    """Return the next code; an engine may say a few times that nothing came."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        code = opened.scanner.read()
        if code:
            return code
    raise AssertionError("no code came")


def test_a_card_comes_with_its_exact_bytes_vietnamese_letters_and_all(opened) -> None:
    opened.scan(CARD)

    assert read(opened) == CARD
    assert "Nguyễn".encode() in CARD


def test_codes_come_in_their_order_each_by_itself(opened) -> None:
    opened.scan(b"058185000123|1")
    opened.scan(b"058185000124|2")

    assert [read(opened), read(opened)] == [b"058185000123|1", b"058185000124|2"]


def test_when_nothing_is_scanned_the_answer_is_nothing_and_comes_soon(opened) -> None:
    begun = time.monotonic()

    assert opened.scanner.read() == b""
    assert time.monotonic() - begun < 2


def test_an_engine_that_was_pulled_out_is_unavailable_and_works_again_when_put_back(opened) -> None:
    opened.unplug()

    with pytest.raises(ScannerUnavailable):
        opened.scanner.read()
    with pytest.raises(ScannerUnavailable):
        opened.scanner.open()

    opened.plug_in()
    opened.scanner.open()
    opened.scan(CARD)
    assert read(opened) == CARD


def test_an_engine_that_was_not_opened_is_unavailable(plugged) -> None:
    with pytest.raises(ScannerUnavailable):
        plugged.scanner.read()


def test_closing_twice_is_safe(opened) -> None:
    opened.scanner.close()
    opened.scanner.close()


def test_a_typing_engine_is_taken_for_this_program_alone(typing) -> None:
    assert len(typing.taken) == 1


def test_an_engine_that_somebody_else_holds_is_unavailable(tmp_path) -> None:
    def busy(_: int) -> None:
        raise OSError(16, "device or resource busy")

    with engine("hid", tmp_path) as made, pytest.raises(ScannerUnavailable):
        EvdevScanner(str(made.path), take=busy).open()


def test_every_letter_of_a_us_keyboard_is_spelt(typing) -> None:
    printable = bytes(range(32, 127))

    typing.scan(printable)

    assert read(typing) == printable


def test_a_letter_may_come_by_its_unicode_number(typing) -> None:
    typing.write(typed(b"Nguy") + alt(ord("ễ")) + typed(b"n") + stroke(ENTER))

    assert read(typing).decode() == "Nguyễn"


def test_keys_that_stopped_in_the_middle_of_a_code_do_not_spoil_the_next(typing) -> None:
    typing.write(typed(b"0581850", at=1.0) + typed(b"058185000123|x", at=9.0) + stroke(ENTER, 9.0))

    assert read(typing) == b"058185000123|x"


def test_a_code_of_which_the_kernel_lost_keys_is_dropped(typing) -> None:
    typing.write(typed(b"0581") + event(0, 3, 0) + typed(b"058185000123|x") + stroke(ENTER))

    assert read(typing) == b"058185000123|x"


def test_a_key_that_repeats_counts_once(typing) -> None:
    typing.write(event(1, 30, 1) + event(1, 30, 2) + event(1, 30, 2) + event(1, 30, 0))
    typing.write(stroke(ENTER))

    assert read(typing) == b"a"


def test_events_may_arrive_in_pieces_of_any_length(typing) -> None:
    events = typed(b"ab|") + stroke(ENTER)

    typing.write(events[:31])
    assert typing.scanner.read() == b""
    typing.write(events[31:])

    assert read(typing) == b"ab|"


def test_a_code_longer_than_any_document_is_not_kept() -> None:
    keys, key_a = Typed(), 30
    for _ in range(8_192 + 3):
        keys.key(key_a, 1)

    assert keys.key(ENTER, 1) == b"aa"


def test_a_line_without_an_end_of_code_is_framed_by_silence(line) -> None:
    line.begin(CARD)

    assert read(line) == CARD


def test_a_code_in_two_pieces_is_one_code(line) -> None:
    line.begin(CARD[:40])
    line.scan(CARD[40:])

    assert read(line) == CARD


def test_what_was_scanned_while_nobody_listened_is_nobodys(tmp_path) -> None:
    with engine("serial", tmp_path) as made:
        made.scan(b"058185000199|old")
        made.scanner.open()
        made.scan(CARD)

        assert read(made) == CARD


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_any_usual_end_of_a_code_is_understood(line, end: bytes) -> None:
    line.write(b"first|1" + end + b"second|2" + end)

    assert [read(line), read(line)] == [b"first|1", b"second|2"]


def test_a_line_that_babbles_without_end_is_not_kept(line) -> None:
    for _ in range(3):
        line.write(b"x" * 3_500)
    while line.scanner.read():
        pass
    line.scan(CARD)

    assert read(line) == CARD

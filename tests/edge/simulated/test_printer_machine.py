"""The virtual printer prints, waits and answers as a real one does."""

import itertools
from dataclasses import replace

import pytest
import zxingcpp
from escpos.printer import Dummy
from PIL import Image, ImageChops

from edge.ports import Paper
from edge.simulated.printer.canvas import MOST_ROWS
from edge.simulated.printer.machine import BUFFER_BYTES, Connection, VirtualPrinter
from edge.simulated.printer.status import PrinterState, automatic_status, real_time_status

BAND = b"\x1dv0\x00\x48\x00\x10\x00" + b"\xff" * 72 * 16
CUT = b"\x1dV\x00"


class Bench:
    """A virtual printer with one host on it."""

    def __init__(self) -> None:
        self.slips: list[Image.Image] = []
        self.answers = b""
        self.machine = VirtualPrinter(self.slips.append)
        self.connection = Connection(answer=self._answer)
        self.machine.attach(self.connection)

    def send(self, data: bytes) -> bytes:
        """Send, and return what was answered meanwhile."""
        before = len(self.answers)
        self.machine.receive(self.connection, data)
        return self.answers[before:]

    def change(self, **changes) -> None:
        self.machine.change(replace(self.machine.state, **changes))

    def _answer(self, data: bytes) -> None:
        self.answers += data


@pytest.fixture
def bench() -> Bench:
    return Bench()


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the box round all black dots."""
    return ImageChops.invert(image.convert("L")).getbbox()


def test_text_is_printed_where_it_is_aligned(bench):
    bench.send(b"\x1b@A012\n\x1ba\x02A012\n" + CUT)

    (slip,) = bench.slips
    left, _, right, _ = ink(slip.crop((0, 0, 576, 34)))
    assert left < 12
    assert right <= 48
    left, _, right, _ = ink(slip.crop((0, 34, 576, 68)))
    assert left >= 576 - 48
    assert right > 564


def test_large_letters_take_their_room(bench):
    bench.send(b"\x1d!\x77A012\n" + CUT)

    (slip,) = bench.slips
    left, top, right, bottom = ink(slip)
    assert 300 < right - left <= 384
    assert 100 < bottom - top <= 192


def test_a_full_line_goes_on_in_the_next(bench):
    bench.send(b"A" * 60 + b"\n" + CUT)

    (slip,) = bench.slips
    assert slip.height == 68


@pytest.mark.parametrize("way", ["bitImageRaster", "graphics", "bitImageColumn"])
def test_pictures_sent_by_python_escpos_are_printed_dot_for_dot(bench, way):
    picture = Image.effect_noise((576, 240), 120).convert("1")
    host = Dummy()

    host.image(picture, impl=way)

    bench.send(host.output + CUT)
    (slip,) = bench.slips
    assert slip.crop((0, 0, 576, 240)).tobytes() == picture.tobytes()


def test_the_printers_own_qr_is_readable(bench):
    host = Dummy()

    host.qr("TRAM1:A012:Phước Dinh", native=True, size=6)

    bench.send(b"\x1ba\x01" + host.output + b"\n\n" + CUT)
    (slip,) = bench.slips
    grey = Image.new("L", (slip.width, slip.height + 60), 255)
    grey.paste(slip, (0, 30))
    assert [code.text for code in zxingcpp.read_barcodes(grey)] == ["TRAM1:A012:Phước Dinh"]


def test_a_qr_of_too_much_data_prints_nothing(bench):
    data = b"1P0" + b"x" * 7000

    bench.send(
        b"\x1d(k" + len(data).to_bytes(2, "little") + data + b"\x1d(k\x03\x001Q0" + BAND + CUT
    )

    (slip,) = bench.slips
    assert slip.height == 16


@pytest.mark.parametrize(
    ("state", "answers"),
    [
        (PrinterState(), "12 12 12 12"),
        (PrinterState(paper=Paper.NEAR_END), "12 12 12 1e"),
        (PrinterState(paper=Paper.OUT), "1a 32 12 7e"),
        (PrinterState(cover_open=True), "1a 16 12 12"),
        (PrinterState(offline=True), "1a 12 12 12"),
        (PrinterState(cutter_error=True), "1a 52 1a 12"),
    ],
)
def test_real_time_status_is_the_manuals(state, answers):
    found = b"".join(real_time_status(state, which) for which in (1, 2, 3, 4))

    assert found.hex(" ") == answers


def test_automatic_status_comes_at_once_and_at_every_change(bench):
    assert bench.send(b"\x1da\xff") == bytes.fromhex("10 00 00 00")

    bench.change(cover_open=True)
    bench.change(cover_open=False, paper=Paper.OUT)

    assert bench.answers.hex(" ", 4) == "10000000 38000000 18000f00"
    assert bench.send(b"\x1da\x00") == b""


def test_status_bytes_never_look_like_one_another():
    paper, flags = list(Paper), list(itertools.product((False, True), repeat=3))
    states = [
        PrinterState(paper=p, cover_open=c, offline=o, cutter_error=e)
        for p, (c, o, e) in itertools.product(paper, flags)
    ]

    real_time = {byte for s in states for n in (1, 2, 3, 4) for byte in real_time_status(s, n)}
    automatic = {byte for state in states for byte in automatic_status(state)}

    assert real_time & automatic == set()


def test_status_is_answered_in_the_midst_of_a_picture(bench):
    bench.send(BAND[:100])

    assert bench.send(b"\x10\x04\x01") == b"\x12"


def test_without_paper_slips_wait_and_come_out_of_the_new_roll(bench):
    bench.change(paper=Paper.OUT)
    bench.send(BAND + CUT)
    assert bench.slips == []
    assert bench.send(b"\x10\x04\x04") == b"\x7e"

    bench.change(paper=Paper.ENOUGH)

    assert [slip.height for slip in bench.slips] == [16]


def test_a_sensor_question_is_answered_in_its_turn(bench):
    bench.change(offline=True)
    assert bench.send(BAND + b"\x1dr\x01") == b""

    bench.change(offline=False)

    assert bench.answers == b"\x00"


def test_a_full_buffer_takes_no_more_until_it_prints(bench):
    bench.change(paper=Paper.OUT)
    bands = BUFFER_BYTES // len(BAND) + 1

    bench.send(BAND * (bands - 2))
    assert bench.machine._has_room(bench.connection)
    bench.machine.detach(bench.connection)  # else the next call would wait, as a host does
    bench.send(BAND * 3)
    bench.machine.attach(bench.connection)

    assert not bench.machine._has_room(bench.connection)


def test_the_roll_ends_where_it_ends(bench):
    bench.change(rows_left=40)

    bench.send(BAND * 4 + CUT)

    assert bench.machine.state.paper is Paper.OUT
    assert bench.slips == []
    bench.change(paper=Paper.ENOUGH)
    assert [slip.height for slip in bench.slips] == [64]


def test_a_slip_without_end_is_torn_off(bench):
    bench.send(b"\x1bJ\xff" * 100)

    assert len(bench.slips) >= 1
    assert max(slip.height for slip in bench.slips) < MOST_ROWS + 300

"""The printer port, on every way to a printer: simulated, network, serial, USB (the bus is simulated)."""

import os

import pytest
from factories.printers import (
    Wired,
    a_slip,
    in_process,
    on_network,
    on_serial_line,
    on_usb,
    wait_until,
)
from PIL import Image

from edge.adapters.printer_escpos import usb_printer
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.ports import CoverOpen, Paper, PaperOut, PrinterStatus, PrinterUnavailable

WIDTH_BYTES = 72


@pytest.fixture(params=[in_process, on_network, on_serial_line, on_usb])
def wired(request):
    with request.param() as wired:
        yield wired


@pytest.fixture(scope="module")
def renderer():
    return PillowSlipRenderer(80)


def printed(rows: bytes) -> Image.Image:
    """Return what paper shows of ``rows``."""
    size = (WIDTH_BYTES * 8, len(rows) // WIDTH_BYTES)
    return Image.frombytes("1", size, bytes(byte ^ 0xFF for byte in rows))


def top_of(image: Image.Image, like: Image.Image) -> bytes:
    """Return the part of ``image`` that is as high as ``like``: below is only fed paper."""
    return image.crop((0, 0, like.width, like.height)).tobytes()


def test_a_ready_printer_says_so(wired: Wired):
    assert wired.printer.status() == PrinterStatus(online=True, paper=Paper.ENOUGH)


def test_a_slip_lies_in_the_tray_dot_for_dot(wired: Wired, renderer):
    slip = a_slip(qr="TRAM1:A012", reprint=True)

    wired.printer.send(renderer.render(slip))

    expected = printed(renderer.rows(slip))
    assert top_of(wired.slip(1), expected) == expected.tobytes()


def test_slips_come_out_in_the_order_they_were_sent(wired: Wired, renderer):
    slips = [a_slip(ticket=ticket) for ticket in ("A001", "A002", "A003")]

    wired.printer.send(renderer.render(slips[0]))
    wired.printer.send(renderer.render(slips[1]))
    wired.printer.send(renderer.render(slips[2]))

    wired.slip(3)
    expected = [printed(renderer.rows(slip)) for slip in slips]
    pairs = zip(wired.slips, expected, strict=True)
    assert [top_of(slip, like) == like.tobytes() for slip, like in pairs] == [True, True, True]


def test_the_end_of_the_roll_is_announced_and_still_prints(wired: Wired, renderer):
    wired.change(paper=Paper.NEAR_END)

    wired.printer.send(renderer.render(a_slip()))

    assert wired.slip(1)
    assert wired.printer.status() == PrinterStatus(online=True, paper=Paper.NEAR_END)


def test_an_empty_roll_raises_paper_out_before_a_byte_is_sent(wired: Wired, renderer):
    wired.change(paper=Paper.OUT)

    with pytest.raises(PaperOut):
        wired.printer.send(renderer.render(a_slip(ticket="A001")))

    assert wired.printer.status() == PrinterStatus(online=False, paper=Paper.OUT)
    wired.change(paper=Paper.ENOUGH)
    wired.printer.send(renderer.render(a_slip(ticket="A002")))
    expected = printed(renderer.rows(a_slip(ticket="A002")))
    assert top_of(wired.slip(1), expected) == expected.tobytes()


def test_an_open_cover_raises_cover_open_and_hides_what_the_paper_sensor_says(
    wired: Wired, renderer
):
    wired.change(cover_open=True)

    with pytest.raises(CoverOpen):
        wired.printer.send(renderer.render(a_slip()))

    expected = PrinterStatus(online=False, paper=Paper.UNKNOWN, cover_open=True)
    assert wired.printer.status() == expected
    assert wired.slips == []


def test_a_printer_taken_off_line_is_unavailable(wired: Wired, renderer):
    wired.change(offline=True)

    with pytest.raises(PrinterUnavailable, match="off line"):
        wired.printer.send(renderer.render(a_slip()))

    assert wired.printer.status() == PrinterStatus(online=False, paper=Paper.ENOUGH)


def test_a_jammed_knife_makes_the_printer_unavailable(wired: Wired, renderer):
    wired.change(cutter_error=True)

    with pytest.raises(PrinterUnavailable, match="off line"):
        wired.printer.send(renderer.render(a_slip()))

    assert wired.printer.status().online is False


def test_a_printer_that_does_not_answer_is_unavailable_and_gets_no_slip(wired: Wired, renderer):
    wired.change(silent=True)

    with pytest.raises(PrinterUnavailable):
        wired.printer.status()
    with pytest.raises(PrinterUnavailable):
        wired.printer.send(renderer.render(a_slip()))

    assert wired.slips == []


def test_a_printer_that_answers_again_prints_again(wired: Wired, renderer):
    wired.change(silent=True)
    with pytest.raises(PrinterUnavailable):
        wired.printer.status()
    wired.change(silent=False)

    wired.printer.send(renderer.render(a_slip()))

    assert wired.slip(1)


def test_a_roll_that_ends_within_a_slip_is_told_and_the_new_roll_ends_the_slip(
    wired: Wired, renderer
):
    wired.change(rows_left=300)

    wired.printer.send(renderer.render(a_slip()))

    wait_until(lambda: wired.machine.state.paper is Paper.OUT, "the roll ends")
    assert wired.printer.status() == PrinterStatus(online=False, paper=Paper.OUT)
    assert wired.slips == []
    wired.change(paper=Paper.ENOUGH)
    expected = printed(renderer.rows(a_slip()))
    assert top_of(wired.slip(1), expected) == expected.tobytes()


def test_a_status_request_hidden_in_a_picture_does_not_confuse_the_next_answer(wired: Wired):
    picture = bytes(72 * 100) + b"\x10\x04\x01" + bytes(72 * 100 - 3)
    wired.printer.send(b"\x1b@\x1dv0\x00\x48\x00\xc8\x00" + picture + b"\x1dVB\x00")

    wired.slip(1)
    wired.change(paper=Paper.NEAR_END)

    assert wired.printer.status() == PrinterStatus(online=True, paper=Paper.NEAR_END)


def test_a_closed_printer_may_be_closed_again_and_opens_by_itself(wired: Wired):
    wired.printer.status()

    wired.printer.close()
    wired.printer.close()

    assert wired.printer.status().online


def test_a_usb_printer_that_is_not_plugged_in_is_unavailable():
    printer = usb_printer(0x1234, 0xFFFE, 0.1)

    with pytest.raises(PrinterUnavailable, match="1234:fffe"):
        printer.status()

    printer.close()


@pytest.mark.hardware
def test_a_usb_printer_prints_a_slip_and_says_so(renderer):
    vendor, _, product = os.environ["TRAM_TEST_USB_PRINTER"].partition(":")
    printer = usb_printer(int(vendor, 16), int(product, 16))

    printer.send(renderer.render(a_slip(qr="TRAM1:A012")))

    assert printer.status().online
    printer.close()

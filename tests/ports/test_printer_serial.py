"""What only a printer on a serial line does to a kiosk."""

import os

import pytest
from factories.printers import a_slip, on_serial_line, wait_until
from PIL import Image

from edge.adapters.printer_escpos import serial_printer
from edge.adapters.slip_low import LowSlipRenderer
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.ports import Paper, PrinterUnavailable


def test_a_serial_slip_is_printed():
    with on_serial_line() as wired:
        wired.printer.send(LowSlipRenderer(80).render(a_slip()))

        assert 300 < wired.slip(1).height < 500


def test_a_line_that_is_not_there_is_unavailable(tmp_path):
    printer = serial_printer(str(tmp_path / "ttyUSB0"), 9600, 0.1)

    with pytest.raises(PrinterUnavailable, match="ttyUSB0"):
        printer.status()

    printer.close()


def test_a_line_that_is_pulled_out_is_unavailable_and_closes_quietly():
    ours, theirs = os.openpty()
    printer = serial_printer(os.ttyname(theirs), 115200, 0.1)
    with pytest.raises(PrinterUnavailable):
        printer.status()
    os.close(ours)
    os.close(theirs)

    with pytest.raises(PrinterUnavailable):
        printer.status()

    printer.close()


def test_a_slip_after_one_that_broke_off_within_a_picture_is_whole():
    band = b"\x1dv0\x00\x48\x00\x00\x01" + b"\xaa" * 72 * 256
    renderer = PillowSlipRenderer(80)
    expected = _paper(renderer.rows(a_slip()))
    with on_serial_line() as wired:
        wired.change(rows_left=1)  # so that the buffer, then the line, fills up
        with pytest.raises(PrinterUnavailable, match="Timeout"):
            wired.printer.send(band * 12)

        wired.change(paper=Paper.ENOUGH)
        wait_until(lambda: _is_online(wired.printer), "the printer takes bytes again")
        wired.printer.send(renderer.render(a_slip()))

        slip = wired.slip(1)
        below = slip.height - expected.height - 34
        end = slip.crop((0, below, 576, below + expected.height))
        assert end.tobytes() == expected.tobytes()


def _is_online(printer) -> bool:
    try:
        return printer.status().online
    except PrinterUnavailable:
        return False


def _paper(rows: bytes) -> Image.Image:
    return Image.frombytes("1", (576, len(rows) // 72), bytes(byte ^ 0xFF for byte in rows))

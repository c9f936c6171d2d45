"""What only a printer on USB does to a kiosk; pyusb and python-escpos are real, the bus is not."""

import pytest
from factories.printers import a_slip, on_usb

from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.ports import PrinterBusy, PrinterUnavailable


def test_a_printer_that_is_pulled_out_is_unavailable_until_it_is_plugged_in_again():
    slip = PillowSlipRenderer(80).render(a_slip())
    with on_usb() as wired:
        bus = wired.printer._transport.usb_args["backend"]
        wired.printer.send(slip)
        bus.pull_out()

        with pytest.raises(PrinterUnavailable, match="0416:5011"):
            wired.printer.send(slip)
        with pytest.raises(PrinterUnavailable, match="DeviceNotFoundError"):
            wired.printer.status()

        bus.plug_in()
        wired.printer.send(slip)
        assert wired.slip(2).tobytes() == wired.slip(1).tobytes()


def test_a_printer_that_is_pulled_out_within_a_slip_is_unavailable():
    slip = PillowSlipRenderer(80).render(a_slip())
    with on_usb() as wired:
        wired.printer.status()
        wired.change(cut_after_bytes=9_000)

        with pytest.raises(PrinterUnavailable, match="USBError"):
            wired.printer.send(slip)

        assert wired.slips == []


def test_a_printer_that_another_program_holds_is_told_apart_from_one_that_is_not_there():
    with on_usb() as wired:
        bus = wired.printer._transport.usb_args["backend"]
        bus.held_by_another = True

        with pytest.raises(PrinterBusy, match="held by another program"):
            wired.printer.status()

        bus.held_by_another = False
        assert wired.printer.status().online

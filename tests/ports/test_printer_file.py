"""Printers that can only be written to: they take slips and prove nothing."""

import os
import threading

import pytest

from edge.adapters.printer_file import FilePrinter
from edge.adapters.printer_none import NoPrinter
from edge.ports import Paper, PrinterStatus, PrinterUnavailable


def test_a_printer_that_cannot_answer_says_that_nothing_it_does_can_be_proven(tmp_path):
    device = tmp_path / "lp0"
    device.touch()

    expected = PrinterStatus(online=True, paper=Paper.UNKNOWN, knows=False)
    assert FilePrinter(device).status() == expected


def test_a_slip_reaches_the_device_byte_for_byte(tmp_path):
    device = tmp_path / "lp0"
    os.mkfifo(device)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(device.read_bytes()))
    slip = bytes(range(256)) * 1000

    reader.start()
    with device.open("wb"):  # returns once the reader is there
        FilePrinter(device, 5).send(slip)
    reader.join()

    assert got == [slip]


def test_a_device_that_is_not_plugged_in_is_unavailable(tmp_path):
    printer = FilePrinter(tmp_path / "lp0")

    with pytest.raises(PrinterUnavailable):
        printer.status()
    with pytest.raises(PrinterUnavailable, match="FileNotFoundError"):
        printer.send(b"x")
    printer.close()


def test_a_device_that_takes_nothing_is_unavailable_within_the_time_out(tmp_path):
    device = tmp_path / "lp0"
    os.mkfifo(device)
    stuck = os.open(device, os.O_RDONLY | os.O_NONBLOCK)

    with pytest.raises(PrinterUnavailable, match="TimeoutError"):
        FilePrinter(device, 0.1).send(bytes(1_000_000))

    os.close(stuck)


def test_a_kiosk_without_a_printer_prints_nothing_and_says_so():
    printer = NoPrinter()

    with pytest.raises(PrinterUnavailable, match="no printer is configured"):
        printer.status()
    with pytest.raises(PrinterUnavailable, match="no printer is configured"):
        printer.send(b"x")
    printer.close()

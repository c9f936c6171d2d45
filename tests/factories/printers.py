"""Printers on a virtual printer, by each way a kiosk may be wired to one."""

import os
import select
import socket
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from factories.waiting import PATIENCE
from fakes.usb_bus import PRODUCT, VENDOR, UsbBus
from PIL import Image

from edge.adapters.printer_escpos import network_printer, serial_printer, usb_printer
from edge.ports import Printer, Slip
from edge.simulated.printer.in_process import SimulatedPrinter
from edge.simulated.printer.machine import Connection, VirtualPrinter
from edge.simulated.printer.server import PrinterServer

ANSWER_SECONDS = 0.3
"""Short, for silence is waited out; long beside a loaded machine's answer on its own loopback."""


@dataclass
class Wired:
    """A printer port, and the virtual printer at the other end."""

    printer: Printer
    machine: VirtualPrinter
    slips: list[Image.Image] = field(default_factory=list)

    def change(self, **changes) -> None:
        self.machine.change(replace(self.machine.state, **changes))

    def slip(self, number: int) -> Image.Image:
        """Return slip ``number``, the first is 1, once it is cut."""
        wait_until(lambda: len(self.slips) >= number, f"slip {number} is cut")
        return self.slips[number - 1]


def a_slip(**changes) -> Slip:
    slip = Slip(
        ticket="A012",
        stage="Bàn đón tiếp",
        site="Trạm Y tế Phước Dinh",
        printed_at=datetime(2026, 11, 22, 1, 5, tzinfo=UTC),
        masked_name="C******* V** T**",
    )
    return replace(slip, **changes)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 10) -> None:
    """Wait for ``condition``, which another thread or process brings about."""
    deadline = time.monotonic() + seconds * PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds * PATIENCE} s still not: {what}")
        time.sleep(0.005)


@contextmanager
def in_process(width: int = 576) -> Iterator[Wired]:
    printer = SimulatedPrinter(width)
    yield Wired(printer, printer.machine, printer.slips)
    printer.close()


@contextmanager
def on_network(timeout_seconds: float = ANSWER_SECONDS) -> Iterator[Wired]:
    slips: list[Image.Image] = []
    machine = VirtualPrinter(slips.append)
    with PrinterServer(("127.0.0.1", 0), machine) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        printer = network_printer("127.0.0.1", server.server_address[1], timeout_seconds)
        try:
            yield Wired(printer, machine, slips)
        finally:
            printer.close()
            server.shutdown()
            thread.join()


@contextmanager
def on_serial_line(timeout_seconds: float = ANSWER_SECONDS) -> Iterator[Wired]:
    slips: list[Image.Image] = []
    machine = VirtualPrinter(slips.append)
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    stop, stopper = socket.socketpair()
    thread = threading.Thread(target=_serve_line, args=(machine, ours, stop))
    thread.start()
    printer = serial_printer(os.ttyname(theirs), 115200, timeout_seconds)
    try:
        yield Wired(printer, machine, slips)
    finally:
        printer.close()
        stopper.close()
        thread.join()
        stop.close()
        for line in (ours, theirs):
            os.close(line)


@contextmanager
def on_usb(timeout_seconds: float = ANSWER_SECONDS) -> Iterator[Wired]:
    slips: list[Image.Image] = []
    machine = VirtualPrinter(slips.append)
    printer = usb_printer(VENDOR, PRODUCT, timeout_seconds)
    printer._transport.usb_args["backend"] = UsbBus(machine)
    yield Wired(printer, machine, slips)
    printer.close()


def _serve_line(machine: VirtualPrinter, line: int, stop: socket.socket) -> None:
    connection = Connection(answer=lambda data: os.write(line, data) and None)
    machine.attach(connection)
    while True:
        readable, _, _ = select.select([line, stop], [], [])
        if stop in readable:
            machine.detach(connection)
            return
        machine.receive(connection, os.read(line, 4096))

"""Thermal printers by python-escpos: network, USB and serial behind one port.

A printer is asked before each slip, so that a known fault is raised before a byte is sent; a failure
after that is always ``PrinterUnavailable``, for nobody knows how much is on the paper. Answers
are checked for their fixed bits: a closed connection, an automatic status or a foreign byte is never
read as "enough paper". After any failure the connection is dropped and the next call opens a new one;
who tries again, and when, is decided elsewhere.

Source: Epson ESC/POS command reference, DLE EOT n, "Transmit real-time status".
"""

import errno
import termios
from collections.abc import Iterator
from typing import Final

import usb.core

from edge.adapters.printer_library import Escpos, EscposError
from edge.adapters.printer_transports import NetworkTransport, SerialTransport, UsbTransport
from edge.ports import CoverOpen, Paper, PaperOut, PrinterBusy, PrinterStatus, PrinterUnavailable

# pyserial's and pyusb's errors are OSErrors, but for these: no libusb at all, a terminal that went
# away, and a line that was closed in between (AssertionError: the library checks so).
FOREIGN_ERRORS: Final = (
    OSError,
    EscposError,
    usb.core.NoBackendError,
    termios.error,
    AssertionError,
)

LINE_BUFFER_BYTES: Final = 4096
"""What the kernel took for a serial line and dropped when the line was closed."""

LARGEST_RASTER_BYTES: Final = 20_000
"""More than one raster command of a slip holds."""

MOST_FOREIGN_ANSWERS: Final = 8
"""Automatic status and the like, read past before an answer is given up."""

ASK_PRINTER, ASK_CAUSE, ASK_ERROR, ASK_PAPER = (bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4))
FIXED_BITS, FIXED_VALUE = 0b1001_0011, 0b0001_0010
OFFLINE, COVER_OPEN = 0b0000_1000, 0b0000_0100
PAPER_NEAR_END, PAPER_OUT = 0b0000_1100, 0b0110_0000
CUTTER_ERROR, FATAL_ERROR = 0b0000_1000, 0b0010_0000


class EscposPrinter:
    """A printer that answers real-time status queries."""

    def __init__(self, transport: Escpos, name: str) -> None:
        """Args: ``transport`` has python-escpos's interface and ``freshen``; ``name`` is for messages."""
        self._transport = transport
        self._name = name
        self._open = False
        self._missing = 0

    def status(self) -> PrinterStatus:
        try:
            self._connect()
            return self._ask_all()
        except FOREIGN_ERRORS as error:
            raise self._gone(error) from error
        except PrinterUnavailable:
            self.close()
            raise

    def send(self, data: bytes) -> None:
        self._refuse_unready(self.status())
        # A slip that broke off may have left the printer in the midst of a raster, which would eat
        # the start of this one; zeros end it white, and are nothing to a printer that waits.
        if self._missing:
            data = bytes(min(self._missing + LINE_BUFFER_BYTES, LARGEST_RASTER_BYTES)) + data
        self._missing = len(data)
        try:
            while self._missing:
                start = len(data) - self._missing
                chunk = data[start : start + self._transport.chunk_bytes]
                self._transport._raw(chunk)  # noqa: SLF001 - their documented way to send bytes
                self._missing -= len(chunk)
        except FOREIGN_ERRORS as error:
            raise self._gone(error) from error

    def close(self) -> None:
        self._open = False
        try:
            self._transport.close()
        except FOREIGN_ERRORS:
            # Nothing is left to release on a device that went away.
            self._transport._device = False  # noqa: SLF001 - their mark of a closed printer

    def _connect(self) -> None:
        if self._open:
            self._transport.freshen()
        if not self._open or not self._transport._device:  # noqa: SLF001 - False once closed
            self._transport.open()
            self._open = True

    def _ask_all(self) -> PrinterStatus:
        offline = bool(self._ask(ASK_PRINTER) & OFFLINE)
        cover_open = offline and bool(self._ask(ASK_CAUSE) & COVER_OPEN)
        paper = self._ask(ASK_PAPER)
        return PrinterStatus(
            online=not offline, paper=_paper(paper, cover_open=cover_open), cover_open=cover_open
        )

    def _ask(self, question: bytes) -> int:
        answer = self._transport.query_status(question)
        for _ in range(MOST_FOREIGN_ANSWERS):
            known = [byte for byte in answer if byte & FIXED_BITS == FIXED_VALUE]
            if known:
                return int(known[-1])
            if not answer:
                break
            answer = self._transport._read()  # noqa: SLF001 - the rest of what query_status read
        raise PrinterUnavailable(f"printer {self._name} gives no status; is it switched on")

    def _refuse_unready(self, status: PrinterStatus) -> None:
        if status.cover_open:
            raise CoverOpen(f"printer {self._name}: the cover is open; close it")
        if status.paper is Paper.OUT:
            raise PaperOut(f"printer {self._name}: the roll is empty; put in a new one")
        if not status.online:
            raise PrinterUnavailable(f"printer {self._name} is off line: {self._fault()}")

    def _fault(self) -> str:
        """Return why an off-line printer with paper and a closed cover does not print."""
        try:
            error = self._ask(ASK_ERROR)
        except FOREIGN_ERRORS as foreign:
            raise self._gone(foreign) from foreign
        if error & CUTTER_ERROR:
            return "the cutter is jammed; clear it"
        if error & FATAL_ERROR:
            return "it reports a fault; switch it off and on"
        return "switch it on line"

    def _gone(self, error: BaseException) -> PrinterUnavailable:
        self.close()
        if errno.EBUSY in _numbers(error):
            return PrinterBusy(f"printer {self._name} is held by another program; stop that one")
        return PrinterUnavailable(
            f"printer {self._name} does not answer ({type(error).__name__}); check power and cable"
        )


def _numbers(error: BaseException | None) -> Iterator[int | None]:
    """Yield the error's number and those beneath it: python-escpos wraps without it."""
    while error is not None:
        yield getattr(error, "errno", None)
        error = error.__cause__ or error.__context__


def _paper(answer: int, *, cover_open: bool) -> Paper:
    # With the cover open the sensors hang in the air: whatever they say means nothing.
    if cover_open:
        return Paper.UNKNOWN
    if answer & PAPER_OUT == PAPER_OUT:
        return Paper.OUT
    return Paper.NEAR_END if answer & PAPER_NEAR_END == PAPER_NEAR_END else Paper.ENOUGH


def network_printer(host: str, port: int = 9100, timeout_seconds: float = 3) -> EscposPrinter:
    """Return a printer on the network; nothing is opened before the first call."""
    return EscposPrinter(NetworkTransport(host, port, timeout_seconds), f"{host}:{port}")


def usb_printer(vendor_id: int, product_id: int, timeout_seconds: float = 3) -> EscposPrinter:
    """Return a printer on USB."""
    transport = UsbTransport(vendor_id, product_id, timeout_seconds)
    return EscposPrinter(transport, f"{vendor_id:04x}:{product_id:04x}")


def serial_printer(device: str, baud_rate: int, timeout_seconds: float = 3) -> EscposPrinter:
    """Return a printer on a serial line; give it low slips, raster takes seconds there."""
    return EscposPrinter(SerialTransport(device, baud_rate, timeout_seconds), device)

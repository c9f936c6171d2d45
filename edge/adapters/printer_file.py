"""Printers that can only be written to, such as ``/dev/usb/lp0``: nothing they do can be proven."""

import errno
import os
import select
from pathlib import Path

from edge.ports import Paper, PrinterBusy, PrinterStatus, PrinterUnavailable

CHUNK_BYTES = 4096


class FilePrinter:
    """A printer behind a device file."""

    def __init__(self, device: Path, timeout_seconds: float = 3) -> None:
        """Args: ``timeout_seconds`` may pass without the printer taking a byte."""
        self._device = device
        self._timeout_seconds = timeout_seconds

    def status(self) -> PrinterStatus:
        if not os.access(self._device, os.W_OK):
            raise PrinterUnavailable(f"printer {self._device} is not there; check power and cable")
        return PrinterStatus(online=True, paper=Paper.UNKNOWN, knows=False)

    def send(self, data: bytes) -> None:
        try:
            line = os.open(self._device, os.O_WRONLY | os.O_NONBLOCK)
            try:
                self._write(line, data)
            finally:
                os.close(line)
        except OSError as error:
            if error.errno == errno.EBUSY:
                raise PrinterBusy(f"printer {self._device} is held by another program") from error
            raise PrinterUnavailable(
                f"printer {self._device} takes nothing ({type(error).__name__}); check paper and power"
            ) from error

    def close(self) -> None:
        pass

    def _write(self, line: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            if not select.select([], [line], [], self._timeout_seconds)[1]:
                raise TimeoutError
            rest = rest[os.write(line, rest[:CHUNK_BYTES]) :]

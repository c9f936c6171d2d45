"""A scan engine at a serial line or, better, in its USB-COM mode: the code's exact bytes, UTF-8 and all.

A code ends with CR or LF, or, where the engine sends neither, when the line falls silent.
"""

from contextlib import suppress

import serial

from edge.ports import ScannerUnavailable

LOOK_SECONDS = 0.5
SILENCE_SECONDS = 0.12
"""Longer than the gaps inside a code, also at 9600 baud behind a USB converter."""
MOST_BYTES = 8_192
_ENDS = b"\r\n"


class SerialScanner:
    """Reads one engine.

    Args:
        device: Its device file; one below ``/dev/serial/by-id`` stays the same over reboots.
        baud_rate: Of no meaning in USB-COM mode.
    """

    def __init__(self, device: str, baud_rate: int = 115_200) -> None:
        self._device = device
        self._baud_rate = baud_rate
        self._line: serial.Serial | None = None
        self._rest = b""

    def open(self) -> None:
        self.close()
        try:
            self._line = serial.Serial(
                self._device, self._baud_rate, timeout=LOOK_SECONDS, exclusive=True
            )
            # What was scanned while nobody listened belongs to nobody who stands here now.
            self._line.reset_input_buffer()
        except (serial.SerialException, OSError, ValueError) as error:
            self.close()
            raise ScannerUnavailable(f"no scan engine at {self._device}") from error

    def read(self) -> bytes:
        if self._line is None:
            raise ScannerUnavailable("the scan engine is not open")
        try:
            return self._code(self._line)
        except (serial.SerialException, OSError, TypeError) as error:
            # pyserial lets a TypeError out when another thread closes the line.
            self.close()
            raise ScannerUnavailable(f"the scan engine at {self._device} went away") from error

    def close(self) -> None:
        line, self._line, self._rest = self._line, None, b""
        if line is not None:
            with suppress(serial.SerialException, OSError):
                line.close()

    def _code(self, line: serial.Serial) -> bytes:
        taken, self._rest = self._rest, b""
        line.timeout = SILENCE_SECONDS if taken else LOOK_SECONDS
        while not _ended(taken):
            more = line.read(max(1, line.in_waiting))
            if not more:
                break
            taken += more
            line.timeout = SILENCE_SECONDS
            if len(taken) > MOST_BYTES:
                line.reset_input_buffer()
                return b""
        return self._first(taken.lstrip(_ENDS))

    def _first(self, taken: bytes) -> bytes:
        """Return the first code in ``taken`` and keep what follows it."""
        ends = [at for at in (taken.find(b"\r"), taken.find(b"\n")) if at >= 0]
        if not ends:
            return taken
        self._rest = taken[min(ends) :].lstrip(_ENDS)
        return taken[: min(ends)]


def _ended(taken: bytes) -> bool:
    code = taken.lstrip(_ENDS)
    return b"\r" in code or b"\n" in code

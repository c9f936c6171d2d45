"""A scan engine without hardware: what it reads is put in by a call from another thread."""

import queue

from edge.ports import ScannerUnavailable

LOOK_SECONDS = 0.05


class SimulatedScanner:
    """Gives the codes that ``scan`` was called with; ``unplug`` pulls the cable."""

    def __init__(self) -> None:
        self._codes: queue.Queue[bytes] = queue.Queue()
        self._open = False
        self._plugged = True

    def scan(self, payload: bytes) -> None:
        """Hold a code before the engine. Any thread."""
        self._codes.put(payload)

    def unplug(self) -> None:
        """Pull the cable."""
        self._plugged = False

    def plug_in(self) -> None:
        """Put the cable back."""
        self._plugged = True

    def open(self) -> None:
        if not self._plugged:
            raise ScannerUnavailable("the cable is out")
        self._open = True

    def read(self) -> bytes:
        if not (self._open and self._plugged):
            self._open = False
            raise ScannerUnavailable("the cable is out")
        try:
            return self._codes.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return b""

    def close(self) -> None:
        self._open = False

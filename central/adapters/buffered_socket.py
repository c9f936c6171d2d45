"""A TLS socket that reads and writes in large pieces for paho, which does so byte by byte.

Paho takes each packet by three or more reads and sends each by one write; under load every one of
them is a system call and a hand-over of the interpreter. Here they are slices of a buffer.
"""

import ssl
from contextlib import suppress
from typing import Any, Final

_CHUNK_BYTES: Final = 64 * 1024


class BufferedSocket(ssl.SSLSocket):
    """For ``SSLContext.sslsocket_class``. Its owner calls ``flush`` after what it wrote."""

    dry = True
    """Whether the last read found that nothing more had arrived."""

    _held = b""
    _taken = 0
    _unsent = b""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the base's form
        try:
            super().do_handshake(block)
        except OSError:
            # Paho would leave it to the garbage collector.
            self.close()
            raise

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        if self._taken >= len(self._held):
            self.dry = True
            self._held = super().recv(_CHUNK_BYTES, flags)
            self.dry = False
            self._taken = 0
        part = self._held[self._taken : self._taken + buflen]
        self._taken += len(part)
        return part

    def pending(self) -> int:
        return len(self._held) - self._taken + super().pending()

    def send(self, data: Any, flags: int = 0) -> int:  # noqa: ANN401, ARG002 - the base's form
        self._unsent += data
        return len(data)

    def close(self) -> None:
        # A farewell that was written is said.
        with suppress(OSError):
            self.flush()
        super().close()

    def flush(self) -> bool:
        """Send what the network takes now; return whether all of it is sent.

        Raises:
            OSError: The connection ended.
        """
        try:
            while self._unsent:
                sent = super().send(self._unsent[:_CHUNK_BYTES])
                self._unsent = self._unsent[sent:]
        except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return False
        return True

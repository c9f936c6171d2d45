"""The centre's bulk https, with the device's own certificate: one connection, bounded answers."""

import http.client
import ssl
from collections.abc import Callable
from pathlib import Path

from edge.adapters.device_tls import device_context
from edge.ports import RosterError, RosterUnavailable

_SIGNATURE_BYTES = 4096
TIMEOUT_SECONDS = 10.0


class NotThere(RosterUnavailable):
    """The centre answers, and has nothing of the kind."""


class CentreHttps:
    """Asks the centre. For one thread at a time."""

    def __init__(
        self,
        host: str,
        port: int,
        keys_directory: Path,
        *,
        trust_clock: Callable[[], bool] = lambda: True,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """Take where the centre answers; see ``HttpsRoster``."""
        self._host, self._port = host, port
        self._keys_directory = keys_directory
        self._trust_clock = trust_clock
        self._timeout = timeout_seconds
        self._connection: http.client.HTTPSConnection | None = None

    def close(self) -> None:
        """Release the connection. Safe to call twice, and to ask again afterwards."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, address: str, most_bytes: int) -> bytes:
        """Return the answer at ``address``.

        Raises:
            NotThere: The centre has nothing there.
            RosterUnavailable: No answer in time, or none for this device.
            RosterError: An answer that cannot be taken.
        """
        return self._asked("GET", address, None, most_bytes)

    def post(self, address: str, body: bytes, most_bytes: int) -> bytes:
        """Return the answer to ``body``; raises as ``get`` does."""
        return self._asked("POST", address, body, most_bytes)

    def _asked(self, method: str, address: str, body: bytes | None, most_bytes: int) -> bytes:
        try:
            return self._answer(method, address, body, most_bytes)
        except (OSError, http.client.HTTPException, RosterError) as error:
            self.close()
            if isinstance(error, RosterError):
                raise
            raise RosterUnavailable(f"no answer from the centre: {_words(error)}") from error

    def _answer(self, method: str, address: str, body: bytes | None, most_bytes: int) -> bytes:
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=self._tls()
            )
        self._connection.request(method, address, body)
        response = self._connection.getresponse()
        # Read in one go, with a limit: whoever answers must not fill the memory.
        answer = response.read(most_bytes + _SIGNATURE_BYTES)
        if response.status == http.client.NOT_FOUND:
            raise NotThere("the centre has nothing at this address")
        if response.status != http.client.OK:
            raise RosterUnavailable(f"the centre answered {response.status}")
        if response.read(1):
            raise RosterError("the answer is larger than it can be")
        return answer

    def _tls(self) -> ssl.SSLContext:
        folder = self._keys_directory
        try:
            return device_context(folder, trust_clock=self._trust_clock())
        except OSError as error:
            raise RosterError(f"the keys in {folder} cannot be used for https") from error


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return getattr(error, "strerror", None) or type(error).__name__

"""The site's roster from the centre by https, with the device's own certificate.

The answer goes from the socket into memory; there is no cache and no file. Both sides show a
certificate of the installation's authority, and the page is signed besides.
"""

import http.client
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from edge.ports import RosterError, RosterUnavailable
from protocol.errors import WireError
from protocol.roster import MAX_PAGE_BYTES, PATH, RosterPage

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME
_SIGNATURE_BYTES = 4096
TIMEOUT_SECONDS = 10.0


class HttpsRoster:
    """The port ``RosterSource``."""

    def __init__(
        self,
        host: str,
        port: int,
        keys_directory: Path,
        *,
        site: str,
        open_page: Callable[[bytes], RosterPage],
        trust_clock: Callable[[], bool] = lambda: True,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """Take where the centre answers.

        Args:
            keys_directory: Holds ``ca.crt device.crt device.key``.
            open_page: Checks the centre's signature; raises WireError.
            trust_clock: Asked at each connection; False says that the clock may be years off: then
                the server's certificate is not refused for its dates.
        """
        self._host, self._port = host, port
        self._keys_directory = keys_directory
        self._site = site
        self._open_page = open_page
        self._trust_clock = trust_clock
        self._timeout = timeout_seconds
        self._connection: http.client.HTTPSConnection | None = None

    def fetch(self, since: int, head: str) -> RosterPage:
        message = self._get(f"{PATH}?{urlencode({'since': since, 'head': head})}")
        try:
            page = self._open_page(message)
        except WireError as error:
            raise RosterError(f"not a roster that the centre signed: {error.code}") from error
        if page.site != self._site:
            raise RosterError(f"the roster of site {page.site}, not of {self._site}")
        if page.since not in {0, since}:
            raise RosterError(f"asked for what follows {since}, got what follows {page.since}")
        return page

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _get(self, address: str) -> bytes:
        try:
            return self._answer(address)
        except (OSError, http.client.HTTPException, RosterError) as error:
            self.close()
            if isinstance(error, RosterError):
                raise
            raise RosterUnavailable(f"no answer from the centre: {_words(error)}") from error

    def _answer(self, address: str) -> bytes:
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=self._tls()
            )
        self._connection.request("GET", address)
        response = self._connection.getresponse()
        # Read in one go, with a limit: whoever answers must not fill the memory.
        body = response.read(MAX_PAGE_BYTES + _SIGNATURE_BYTES)
        if response.status != http.client.OK:
            raise RosterUnavailable(f"the centre answered {response.status}")
        if response.read(1):
            raise RosterError("the answer is larger than a page can be")
        return body

    def _tls(self) -> ssl.SSLContext:
        folder = self._keys_directory
        try:
            context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
            context.load_cert_chain(str(folder / "device.crt"), str(folder / "device.key"))
        except (OSError, ssl.SSLError) as error:
            raise RosterError(f"the keys in {folder} cannot be used for https") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if not self._trust_clock():
            context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
        return context


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return getattr(error, "strerror", None) or type(error).__name__

"""The site's roster from the centre by https, with the device's own certificate.

The answer goes from the socket into memory; there is no cache and no file. Both sides show a
certificate of the installation's authority, and the page is signed besides.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from edge.adapters.centre_https import TIMEOUT_SECONDS, CentreHttps
from edge.ports import RosterError
from protocol.errors import WireError
from protocol.roster import MAX_PAGE_BYTES, PATH, RosterPage


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
        self._site = site
        self._open_page = open_page
        self._centre = CentreHttps(
            host, port, keys_directory, trust_clock=trust_clock, timeout_seconds=timeout_seconds
        )

    def fetch(self, since: int, head: str) -> RosterPage:
        message = self._centre.get(
            f"{PATH}?{urlencode({'since': since, 'head': head})}", MAX_PAGE_BYTES
        )
        try:
            page = self._open_page(message)
        except WireError as error:
            raise RosterError(f"not a roster that the centre signed: {error.code}") from error
        if page.site != self._site:
            raise RosterError(f"the roster of site {page.site}, not of {self._site}")
        if page.since not in {0, since}:
            raise RosterError(f"asked for what follows {since}, got what follows {page.since}")
        return page

    def age_seconds(self) -> float:
        return 0

    def close(self) -> None:
        self._centre.close()

"""Where the hub may be, by multicast DNS: the hub says it, kiosks listen.

A hint and no more: anybody on the network can answer. Whoever does must then prove in the handshake
that it is the hub of this site; see ``hub_https``.
"""

import socket
import threading
from collections.abc import Sequence

import structlog
from zeroconf import (
    BadTypeInNameException,
    InterfaceChoice,
    IPVersion,
    NonUniqueNameException,
    ServiceBrowser,
    ServiceInfo,
    ServiceStateChange,
    Zeroconf,
)
from zeroconf import Error as ZeroconfError

from edge.domain.lan import SERVICE, hub_name

_MOST = 4
_RESOLVE_MS = 3000

log = structlog.get_logger("mdns")


class MdnsHints:
    """The port ``HubHints``. Where multicast does not work, nobody is ever heard."""

    def __init__(self, site: str, interfaces: Sequence[str] | None = None) -> None:
        """Begin to listen for the hub of ``site``."""
        self._name = f"{site}.{SERVICE}"
        self._guard = threading.Lock()
        self._heard: list[tuple[str, int]] = []
        self._zeroconf = _opened(interfaces)
        if self._zeroconf is not None:
            ServiceBrowser(self._zeroconf, SERVICE, handlers=[self._changed])

    def addresses(self) -> Sequence[tuple[str, int]]:
        with self._guard:
            return tuple(self._heard)

    def close(self) -> None:
        if self._zeroconf is not None:
            self._zeroconf.close()
            self._zeroconf = None

    def _changed(
        self,
        zeroconf: Zeroconf,
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        if name != self._name or state_change is ServiceStateChange.Removed:
            return
        info = ServiceInfo(service_type, name)
        if not info.load_from_cache(zeroconf) and not info.request(zeroconf, _RESOLVE_MS):
            return
        found = [(each, info.port or 0) for each in info.parsed_addresses(IPVersion.V4Only)]
        with self._guard:
            fresh = [each for each in found if each not in self._heard]
            # The newest first, and few: whoever floods the network must not fill the memory.
            self._heard = [*fresh, *self._heard][:_MOST]


class MdnsAnnouncement:
    """Makes this hub known on the network until closed."""

    def __init__(
        self,
        site: str,
        port: int,
        addresses: Sequence[str],
        interfaces: Sequence[str] | None = None,
    ) -> None:
        """Announce that the hub of ``site`` answers at ``addresses`` on ``port``."""
        self._zeroconf = _opened(interfaces)
        if self._zeroconf is None:
            return
        info = ServiceInfo(
            SERVICE,
            f"{site}.{SERVICE}",
            port=port,
            addresses=[socket.inet_aton(each) for each in addresses],
            server=f"{hub_name(site)}.",
        )
        try:
            self._zeroconf.register_service(info, cooperating_responders=True)
        except (ZeroconfError, NonUniqueNameException, BadTypeInNameException, OSError) as error:
            log.warning("not_announced", problem=type(error).__name__)

    def close(self) -> None:
        """Take the announcement back. Safe to call twice."""
        if self._zeroconf is not None:
            self._zeroconf.close()
            self._zeroconf = None


def _opened(interfaces: Sequence[str] | None) -> Zeroconf | None:
    try:
        return Zeroconf(
            interfaces=list(interfaces) if interfaces else InterfaceChoice.All,
            ip_version=IPVersion.V4Only,
        )
    except OSError as error:
        log.warning("no_multicast", problem=error.strerror)
        return None

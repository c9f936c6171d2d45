"""The other of hub and standby by https, with the device's own certificate."""

from collections.abc import Callable, Sequence
from pathlib import Path

from edge.adapters.hub_leading import state_of
from edge.adapters.hub_line import Address, Line, Ways
from edge.domain import lan, replica
from edge.domain.lan import HubState
from edge.domain.replica import Ask, Page
from edge.ports import HubError
from protocol.errors import WireError

WHO_SECONDS = 1.5
_VAULT_BYTES = 2 << 20


class HttpsPeer:
    """The port ``Peer``."""

    def __init__(
        self,
        addresses: Sequence[Address],
        keys_directory: Path,
        *,
        site: str,
        trust_clock: Callable[[], bool] = lambda: True,
    ) -> None:
        """Take where the other may answer; ``keys_directory`` holds ``ca.crt device.crt device.key``."""
        ways = Ways(addresses, keys_directory, site=site, trust_clock=trust_clock)
        self._asking = Line(ways.connect, WHO_SECONDS)
        self._pulling = Line(
            ways.connect, replica.WAIT_SECONDS + 2 * WHO_SECONDS, replica.MAX_PAGE_BYTES
        )
        self._vault = Line(ways.connect, 2 * WHO_SECONDS, _VAULT_BYTES)

    def who(self) -> HubState:
        return state_of(self._asking.ask("GET", lan.HUB))

    def tell(self, command: bytes) -> HubState:
        return state_of(self._asking.ask("POST", lan.HUB, command))

    def journal(self, ask: Ask) -> Page:
        try:
            return replica.decode_page(
                self._pulling.ask("POST", replica.JOURNAL, replica.encode(ask))
            )
        except WireError as error:
            raise HubError(f"the hub's answer is {error}") from error

    def vault(self) -> bytes | None:
        return self._vault.ask("GET", replica.VAULT) or None

    def close(self) -> None:
        for line in (self._asking, self._pulling, self._vault):
            line.close()

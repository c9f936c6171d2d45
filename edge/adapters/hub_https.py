"""The hub by https on the site's network, with the device's own certificate.

Whoever answers proves in the handshake that it is the hub of this site: its certificate must carry
the hub's name, signed by the installation's authority. So an address may come from anywhere, even
from a multicast answer.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from edge.adapters.hub_leading import is_leading
from edge.adapters.hub_line import Address, Line, Ways
from edge.domain import lan
from edge.domain.lan import (
    Claim,
    ClaimAnswer,
    DayKey,
    HubState,
    Run,
    StaffAnswer,
    StaffCall,
    Taken,
    Waiting,
)
from edge.ports import HubError, HubHints
from edge.services.leading import Leading
from protocol.errors import WireError

CLAIM_SECONDS = 0.4
OTHER_SECONDS = 5.0
_Said = TypeVar("_Said", ClaimAnswer, Taken, DayKey, HubState, Waiting, StaffAnswer)


class HttpsHub:
    """The port ``Hub``."""

    def __init__(
        self,
        addresses: Sequence[Address],
        keys_directory: Path,
        *,
        site: str,
        listen: Callable[[], HubHints] | None = None,
        trust_clock: Callable[[], bool] = lambda: True,
        leading: Leading | None = None,
        claim_seconds: float = CLAIM_SECONDS,
        other_seconds: float = OTHER_SECONDS,
    ) -> None:
        """Take where the hub may answer.

        Args:
            addresses: Tried in this order, before any hint.
            keys_directory: Holds ``ca.crt device.crt device.key``.
            listen: Begins to listen for hints where else the hub may be; called only once no address
                answers, so that a site whose addresses are right pays nothing for it.
            trust_clock: Asked at each connection; False says that the clock may be years off: then
                the hub's certificate is not refused for its dates.
            leading: Says which command names the hub, and is told of newer ones; who can't verify
                them goes to whoever says that it is the hub.
            claim_seconds: A claim is answered in this time, connecting included, or not at all.
        """
        self._ways = Ways(
            addresses,
            keys_directory,
            site=site,
            listen=listen,
            trust_clock=trust_clock,
            wanted=partial(is_leading, leading=leading),
        )
        self._claims = Line(self._ways.connect, claim_seconds)
        self._rest = Line(self._ways.connect, other_seconds)

    def claim(self, claim: Claim) -> ClaimAnswer:
        return _read(ClaimAnswer, self._claims.ask("POST", lan.CLAIMS, lan.encode(claim)))

    def hand_over(self, run: Run) -> Taken:
        return _read(Taken, self._rest.ask("POST", lan.ARRIVALS, lan.encode(run)))

    def day_key(self) -> DayKey:
        return _read(DayKey, self._rest.ask("GET", lan.KEYS))

    def waiting(self) -> tuple[int, int] | None:
        return _read(Waiting, self._rest.ask("GET", lan.WAITING)).minutes

    def call_staff(self, call: StaffCall) -> StaffAnswer:
        return _read(StaffAnswer, self._rest.ask("POST", lan.STAFF, lan.encode(call)))

    def who(self) -> HubState:
        return _read(HubState, self._rest.ask("GET", lan.HUB))

    def close(self) -> None:
        self._claims.close()
        self._rest.close()
        self._ways.close()


def _read(kind: type[_Said], data: bytes) -> _Said:
    try:
        return lan.decode(kind, data)
    except WireError as error:
        raise HubError(f"the hub's answer is {error}") from error

"""What desks asked of kiosks: to be a verify station for a while, or to give numbers again. In memory.

A kiosk asks the hub every few seconds anyway, and obeys each order once; one that does not come for it
within a minute is left as it is.
"""

from dataclasses import dataclass

import structlog

from edge.ports import Clock

KEPT_SECONDS = 60
_SECOND_NS = 1_000_000_000

log = structlog.get_logger("stations")


@dataclass(frozen=True, slots=True)
class StationOrder:
    """What a kiosk is to be; ``id`` is another one for each press."""

    id: str
    verify: bool
    at_ns: int


class StationOrders:
    """The newest order for each kiosk; from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._orders: dict[str, StationOrder] = {}

    def ask(self, device: str, *, verify: bool) -> None:
        """Have a kiosk told what it is to be."""
        now_ns = self._clock.boottime_ns()
        self._orders[device] = StationOrder(self._clock.entropy(8).hex(), verify, now_ns)
        log.info("station_asked", device=device, verify=verify)

    def of(self, device: str) -> StationOrder | None:
        """Return what a kiosk is to hear now; None where nobody asked lately."""
        order = self._orders.get(device)
        if order is None or self._clock.boottime_ns() - order.at_ns > KEPT_SECONDS * _SECOND_NS:
            return None
        return order

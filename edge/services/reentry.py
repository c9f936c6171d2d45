"""A slip held to a desk's scanner: back to where its person stands, even when the hub forgot everything.

The slip's signature is checked with the certificate that the signed registry holds. What it says is a
claim about a place in the queue, not a proof of who carries it: staff look at card and face.
"""

import asyncio
from datetime import datetime
from typing import Protocol

import structlog
from cryptography import x509

from edge.domain.queue.handed import Handed
from edge.domain.queue.outcome import Done, Refused
from edge.domain.queue.state import SiteState
from edge.domain.stamp import complete
from edge.ports import Clock, Registry
from edge.services.recording import moment_of
from protocol import reentry
from protocol.errors import WireError
from protocol.events import CheckedIn
from protocol.hlc import Hlc

log = structlog.get_logger("reentry")


class Queue(Protocol):
    """What re-entry needs of the site's queue."""

    state: SiteState

    async def take_arrivals(self, handed: list[Handed]) -> Done | Refused:
        """Take check-ins into the queue."""
        ...


class SlipUnknown(Exception):  # noqa: N818 - what it is
    """The text is no slip of this site's devices; ``reason`` is a word for staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reentry:
    """Finds the visit of a slip."""

    def __init__(self, *, queue: Queue, registry: Registry, site: str, clock: Clock) -> None:
        """Take the parts; ``site`` is this hub's own."""
        self._queue = queue
        self._registry = registry
        self._site = site
        self._clock = clock

    async def visit(self, text: str) -> str:
        """Return the id of a slip's visit; one that the hub never heard of is taken in.

        Raises:
            SlipUnknown: ``not_a_slip``, ``slip_not_believed``, ``slip_of_another_day`` or ``not_stored``.
        """
        state, active = await asyncio.to_thread(self._believed, text)
        if state.visit not in self._queue.state.visits:
            if not active:
                # Whoever stole it must not make visits; those it made before stand in the queue.
                raise SlipUnknown("slip_not_believed")
            if self._of_another_day(state):
                # Numbers begin anew each day: whoever has this one today is somebody else.
                raise SlipUnknown("slip_of_another_day")
            outcome = await self._queue.take_arrivals([self._handed(state)])
            if isinstance(outcome, Refused):
                raise SlipUnknown(outcome.reason)
        return state.visit

    def _believed(self, text: str) -> tuple[reentry.Reentry, bool]:
        # A scanner whose keyboard is set to small letters types the same slip.
        try:
            signed = reentry.decode(text.strip().upper())
        except WireError as error:
            raise SlipUnknown("not_a_slip") from error
        known = self._registry.signer(signed.kid)
        if known is None or known.site != self._site:
            log.warning("slip_of_unknown_device", device=signed.state.device)
            raise SlipUnknown("slip_not_believed")
        try:
            signed.verify(x509.load_der_x509_certificate(known.certificate))
        except WireError as error:
            log.warning("slip_not_believed", device=signed.state.device, code=error.code)
            raise SlipUnknown("slip_not_believed") from error
        return signed.state, known.active

    def _of_another_day(self, slip: reentry.Reentry) -> bool:
        if not (slip.clock_ok and self._clock.clock_ok()):
            return False
        zone, now = self._queue.state.zone, self._clock.now()
        printed = datetime.fromtimestamp(min(slip.at, now.timestamp()), zone)
        return printed.date() < now.astimezone(zone).date()

    def _handed(self, state: reentry.Reentry) -> Handed:
        """Return the check-in that the slip proves; without identity, which staff look at anyway."""
        moment = moment_of(self._clock)
        at_ms = min(state.at * 1000, moment.wall_ms) if state.clock_ok else moment.wall_ms
        event = complete(
            event_id=state.visit,
            body=CheckedIn(ticket=state.ticket, document="queue_slip", desk=state.stage),
            seq=1,
            hlc=Hlc(at_ms, 0),
            moment=moment,
            visit=state.visit,
        )
        return Handed(state.device, event)

"""Watches who is the hub: the file that somebody may bring, and the other of hub and standby.

Two that both call themselves the hub is what must not be: whoever meets the higher number steps down.
"""

import asyncio
from collections.abc import Callable

import structlog

from edge.domain.leading import Lead
from edge.ports import HubError, JournalError, Peer
from edge.services.leading import Leading, try_load
from protocol.errors import WireError

LOOK_SECONDS = 1.0

log = structlog.get_logger("leading")


class PeerWatch:
    """The service; ``run`` lives in the program's task group."""

    def __init__(
        self, *, leading: Leading, peer: Peer | None, role_changed: Callable[[], None]
    ) -> None:
        """Take the parts.

        Args:
            peer: The other of the two, if there is one.
            role_changed: Called in the event loop, once, when this device is something else now.
        """
        self._leading = leading
        self._peer = peer
        self._role_changed = role_changed
        self._role = leading.now.role
        self._news = asyncio.Event()

    def hear(self) -> None:
        """Hear that a newer command was taken."""
        self._news.set()

    async def run(self) -> None:
        """Watch until this device is something else."""
        while self._leading.now.role is self._role:
            self._news.clear()
            await asyncio.to_thread(look, self._leading, self._peer)
            if self._leading.now.role is self._role:
                await _wait(self._news, LOOK_SECONDS)
        log.info("role_changed", role=self._leading.now.role.value)
        self._role_changed()


def look(leading: Leading, peer: Peer | None) -> Lead:
    """Return what counts once file and peer were asked. Blocking; the peer may not answer."""
    lead = try_load(leading)
    if peer is None:
        return lead
    try:
        state = peer.who()
        if state.serial > lead.serial and state.command:
            return leading.take(state.command)
        if state.serial < lead.serial:
            peer.tell(lead.message)
    except HubError:
        return lead  # The other is off, or cut off; what is known here counts.
    except (WireError, JournalError) as error:
        log.warning("hub_command_refused", problem=str(error))
    return leading.now


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return

"""Turns raw events into tables as they come; the tables can be made again at any time."""

import asyncio

import structlog
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.domain.projection import Fact, facts_of
from central.domain.told import StoredEvent
from central.ports import ProjectionStore, StoreUnavailable
from central.ports.leases import LeaseLost
from protocol.sealing import unseal

BATCH = 500
log = structlog.get_logger(__name__)


class Projector:
    """Projects while it runs; killed at any point, it goes on where its cursors are."""

    def __init__(
        self,
        store: ProjectionStore,
        seal_key: X25519PrivateKey,
        interval_seconds: float = 0.25,
    ) -> None:
        """Make a projector.

        Args:
            interval_seconds: Pause between looks when nothing is new.
        """
        self._store = store
        self._seal_key = seal_key
        self._interval_seconds = interval_seconds

    async def run(self) -> None:
        """Project until cancelled; a database that is away is waited for."""
        while True:
            try:
                done = await asyncio.to_thread(self.step)
            except (StoreUnavailable, LeaseLost) as error:
                log.warning("nothing is projected", reason=str(error))
                done = 0
            if done < BATCH:
                await asyncio.sleep(self._interval_seconds)

    def step(self) -> int:
        """Project one batch and return how many events it held. Blocking."""
        return self._store.advance(self._facts, BATCH)

    def rebuild(self) -> int:
        """Throw the tables away, make them again, and return the number of events. Blocking."""
        self._store.forget()
        total = 0
        while done := self.step():
            total += done
        return total

    def _facts(self, event: StoredEvent) -> list[Fact]:
        return facts_of(event, self._unseal)

    def _unseal(self, sealed: dict[str, str], event_id: str) -> bytes:
        return unseal(sealed, event_id, self._seal_key)

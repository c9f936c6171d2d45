"""Keeps this worker's leases, and runs what only one worker at a time may run."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Final

import structlog

from central.ports import StoreUnavailable
from central.ports.leases import LeaseStore

LEASE_SECONDS: Final = 6.0
_RENEW_SECONDS: Final = 1.5
log = structlog.get_logger(__name__)


class LeaseKeeper:
    """Holds a fair share of ``names``; what it believes to hold is a hint, the fence decides."""

    def __init__(
        self,
        store: LeaseStore,
        names: Collection[str],
        worker: str,
        *,
        lease_seconds: float = LEASE_SECONDS,
        renew_seconds: float = _RENEW_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a keeper.

        Args:
            worker: This worker's name; no other that runs may have it.
        """
        self._store = store
        self._names = tuple(names)
        self._worker = worker
        self._lease_seconds = lease_seconds
        self._renew_seconds = renew_seconds
        self._monotonic = monotonic
        self._held: dict[str, int] = {}
        self._changed = asyncio.Event()

    @property
    def held(self) -> dict[str, int]:
        """The names that are held, each with its token; a new dictionary at each change."""
        return self._held

    async def changed(self) -> None:
        """Return when ``held`` is another than before."""
        await self._changed.wait()

    async def run(self) -> None:
        """Take, renew and lose leases until cancelled; then give them back."""
        renewed = self._monotonic()
        try:
            while True:
                asked = self._monotonic()
                try:
                    self._set(await asyncio.to_thread(self._keep))
                    renewed = asked
                except StoreUnavailable as error:
                    log.warning("leases are not renewed", reason=str(error))
                    if self._monotonic() - renewed > self._lease_seconds:
                        self._set({})
                await asyncio.sleep(self._renew_seconds)
        finally:
            self._release()

    async def while_held(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run ``work`` whenever ``name`` is held, and stop it when it is held no more."""
        while True:
            while name not in self._held:
                await self.changed()
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(_await(work), name=f"work of {name}")
                token = self._held[name]
                while self._held.get(name) == token:
                    await self.changed()
                log.warning("work goes to another worker", lease=name)
                running.cancel()

    def _keep(self) -> dict[str, int]:
        return self._store.keep(self._names, self._worker, dict(self._held), self._lease_seconds)

    def _set(self, held: dict[str, int]) -> None:
        if held == self._held:
            return
        log.info("leases", worker=self._worker, held=len(held), of=len(self._names))
        self._held = held
        before, self._changed = self._changed, asyncio.Event()
        before.set()

    def _release(self) -> None:
        try:
            self._store.release(self._worker, self._held)
        except StoreUnavailable as error:
            log.warning("leases are not given back", reason=str(error))


async def _await(work: Callable[[], Awaitable[None]]) -> None:
    await work()

"""Hears from the centre that a list for certificates has a new issue, and ends the wait for the next look."""

import asyncio
from collections.abc import Callable

import structlog

from edge.ports import Clock, Keys, ListName
from protocol.certificates.notice import decode_lists_notice
from protocol.errors import WireError

SPREAD_SECONDS = 30.0

log = structlog.get_logger("trust")


class ListsAnnounced:
    """Wakes whoever fetches the lists. Everything in the event loop.

    Whatever is heard, there is one look more in each span of ``spread_seconds`` at most.
    """

    def __init__(
        self,
        keys: Keys,
        clock: Clock,
        held: Callable[[ListName], int],
        *,
        spread_seconds: float = SPREAD_SECONDS,
    ) -> None:
        """Take the parts.

        Args:
            held: Serial number of the issue that is held; 0 without one.
            spread_seconds: Over so long a country's kiosks ask after one and the same notice.
        """
        self._keys = keys
        self._clock = clock
        self._held = held
        self._spread = spread_seconds
        self._not_before = 0.0
        self._new = asyncio.Event()

    def hear(self, message: bytes) -> None:
        """Take what came as the centre's notice; what is not its own or not new changes nothing."""
        try:
            notice = decode_lists_notice(self._keys.from_centre(message))
        except WireError as error:
            log.warning("notice_not_believed", code=error.code)
            return
        if notice.trust > self._held("trust") or notice.revocations > self._held("revocations"):
            self._new.set()

    async def wait(self, seconds: float) -> None:
        """Return after so long, or sooner where something new was announced."""
        try:
            async with asyncio.timeout(seconds):
                await self._new.wait()
                await asyncio.sleep(self._pause())
        except TimeoutError:
            return
        self._not_before = asyncio.get_running_loop().time() + self._spread
        # What is announced from here on may come too late for the look that follows.
        self._new.clear()

    def _pause(self) -> float:
        chance = int.from_bytes(self._clock.entropy(2), "big") / 0xFFFF
        return max(self._spread * chance, self._not_before - asyncio.get_running_loop().time())

"""The loop before the headphone socket: what only one person may hear depends on it.

Whatever is not known counts as "no headphones": then names and numbers of people stay unsaid.
"""

import asyncio
from collections.abc import Callable

import structlog

from edge.ports import Jack, JackUnavailable

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 60.0

log = structlog.get_logger("headphones")


class HeadphoneWatch:
    """Tells when headphones are plugged in and pulled out; a socket that fails is tried for ever."""

    def __init__(
        self,
        *,
        jack: Jack,
        changed: Callable[[bool], None],
        first_wait_seconds: float = FIRST_WAIT_SECONDS,
    ) -> None:
        """Args: ``changed`` hears in the event loop, whenever that changes, whether they are in."""
        self._jack = jack
        self._changed = changed
        self._first_wait = first_wait_seconds
        self._in = False

    async def run(self) -> None:
        """Watch until cancelled."""
        wait = self._first_wait
        while True:
            try:
                await asyncio.to_thread(self._jack.open)
                while True:
                    self._tell(headphones=await asyncio.to_thread(self._jack.plugged))
                    wait = self._first_wait
            except JackUnavailable as error:
                self._tell(headphones=False)
                if wait == self._first_wait:
                    log.warning("headphones_not_sensed", problem=str(error))
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            finally:
                self._jack.close()

    def _tell(self, *, headphones: bool) -> None:
        if headphones is not self._in:
            self._in = headphones
            self._changed(headphones)

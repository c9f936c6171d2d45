"""Asks somebody who may not answer, and returns in time: a dead line is waited for once, not by each person."""

from concurrent.futures import ThreadPoolExecutor

import structlog

from edge.domain.answers import Answer, Asker, Found
from edge.ports import Certificates, Clock, Records, RecordsUnavailable

WAIT_SECONDS = 3.0
"""With the hub's answer less than what a desk waits for both."""
PAUSE_SECONDS = 30.0
_SECOND_NS = 1_000_000_000

log = structlog.get_logger("asking")


class InTime:
    """Asks in a thread of its own, for a name that is looked up without a line has no time limit."""

    def __init__(
        self,
        asked: Certificates | Records | None,
        clock: Clock,
        *,
        wait_seconds: float = WAIT_SECONDS,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        """Take the parts.

        Args:
            asked: None: nobody.
            pause_seconds: Whoever did not answer in time is left alone for so long.
        """
        self._asked = asked
        self._clock = clock
        self._wait = wait_seconds
        self._pause_ns = round(pause_seconds * _SECOND_NS)
        self._not_before_ns = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="centre")

    def ask(self, asker: Asker) -> Answer | None:
        """Return the answer; None where there is none in time. Blocking; any thread."""
        if self._asked is None or self._clock.boottime_ns() < self._not_before_ns:
            return None
        asking = self._thread.submit(self._asked.ask, asker)
        try:
            answer = asking.result(self._wait)
        except TimeoutError:
            asking.cancel()
            self._not_before_ns = self._clock.boottime_ns() + self._pause_ns
            log.info("centre_too_slow", seconds=self._wait)
            return None
        except RecordsUnavailable as error:
            log.info("centre_not_asked", problem=str(error))
            return None
        return None if answer.found is Found.NOT_REACHABLE else answer

"""Asks somebody who may not answer, and returns in time: a dead line is waited for once, not by each person."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import structlog

from edge.domain.answers import Answer, Asker, Found
from edge.ports import Certificates, Clock, Records, RecordsUnavailable

WAIT_SECONDS = 3.0
"""Less than what a desk waits in all."""
PAUSE_SECONDS = 30.0
_DEAD_SECONDS = 1.0
"""Whoever needs longer than this to say no would be waited for by the next person as well."""
_SECOND_NS = 1_000_000_000

log = structlog.get_logger("asking")


@dataclass
class DeadLine:
    """Until when a line is left alone, for all who would ask over it."""

    until_ns: int = 0


class InTime:
    """The ports ``Certificates`` and ``Records``, as whoever is asked; the answer comes in time.

    Asks in a thread of its own, for a name that is looked up without a line has no time limit.
    """

    def __init__(
        self,
        asked: Certificates | Records | None,
        clock: Clock,
        *,
        wait_seconds: float = WAIT_SECONDS,
        pause_seconds: float = PAUSE_SECONDS,
        dead: DeadLine | None = None,
    ) -> None:
        """Take the parts.

        Args:
            asked: None: nobody.
            pause_seconds: Whoever did not answer in time is left alone for so long.
            dead: Shared with others who ask over the same line.
        """
        self._asked = asked
        self._clock = clock
        self._wait = wait_seconds
        self._pause_ns = round(pause_seconds * _SECOND_NS)
        self._dead = dead or DeadLine()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="centre")

    def ask(self, asker: Asker) -> Answer:
        """See the ports."""
        return self.begin(asker)() or Answer(Found.NOT_REACHABLE)

    def begin(self, asker: Asker) -> Callable[[], Answer | None]:
        """Ask, and return what waits for the answer: None where there is none in time.

        Blocking is only the wait, whose time counts from here on. Any thread.
        """
        now_ns = self._clock.boottime_ns()
        if self._asked is None or now_ns < self._dead.until_ns:
            return _no_answer
        return partial(self._answer, self._thread.submit(self._asked.ask, asker), now_ns)

    def _answer(self, asking: Future[Answer], began_ns: int) -> Answer | None:
        try:
            answer = asking.result(max(0.0, self._wait - self._since(began_ns)))
        except TimeoutError:
            asking.cancel()
            self._leave_alone()
            log.info("centre_too_slow", seconds=self._wait)
            return None
        except RecordsUnavailable as error:
            if self._since(began_ns) >= _DEAD_SECONDS:
                self._leave_alone()
            log.info("centre_not_asked", problem=str(error))
            return None
        return None if answer.found is Found.NOT_REACHABLE else answer

    def _leave_alone(self) -> None:
        self._dead.until_ns = self._clock.boottime_ns() + self._pause_ns

    def _since(self, began_ns: int) -> float:
        return (self._clock.boottime_ns() - began_ns) / _SECOND_NS


def _no_answer() -> None:
    return None

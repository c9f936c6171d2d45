"""Looks again and again at what the centre has; a look that fails is repeated, ever later.

The hub does so for its site, and a standby for the day on which it becomes the hub.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from edge.domain.backoff import delay
from edge.ports import Clock, JournalError, RosterError

_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 2.0, 120.0

log = structlog.get_logger("kept")


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to look for.

    Attributes:
        look: Blocking; raises ``RosterError`` or ``JournalError``.
        seconds: Between two looks.
    """

    name: str
    look: Callable[[], None]
    seconds: float


class Keeping:
    """The service; ``run`` lives in the program's task group."""

    def __init__(self, looks: Sequence[Look], clock: Clock) -> None:
        self._looks = tuple(looks)
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled; one look does not wait for another."""
        async with asyncio.TaskGroup() as group:
            for each in self._looks:
                group.create_task(self._keep(each), name=each.name)

    async def _keep(self, each: Look) -> None:
        failures = 0
        while True:
            failures = 0 if await self._look_once(each, failures) else failures + 1
            await asyncio.sleep(self._pause(failures, each.seconds))

    async def _look_once(self, each: Look, failures: int) -> bool:
        try:
            await asyncio.to_thread(each.look)
        except (RosterError, JournalError) as error:
            if not failures:
                log.warning("kept_pages_stay_as_they_are", what=each.name, problem=str(error))
            return False
        return True

    def _pause(self, failures: int, seconds: float) -> float:
        chance = int.from_bytes(self._clock.entropy(2), "big")
        if failures:
            return delay(failures, chance, least=_FIRST_RETRY_SECONDS, most=_LAST_RETRY_SECONDS)
        return seconds * (0.9 + 0.2 * chance / 0xFFFF)

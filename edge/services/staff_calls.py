"""Calls for staff as the hub holds them: one of a kiosk at most, in memory, until somebody came.

A kiosk says its call again every few seconds. So a hub that was started anew knows it soon, and one of
a kiosk that is heard of no more ends by itself.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from edge.domain.lan import StaffAnswer, StaffCall
from edge.ports import Clock

FORGOTTEN_SECONDS = 15 * 60
"""After so long without a word of a kiosk, nobody waits there any more who was not seen."""
_SECOND_NS = 1_000_000_000

log = structlog.get_logger("staff_calls")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Staff are wanted at a kiosk since ``since``."""

    device: str
    call: str
    since: datetime
    heard_ns: int


class StaffCalls:
    """Which kiosks want staff. For one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wanted: dict[str, Wanted] = {}
        self._arrived: dict[str, str] = {}
        self._news = asyncio.Event()
        self.version = 0

    def say(self, device: str, said: StaffCall) -> StaffAnswer:
        """Take what a kiosk says, and answer whether somebody of the staff came."""
        if self._arrived.get(device) == said.call:
            return StaffAnswer(arrived=True)
        there = self._wanted.get(device)
        if said.over:
            if there is not None and there.call == said.call:
                self._end(there, "over")
            return StaffAnswer()
        now_ns = self._clock.boottime_ns()
        known = there is not None and there.call == said.call
        since = (
            there.since if there is not None and known else self._clock.now() - _span(said.seconds)
        )
        self._wanted[device] = Wanted(device, said.call, since, now_ns)
        if not known:
            log.info("staff_wanted", device=device)
            self._tell()
        return StaffAnswer()

    def arrived(self, device: str, call: str) -> None:
        """Note that somebody of the staff is there; another call of the kiosk stays."""
        there = self._wanted.get(device)
        if there is not None and there.call == call:
            self._arrived[device] = call
            self._end(there, "arrived")

    def now(self) -> list[Wanted]:
        """Return where staff are wanted, the longest first."""
        now_ns = self._clock.boottime_ns()
        for each in list(self._wanted.values()):
            if now_ns - each.heard_ns > FORGOTTEN_SECONDS * _SECOND_NS:
                self._end(each, "forgotten")
        return sorted(self._wanted.values(), key=lambda each: (each.since, each.device))

    async def changed(self, version: int) -> int:
        """Wait until there is other news than at ``version``; return its version."""
        while self.version <= version:
            await self._news.wait()
        return self.version

    def _end(self, wanted: Wanted, why: str) -> None:
        del self._wanted[wanted.device]
        waited = int((self._clock.now() - wanted.since).total_seconds())
        log.info("staff_not_wanted", device=wanted.device, why=why, after_seconds=waited)
        self._tell()

    def _tell(self) -> None:
        self.version += 1
        self._news.set()
        self._news = asyncio.Event()


def _span(seconds: int) -> timedelta:
    """Return how long ago a call began; what no kiosk would say is cut."""
    return timedelta(seconds=min(seconds, FORGOTTEN_SECONDS))

"""What the boards of the hall are told: one message for all of them, made once for each change.

Numbers and places alone. A page tells its age by itself: it hears from the hub every two seconds,
whether anything happened or not.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import msgspec

from edge.domain.queue.board import Board, board
from edge.domain.queue.state import SiteState
from edge.ports import Clock

BEAT_SECONDS: Final = 2.0
_BREATH_SECONDS: Final = 0.05
"""Between two messages: a desk that sends somebody on and calls the next is one change to the eye."""


class Queue(Protocol):
    """What the feed needs of the site's queue."""

    @property
    def state(self) -> SiteState:
        """The queue as it stands; read only."""
        ...

    def now_ms(self) -> int:
        """Return now, on the site's timeline."""
        ...

    async def changed(self, version: int) -> int:
        """Return the queue's version once it is above ``version``."""
        ...


class BoardFeed:
    """Makes the messages and hands them on."""

    def __init__(
        self,
        *,
        queue: Queue,
        clock: Clock,
        zone: ZoneInfo,
        send: Callable[[bytes], None],
        next_most: int = 5,
    ) -> None:
        """Take the parts.

        Args:
            send: Gives one event of the stream to every board that listens.
            next_most: How many numbers are shown before they are called.
        """
        self._queue = queue
        self._clock = clock
        self._zone = zone
        self._send = send
        self._next_most = next_most
        self._made: tuple[int, int, bytes] = (-1, -1, b"")

    async def run(self) -> None:
        """Tell every change at once, and every two seconds that the hub is there; for ever."""
        version = -1
        while True:
            changed = self._queue.state.version != version
            version = self._queue.state.version
            self._send(self.message() if changed else self._beat())
            await asyncio.sleep(_BREATH_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._queue.changed(version)

    def message(self) -> bytes:
        """Return the event that says all that a board shows; made anew when that changed."""
        state = self._queue.state
        now_ms = self._queue.now_ms()
        # Ages and minutes that are left grow old by themselves.
        if self._made[0] != state.version or now_ms - self._made[1] > 1000 * BEAT_SECONDS:
            shown = board(state, now_ms, next_most=self._next_most)
            self._made = (state.version, now_ms, _event("board", self._facts(shown)))
        return self._made[2]

    def _beat(self) -> bytes:
        state, now_ms = self._queue.state, self._queue.now_ms()
        observes = any(
            state.present[each.id] for each in state.policy.stations if each.kind == "observation"
        )
        if observes and now_ms // 60_000 != self._made[1] // 60_000:
            return self.message()
        # A page that shows another version missed something, and asks again.
        return _event("beat", {"at": self._at(), "version": state.version})

    def _at(self) -> str | None:
        """Return the time at the site; None where the clock is not vouched for."""
        if not self._clock.clock_ok():
            return None
        return self._clock.now().astimezone(self._zone).isoformat(timespec="seconds")

    def _facts(self, shown: Board) -> dict[str, Any]:
        return {
            "version": shown.version,
            "at": self._at(),
            "session": shown.session,
            "stations": [
                {
                    "id": station.id,
                    "name": station.name,
                    "kind": station.kind,
                    "calling": [
                        {
                            "ticket": call.ticket,
                            "desk": call.desk,
                            "calls": call.calls,
                            "age": max(0, shown.made_ms - call.since_ms) // 1000,
                            # Not the visit's id: it opens the page of a phone.
                            "key": f"{call.ticket}.{station.id}.{call.desk}.{call.since_ms}",
                        }
                        for call in station.calling
                    ],
                    "next": station.next,
                    "waiting": station.waiting,
                    "missed": station.missed,
                    "observed": [(each.ticket, each.minutes_left) for each in station.observed],
                    "wait": station.wait_minutes,
                }
                for station in shown.stations
            ],
        }


def _event(name: str, facts: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(facts))

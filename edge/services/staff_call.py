"""A kiosk's side of a call for staff: said to the hub until somebody came, or nobody is wanted any more."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from edge.domain.facts import Fact, StaffTold
from edge.domain.lan import StaffCall
from edge.ports import Clock, Hub, HubError, HubUnavailable
from edge.services.elapsed import milliseconds
from edge.services.recording import new_id

MOST_SECONDS = 10 * 60
"""A call that nobody answered for so long is none any more."""

log = structlog.get_logger("hub")


class CallForStaff:
    """At most one call at a time. For one event loop."""

    def __init__(self, hub: Hub, clock: Clock, tell: Callable[[Fact], Awaitable[None]]) -> None:
        """Args: ``tell`` hears that the desks show the call, each time that it was begun."""
        self._hub = hub
        self._clock = clock
        self._tell = tell
        self._call = ""
        self._since_ms = 0
        self._over = False
        self._told = False

    def want(self, wanted: bool) -> None:  # noqa: FBT001 - what it is about
        """Begin a call, or end the one there is; asked again while it goes on, it is the same."""
        self._told = False
        if wanted and (not self._call or self._over):
            self._call, self._since_ms = new_id(self._clock), milliseconds(self._clock)
        self._over = not wanted

    async def say(self) -> None:
        """Say to the hub what there is to say.

        Raises:
            HubUnavailable: It is said again the next time.
        """
        said = self._said()
        if said is None:
            return
        try:
            answer = await asyncio.to_thread(self._hub.call_staff, said)
        except HubUnavailable:
            raise
        except HubError as error:
            log.warning("staff_call_refused", problem=str(error))
            self._ended(said)
            return
        if said.over or answer.arrived:
            self._ended(said)
        elif said.call == self._call and not self._told:
            self._told = True
            await self._tell(StaffTold(milliseconds(self._clock)))

    def _said(self) -> StaffCall | None:
        if not self._call:
            return None
        seconds = (milliseconds(self._clock) - self._since_ms) // 1000
        return StaffCall(
            call=self._call, seconds=seconds, over=self._over or seconds >= MOST_SECONDS
        )

    def _ended(self, said: StaffCall) -> None:
        """Forget a call, unless another was begun while it was said."""
        if said.call == self._call:
            self._call = ""

"""Before a check-in is written: does this person hold a number already, here or elsewhere at the site?"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from edge.domain.commands import StoreCheckIn
from edge.domain.facts import AlreadyHere
from edge.domain.lan import Claim, ClaimAnswer
from edge.domain.state import State
from edge.ports import Clock, JournalError
from edge.services.elapsed import milliseconds
from edge.services.recording import PlannedCheckIn, Recorder

log = structlog.get_logger("claim")


class AskingFirst:
    """Asks the hub, which may not answer: then the kiosk decides alone."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        clock: Clock,
        ask: Callable[[Claim], Awaitable[ClaimAnswer | None]],
        former_persons: Callable[[str], tuple[str, ...]],
        stations: Mapping[str, str],
    ) -> None:
        """Take the parts.

        Args:
            ask: Returns the hub's answer, or None when there is none in time.
            former_persons: Gives a number's matching keys under the day keys before this one.
            stations: Id of a station -> where a slip sends people who stand there.
        """
        self._recorder = recorder
        self._clock = clock
        self._ask = ask
        self._former_persons = former_persons
        self._stations = stations

    async def before(
        self, order: StoreCheckIn, state: State
    ) -> AlreadyHere | PlannedCheckIn | None:
        """Return who is here already, or how to write the check-in; None: without any plan."""
        held = self._held(order, state)
        if held is not None and not await self.is_over(held.person, held.visit, held.ticket):
            return held
        try:
            planned = await asyncio.to_thread(self._recorder.plan_check_in)
        except JournalError:
            return None  # Writing it fails as well, and says why.
        answer = await self._ask(
            Claim(
                event=planned.event,
                visit=planned.visit,
                person=order.person,
                ticket=planned.ticket,
                at=self._clock.now().isoformat(timespec="milliseconds"),
            )
        )
        if answer is None or answer.answer == "granted":
            return planned
        log.info("already_here", visit=answer.visit, ticket=answer.ticket, device=answer.device)
        return AlreadyHere(
            answer.visit,
            answer.ticket,
            order.person,
            order.masked_name,
            milliseconds(self._clock),
            answer.desk or self._stations.get(answer.station, ""),
        )

    async def is_over(self, person: str, visit: str, ticket: str) -> bool:
        """Return whether the hub says that a number given here counts no more; without an answer it does."""
        claim = Claim(event=visit, visit=visit, person=person, ticket=ticket, holds=True)
        answer = await self._ask(claim)
        if answer is None or not answer.over:
            return False
        log.info("number_over", visit=visit, ticket=ticket)
        return True

    def _held(self, order: StoreCheckIn, state: State) -> AlreadyHere | None:
        """Return the number that this kiosk gave before the hub's key of the day came."""
        now_ms = milliseconds(self._clock)
        for person in self._former_persons(order.claim.number):
            held = state.held_by(person, now_ms)
            if held is not None:
                return AlreadyHere(
                    held.visit, held.ticket, order.person, order.masked_name, now_ms, held.desk
                )
        return None

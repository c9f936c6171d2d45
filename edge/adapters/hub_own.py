"""The hub as the kiosk of the same Pi reaches it: the ledger itself, without any network."""

import asyncio
import concurrent.futures
from collections.abc import Coroutine
from typing import Any, TypeVar

from edge.domain.lan import (
    Claim,
    ClaimAnswer,
    DayKey,
    HubState,
    Run,
    StaffAnswer,
    StaffCall,
    Taken,
)
from edge.ports import HubError, HubUnavailable
from edge.services.claims import Ledger

_SECONDS = 5.0
T = TypeVar("T")


class OwnHub:
    """The port ``Hub`` on the ledger of this Pi; made in the loop that the ledger lives in.

    Nothing is handed over: what this kiosk writes stands in the hub's own journal.
    """

    def __init__(self, ledger: Ledger, *, claim_seconds: float = 0.4) -> None:
        self._ledger = ledger
        self._claim_seconds = claim_seconds
        self._loop = asyncio.get_running_loop()

    def claim(self, claim: Claim) -> ClaimAnswer:
        return self._in_loop(self._ledger.claim("", claim), self._claim_seconds)

    def hand_over(self, run: Run) -> Taken:
        raise HubError(f"epoch {run.epoch} is the hub's own")

    def day_key(self) -> DayKey:
        return self._ledger.day_key(self._ledger.state().device)

    def waiting(self) -> tuple[int, int] | None:
        async def ask() -> tuple[int, int] | None:
            return self._ledger.waiting()

        return self._in_loop(ask(), _SECONDS)

    def call_staff(self, call: StaffCall) -> StaffAnswer:
        async def say() -> StaffAnswer:
            return self._ledger.calls.say(self._ledger.state().device, call)

        return self._in_loop(say(), _SECONDS)

    def who(self) -> HubState:
        return self._ledger.state()

    def close(self) -> None:
        return

    def _in_loop(self, question: Coroutine[Any, Any, T], seconds: float) -> T:
        if self._loop.is_closed():
            question.close()
            raise HubUnavailable("the program stops")
        asked = asyncio.run_coroutine_threadsafe(question, self._loop)
        try:
            return asked.result(seconds)
        except (TimeoutError, concurrent.futures.CancelledError) as error:
            asked.cancel()
            raise HubUnavailable("the ledger of this Pi does not answer in time") from error

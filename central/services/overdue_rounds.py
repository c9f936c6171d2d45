"""The clock of verification rounds: whose time is over goes to the province, once, by an alarm."""

import asyncio

import structlog

from central.domain.audit import Act
from central.domain.verification import DUE_AFTER
from central.ports import Clock, StoreError
from central.ports.verification import RoundStore

log = structlog.get_logger("verification")


class OverdueRounds:
    """Blocking, but for ``run``."""

    def __init__(self, rounds: RoundStore, clock: Clock) -> None:
        self._rounds = rounds
        self._clock = clock

    async def run(self, interval_seconds: float = 60.0) -> None:
        """Tell of overdue rounds until cancelled."""
        while True:
            try:
                done = await asyncio.to_thread(self.escalate)
            except StoreError as error:
                log.warning("no round is escalated", reason=str(error))
            else:
                if done:
                    log.warning("verification rounds overdue", number=done)
            await asyncio.sleep(interval_seconds)

    def escalate(self) -> int:
        """Tell the province of what is overdue and return how many rounds it were.

        Raises:
            StoreUnavailable: The rest waits for the next time.
        """
        now = self._clock.now()
        return sum(
            self._rounds.escalate(one, _act(one.id), now)
            for one in self._rounds.late(now - DUE_AFTER)
        )


def _act(number: int) -> Act:
    return Act("clock", "it", "round_escalated", f"round:{number}", "", "clock")

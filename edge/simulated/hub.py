"""A hub in memory: the port ``Hub`` with a lock, silence and refusals on demand."""

import threading

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
from edge.ports import HubError
from protocol.events import CheckedIn, decode_body, decode_event


class SimulatedHub:
    """Knows who came, by person; keeps nothing when it is thrown away.

    Attributes:
        taken: Ids of the events that were handed over, in their order.
        key: What ``day_key`` answers; empty: locked.
        minutes: What ``waiting`` answers.
        hall: Day of the people in the hall.
        order: What was asked of the kiosk at a desk: its id, and whether to verify certificates.
        over: Visits whose numbers count no more.
        called: What was said of calls for staff, in its order.
        arrived: Calls to which somebody of the staff has come.
    """

    def __init__(self, *, device: str = "hub-0001", site: str = "phuoc-dinh") -> None:
        self._state = HubState(device=device, site=site, epoch="e" * 32)
        self._guard = threading.Lock()
        self._granted: dict[str, Claim] = {}
        self._arrived: dict[str, ClaimAnswer] = {}
        self._through: dict[str, int] = {}
        self._failure: HubError | None = None
        self._answer: ClaimAnswer | None = None
        self.taken: list[str] = []
        self.key = b""
        self.minutes: tuple[int, int] | None = None
        self.hall = ""
        self.order = ("", False)
        self.over: set[str] = set()
        self.called: list[StaffCall] = []
        self.arrived: set[str] = set()

    def fail_with(self, failure: HubError | None) -> None:
        """Fail every question until told None."""
        self._failure = failure

    def answer_with(self, answer: ClaimAnswer | None) -> None:
        """Answer every claim like this until told None."""
        self._answer = answer

    def forget(self) -> None:
        """Become a hub that was restored: it has taken nothing."""
        self._through.clear()

    def claim(self, claim: Claim) -> ClaimAnswer:
        with self._guard:
            self._must_answer()
            if self._answer is not None:
                return self._answer
            if claim.event in self.taken:
                return ClaimAnswer(answer="granted")
            if claim.holds:
                return ClaimAnswer(answer="known", over=claim.visit in self.over)
            there = self._arrived.get(claim.person)
            if there is not None and there.visit in self.over:
                del self._arrived[claim.person]
                self._granted.pop(claim.person, None)
                there = None
            if there is not None:
                return there
            first = self._granted.setdefault(claim.person, claim)
            if first.event == claim.event:
                return ClaimAnswer(answer="granted")
            return ClaimAnswer(
                answer="known", visit=first.visit, ticket=first.ticket, settled=False
            )

    def hand_over(self, run: Run) -> Taken:
        with self._guard:
            self._must_answer()
            through = self._through.get(run.epoch, 0)
            if through < run.after:
                return Taken(through=through)
            for data in run.events:
                self._take(data)
            self._through[run.epoch] = max(through, run.through)
            return Taken(through=self._through[run.epoch])

    def day_key(self) -> DayKey:
        self._must_answer()
        order, verify = self.order
        return DayKey(day="2021-12-01", key=self.key, hall=self.hall, order=order, verify=verify)

    def waiting(self) -> tuple[int, int] | None:
        self._must_answer()
        return self.minutes

    def call_staff(self, call: StaffCall) -> StaffAnswer:
        self._must_answer()
        self.called.append(call)
        return StaffAnswer(arrived=call.call in self.arrived)

    def who(self) -> HubState:
        self._must_answer()
        return self._state

    def close(self) -> None:
        return

    def _take(self, data: bytes) -> None:
        event = decode_event(data)
        if event.id in self.taken:
            return
        self.taken.append(event.id)
        body = decode_body(event)
        if isinstance(body, CheckedIn) and event.person is not None:
            self._arrived.setdefault(
                event.person,
                ClaimAnswer(answer="known", visit=event.visit or "", ticket=body.ticket),
            )

    def _must_answer(self) -> None:
        if self._failure is not None:
            raise self._failure

"""The hub's ledger: who may be checked in, who holds a number, and what kiosks wrote alone.

A claim decides nothing for good. It is remembered for some seconds, until the check-in itself comes;
a kiosk that dies in between costs nobody their place. What a kiosk hands over is always taken: a
person who came twice is two visits, linked, and the queue says which one counts.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from edge.domain.arrivals import Arrival, read_arrival
from edge.domain.lan import Claim, ClaimAnswer, DayKey, HubState, Run, Taken
from edge.domain.queue.state import SiteState
from edge.domain.vault import SiteKeys
from edge.ports import Clock, SiteStore
from protocol.errors import WireError

REMEMBERED_NS = 10 * 1_000_000_000
MOST_CLAIMS = 10_000

log = structlog.get_logger("ledger")


class Queue(Protocol):
    """What the ledger needs of the site's queue."""

    @property
    def state(self) -> SiteState:
        """The queue as it stands."""
        ...

    async def take_arrivals(self, arrivals: Sequence[Arrival]) -> None:
        """Journal those that are not there yet, and put them into the queue; durable on return.

        Raises:
            JournalError: Nothing was written.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Granted:
    claim: Claim
    device: str
    at_ns: int


class Ledger:
    """Answers claims and takes hand-overs. For one event loop."""

    def __init__(
        self,
        *,
        queue: Queue,
        keys: SiteKeys,
        store: SiteStore,
        clock: Clock,
        zone: ZoneInfo,
        hub: HubState,
        site_kid: str,
        estimate: Callable[[], tuple[int, int] | None] = lambda: None,
    ) -> None:
        """Take the parts.

        Args:
            hub: Who this hub is; its journal's epoch is part of how far kiosks were taken.
            site_kid: Id of the site's sealing key.
            estimate: Says how many minutes people wait now.
        """
        self._queue = queue
        self._keys = keys
        self._store = store
        self._clock = clock
        self._zone = zone
        self._hub = hub
        self._site_kid = site_kid
        self._estimate = estimate
        self._granted: dict[str, _Granted] = {}
        self._taking = asyncio.Lock()

    def state(self) -> HubState:
        """Return who this hub is."""
        return self._hub

    def waiting(self) -> tuple[int, int] | None:
        """Return how many minutes people wait, from and to; None while nobody can say."""
        return self._estimate()

    def day_key(self) -> DayKey:
        """Return the key of the day; without one while nobody has logged in."""
        day = self._today()
        return DayKey(day=day.isoformat(), key=self._keys.day_key(day) or b"")

    async def claim(self, device: str, claim: Claim) -> ClaimAnswer:
        """Decide on a claim. Nothing is waited for: between two claims lies nothing.

        Args:
            device: Who asks; empty for the hub's own kiosk.
        """
        there = self._in_queue(claim)
        if there is not None:
            return there
        now_ns = self._clock.boottime_ns()
        first = self._granted.get(claim.person)
        if first is not None and now_ns - first.at_ns < REMEMBERED_NS:
            if first.claim.event == claim.event:
                return ClaimAnswer(answer="granted")
            return ClaimAnswer(
                answer="known",
                visit=first.claim.visit,
                ticket=first.claim.ticket,
                device=first.device,
                settled=False,
            )
        self._forget(now_ns)
        self._granted[claim.person] = _Granted(claim, device, now_ns)
        return ClaimAnswer(answer="granted")

    async def take(self, device: str, run: Run) -> Taken:
        """Take what a device wrote; it is in the hub's journal on return.

        Raises:
            JournalError: Nothing of it counts as taken.
            WireError: ``bad_message``: the run ends before it begins.
        """
        if run.through < run.after:
            raise WireError("bad_message", "a run that ends before it begins")
        line = f"{self._hub.epoch}/{device}/{run.epoch}"
        async with self._taking:
            through = await asyncio.to_thread(self._store.taken, line)
            if through < run.after:
                return Taken(through=through)
            arrivals = await asyncio.to_thread(self._read, device, run.events)
            if arrivals:
                await self._queue.take_arrivals(arrivals)
            for arrival in arrivals:
                self._settle(arrival.body.event)
            if run.through > through:
                await asyncio.to_thread(self._store.note_taken, line, run.through)
        return Taken(through=max(through, run.through))

    def _in_queue(self, claim: Claim) -> ClaimAnswer | None:
        state = self._queue.state
        if claim.event in state.arrivals:
            return ClaimAnswer(answer="granted")
        visits = state.persons.of(claim.person)
        if not visits:
            return None
        visit = state.visits[visits[0]]
        return ClaimAnswer(
            answer="known",
            visit=visit.id,
            ticket=visit.ticket,
            station=visit.station,
            device=visit.device,
        )

    def _read(self, device: str, events: Sequence[bytes]) -> list[Arrival]:
        found = []
        for data in events:
            try:
                arrival = read_arrival(data, device, self._site_kid)
            except WireError as error:
                # It reaches the centre by the kiosk's own way, where it is kept and looked at.
                log.warning("not_an_arrival", device=device, code=error.code)
                continue
            if arrival is not None and not self._of_another_day(arrival):
                found.append(self._named(arrival))
        return found

    def _named(self, arrival: Arrival) -> Arrival:
        """Return the arrival under the site's own key of the day, where the hub can open it."""
        body = arrival.body
        try:
            identity = self._keys.open_identity(body.sealed or {}, body.event)
        except WireError as error:
            log.warning("sealed_identity", device=body.device, code=error.code)
            return arrival
        if identity is None or identity.number is None:
            return arrival
        person = self._keys.person(identity.number, self._today())
        return replace(arrival, person=person or arrival.person)

    def _of_another_day(self, arrival: Arrival) -> bool:
        """Tell whether a check-in is surely not of today: its person has long gone home."""
        if not (arrival.clock_ok and self._clock.clock_ok()):
            return False
        return self._day_of(arrival.at) < self._today()

    def _settle(self, event: str) -> None:
        for person, granted in list(self._granted.items()):
            if granted.claim.event == event:
                del self._granted[person]

    def _forget(self, now_ns: int) -> None:
        if len(self._granted) >= MOST_CLAIMS:
            self._granted.clear()
        old = [p for p, g in self._granted.items() if now_ns - g.at_ns >= REMEMBERED_NS]
        for person in old:
            del self._granted[person]

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _day_of(self, at: str) -> date:
        try:
            return datetime.fromisoformat(at).astimezone(self._zone).date()
        except (ValueError, OverflowError):
            return self._today()

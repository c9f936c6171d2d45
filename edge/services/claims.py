"""The hub's ledger: who may be checked in, who holds a number, and what kiosks wrote alone.

A claim decides nothing for good. It is remembered for some seconds, until the check-in itself comes;
a kiosk that dies in between costs nobody their place. What a kiosk hands over is always taken: a
person who came twice is two visits, linked, and the queue says which one counts.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from edge.domain.arrivals import read_arrival, read_copy
from edge.domain.lan import Claim, ClaimAnswer, DayKey, HubState, Run, Taken
from edge.domain.queue.handed import Handed
from edge.domain.queue.outcome import Done, Refused
from edge.domain.queue.state import SiteState
from edge.domain.vault import SiteKeys
from edge.ports import Clock, JournalError, SiteStore
from edge.services.staff_calls import StaffCalls
from edge.services.station_orders import StationOrders
from protocol.errors import WireError
from protocol.events import Event

REMEMBERED_NS = 10 * 1_000_000_000
MOST_CLAIMS = 10_000

log = structlog.get_logger("ledger")


class Queue(Protocol):
    """What the ledger needs of the site's queue."""

    @property
    def state(self) -> SiteState:
        """The queue as it stands."""
        ...

    async def take_arrivals(self, handed: Sequence[Handed]) -> Done | Refused:
        """Journal those that are not there yet, and put them into the queue; ``Done``: durable."""
        ...

    async def look(self) -> None:
        """Take in what this Pi's own kiosk wrote to the journal."""
        ...

    async def identify(self, visit: str, person: str) -> None:
        """Note whose visit it is, found out later."""
        ...


@dataclass(frozen=True, slots=True)
class _Granted:
    claim: Claim
    device: str
    at_ns: int


class Ledger:
    """Answers claims and takes hand-overs. For one event loop.

    Attributes:
        calls: Which kiosks want staff.
        stations: Which kiosks are to be verify stations.
    """

    def __init__(
        self,
        *,
        queue: Queue,
        keys: SiteKeys,
        store: SiteStore,
        clock: Clock,
        zone: ZoneInfo,
        hub: HubState,
        estimate: Callable[[], tuple[int, int] | None] = lambda: None,
    ) -> None:
        """Take the parts.

        Args:
            hub: Who this hub is; its journal's epoch is part of how far kiosks were taken.
            estimate: Says how many minutes people wait now.
        """
        self._queue = queue
        self._keys = keys
        self._store = store
        self._clock = clock
        self._zone = zone
        self._hub = hub
        self._estimate = estimate
        self._granted: dict[str, _Granted] = {}
        self._heard: dict[str, int] = {}
        self._taking = asyncio.Lock()
        self.calls = StaffCalls(clock)
        self.stations = StationOrders(clock)

    def state(self) -> HubState:
        """Return who this hub is."""
        return self._hub

    def note(self, device: str) -> None:
        """Note that a device spoke to the hub."""
        self._heard[device] = self._clock.boottime_ns()

    def heard(self) -> dict[str, int]:
        """Return device -> seconds since it last spoke to the hub, of this boot."""
        now_ns = self._clock.boottime_ns()
        return {device: (now_ns - at) // 10**9 for device, at in self._heard.items()}

    def waiting(self) -> tuple[int, int] | None:
        """Return how many minutes people wait, from and to; None while nobody can say."""
        return self._estimate()

    def day_key(self, device: str = "") -> DayKey:
        """Return the key of the day, without one while nobody has logged in, and what ``device`` is to be."""
        day = self._today()
        key = self._keys.day_key(day) or b""
        order = self.stations.of(device)
        return DayKey(
            day=day.isoformat(),
            key=key,
            hall=self._queue.state.day,
            order=order.id if order else "",
            verify=order is not None and order.verify,
        )

    async def claim(self, device: str, claim: Claim) -> ClaimAnswer:
        """Decide on a claim. Whoever is granted one is so without any wait in between.

        Args:
            device: Who asks; empty for the hub's own kiosk.
        """
        if claim.holds:
            return await self._held(claim)
        there = self._in_queue(claim)
        if there is not None:
            return there
        now_ns = self._clock.boottime_ns()
        first = self._granted.get(claim.person)
        if first is not None and now_ns - first.at_ns < REMEMBERED_NS:
            if first.claim.event == claim.event:
                return ClaimAnswer(answer="granted")
            if not first.device:
                # This Pi's own kiosk writes into the queue's journal itself.
                await self._queue.look()
                there = self._in_queue(claim)
            return there or ClaimAnswer(
                answer="known",
                visit=first.claim.visit,
                ticket=first.claim.ticket,
                device=first.device,
                settled=False,
            )
        self._forget(now_ns)
        self._granted.pop(claim.person, None)  # So that the oldest is always the first.
        self._granted[claim.person] = _Granted(claim, device, now_ns)
        return ClaimAnswer(answer="granted")

    def being_given(self, person: str) -> str | None:
        """Return the number that a kiosk is just giving to ``person``, or None."""
        first = self._granted.get(person)
        if first is None or self._clock.boottime_ns() - first.at_ns >= REMEMBERED_NS:
            return None
        return first.claim.ticket

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
            handed = await asyncio.to_thread(self._read, device, run.events)
            if handed:
                done = await self._queue.take_arrivals(handed)
                if isinstance(done, Refused):
                    raise JournalError(done.details.get("why", done.reason))
            for each in handed:
                self._settle(each.event.id)
            copies = _copies(run.events)
            if copies:
                await asyncio.to_thread(self._store.note_copies, copies)
            if run.through > through:
                await asyncio.to_thread(self._store.note_taken, line, run.through)
        return Taken(through=max(through, run.through))

    async def take_past(self, events: Sequence[bytes]) -> None:
        """Take in what this device wrote of people before it was the hub; each event once.

        Raises:
            JournalError: They could not be written.
        """
        handed = await asyncio.to_thread(self._read, self._hub.device, events)
        if handed:
            done = await self._queue.take_arrivals(handed)
            if isinstance(done, Refused):
                raise JournalError(done.details.get("why", done.reason))

    async def _held(self, claim: Claim) -> ClaimAnswer:
        """Say whether the number that a kiosk gave before still counts; all that it wrote was taken."""
        if claim.visit not in self._queue.state.visits:
            await self._queue.look()  # This Pi's own kiosk may have just written it.
        visit = self._queue.state.visits.get(claim.visit)
        over = visit is None or not visit.is_open
        return ClaimAnswer(answer="known", visit=claim.visit, ticket=claim.ticket, over=over)

    def _in_queue(self, claim: Claim) -> ClaimAnswer | None:
        state = self._queue.state
        if claim.event in state.arrivals:
            return ClaimAnswer(answer="granted")
        theirs = (state.visits[each] for each in state.persons.of(claim.person))
        visit = next((each for each in theirs if each.is_open), None)
        if visit is None:
            return None  # Or has gone: nobody is called by a number that is over.
        return ClaimAnswer(
            answer="known",
            visit=visit.id,
            ticket=visit.ticket,
            station=visit.station,
            device=visit.device,
        )

    def _read(self, device: str, events: Sequence[bytes]) -> list[Handed]:
        found = []
        for data in events:
            try:
                event = read_arrival(data)
            except WireError as error:
                # It reaches the centre by the kiosk's own way, where it is kept and looked at.
                log.warning("not_an_arrival", device=device, code=error.code)
                continue
            if event is not None and not self._of_another_day(event):
                sealed = self._keys.only_to_site(event.sealed or {}) or None
                found.append(Handed(device, event, self._person(event, sealed), sealed))
        return found

    def _person(self, event: Event, sealed: Mapping[str, str] | None) -> str | None:
        """Return the matching key under the site's own key of the day, where the hub can open it."""
        if sealed is None or self._keys.locked or event.type != "checked_in":
            return event.person
        try:
            identity = self._keys.open_identity(sealed, event.id)
        except WireError as error:
            log.warning("sealed_identity", event_id=event.id, code=error.code)
            return event.person
        if identity is None or identity.number is None:
            return event.person
        return self._keys.person(identity.number, self._today()) or event.person

    def _of_another_day(self, event: Event) -> bool:
        """Tell whether a check-in is surely not of today: its person has long gone home."""
        if not (event.clock_ok and self._clock.clock_ok()):
            return False
        return self._day_of(event.at) < self._today()

    def _settle(self, event: str) -> None:
        for person, granted in list(self._granted.items()):
            if granted.claim.event == event:
                del self._granted[person]

    def _forget(self, now_ns: int) -> None:
        if len(self._granted) >= MOST_CLAIMS:
            self._granted.clear()
        old = takewhile(lambda item: now_ns - item[1].at_ns >= REMEMBERED_NS, self._granted.items())
        for person, _ in list(old):
            del self._granted[person]

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _day_of(self, at: str) -> date:
        try:
            return datetime.fromisoformat(at).astimezone(self._zone).date()
        except (ValueError, OverflowError):
            return self._today()


def _copies(events: Sequence[bytes]) -> list[str]:
    """Return the doses of which a device printed a certificate."""
    found = []
    for data in events:
        with suppress(WireError):  # Told of above; the centre looks at it.
            dose = read_copy(data)
            if dose is not None:
                found.append(dose)
    return found

"""A site's queue for tests: its service on a journal, and a state that is fed without one."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.adapters.journal_sqlite import SqliteJournal
from edge.domain.queue.apply import apply
from edge.domain.queue.commands import CheckInAtDesk, Command
from edge.domain.queue.decide import decide
from edge.domain.queue.outcome import Planned, Refused
from edge.domain.queue.policy import Policy
from edge.domain.queue.state import SiteState
from edge.domain.queue.visit import Visit
from edge.domain.stamp import Moment, complete
from edge.ports import Clock, Journal
from edge.services.numbers import Numbers
from edge.services.site_queue import SiteQueue
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from protocol import hlc
from protocol.events import Body, CheckedIn, Event
from protocol.identity import DeviceId
from protocol.site_events import Arrived

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
"""Half past seven at the site."""
HUB = DeviceId("hub-0001")


class Hall:
    """A queue without a journal: what is decided is applied at once; its events are kept."""

    def __init__(self, policy: Policy | None = None, *, start: datetime = MORNING) -> None:
        self.clock = SimulatedClock(start)
        self.policy = policy or Policy()
        self.state = SiteState(self.policy, ZONE)
        self.events: list[Event] = []
        self._hlc = hlc.ZERO
        self._count = 0

    def moment(self) -> Moment:
        clock = self.clock
        return Moment(clock.now(), clock.boot_id(), clock.boottime_ns(), clock.clock_ok())

    @property
    def now_ms(self) -> int:
        return self.state.now_ms(self.moment())

    def happen(
        self, body: Body, visit: str | None = None, *, event: str = "", person: str | None = None
    ) -> Event:
        """Let ``body`` be journalled and applied."""
        moment = self.moment()
        self._hlc = hlc.tick(self._hlc, moment.wall_ms)
        done = complete(
            event_id=event or f"e{len(self.events) + 1:06d}",
            body=body,
            seq=len(self.events) + 1,
            hlc=self._hlc,
            moment=moment,
            visit=visit,
            person=person,
        )
        self.events.append(done)
        apply(self.state, done)
        return done

    def come(self, **fields) -> Visit:
        """Let somebody check in at the hub's own kiosk; return their visit."""
        self._count += 1
        person = fields.pop("person", None)
        visit = fields.pop("visit", f"v{self._count:05d}")
        body = CheckedIn(**{"ticket": f"A{self._count:03d}", "document": "cccd_2021"} | fields)
        self.happen(body, visit, person=person)
        return self.state.visits[visit]

    def take(self, arrived: Arrived, visit: str, person: str | None = None) -> Visit:
        """Take another device's check-in over."""
        self.happen(arrived, visit, person=person)
        return self.state.visits[visit]

    def ask(self, command: Command) -> list[Planned] | Refused:
        """Return what a command comes to; do nothing."""
        return decide(self.state, command, self.now_ms)

    def do(self, command: Command) -> list[Planned]:
        """Do what a desk asks; fail when it is refused."""
        planned = self.ask(command)
        assert not isinstance(planned, Refused), planned
        for each in planned:
            self.happen(each.body, each.visit, event=each.id, person=each.person)
        return planned

    def refused(self, command: Command) -> Refused:
        """Return the refusal of a command; fail when it is done."""
        refusal = self.ask(command)
        assert isinstance(refusal, Refused), refusal
        return refusal

    def visit(self, visit: str) -> Visit:
        return self.state.visits[visit]

    def retell(self, other: "Hall") -> None:
        """Let everything happen that happened in another hall, and stand at its time."""
        for event in other.events:
            self.events.append(event)
            apply(self.state, event)
        self.clock.advance((other.clock.now() - self.clock.now()).total_seconds())
        self._hlc = other._hlc

    def rebuilt(self) -> SiteState:
        """Return what the same events make of an empty state."""
        state = SiteState(self.policy, ZONE)
        for event in self.events:
            apply(state, event)
        return state


def facts(state: SiteState) -> dict[str, object]:
    """Return all that a state knows, to be compared."""
    return {
        "day": (state.day, state.trusted_day, state.session, state.previous),
        "visits": state.visits,
        "lines": {name: list(line) for name, line in state.lines.items()},
        "passed_over": {name: line.passed_over for name, line in state.lines.items()},
        "present": {name: sorted(each) for name, each in state.present.items()},
        "called": {key: sorted(each) for key, each in state.called.items() if each},
        "vials": state.vials,
        "calls": {name: list(each) for name, each in state.calls.items()},
        "arrivals": state.arrivals,
    }


def queue_on(
    journal: Journal,
    clock: Clock,
    *,
    policy: Policy | None = None,
    written: Callable[[], None] = lambda: None,
) -> SiteQueue:
    """Return a queue on ``journal``; not started."""
    numbers = Numbers(journal=journal, clock=clock, zone=ZONE, prefix="H")
    return SiteQueue(
        journal=journal, clock=clock, zone=ZONE, numbers=numbers, policy=policy, written=written
    )


def sqlite_journal(directory: Path, clock: Clock) -> SqliteJournal:
    """Return the hub's real journal in ``directory``."""
    return SqliteJournal(directory / "hub.db", device=HUB, clock=clock)


def simulated_journal(clock: Clock) -> SimulatedJournal:
    """Return a journal in memory that can be told to fail."""
    return SimulatedJournal(device=HUB, clock=clock)


def at_desk(number: int, **fields) -> CheckInAtDesk:
    """Return an invented person's check-in at a desk."""
    usual = {"staff": "lan", "document": "cccd_2021", "person": f"{number:064x}"}
    return CheckInAtDesk(visit=f"visit-{number:05d}", event=f"event-{number:05d}", **usual | fields)


async def filled(queue: SiteQueue, people: int) -> SiteQueue:
    """Return the started queue with so many people checked in at its desk."""
    await queue.start()
    for number in range(1, people + 1):
        done = await queue.do(at_desk(number))
        assert not isinstance(done, Refused), done
    return queue


async def all_of(*asked):
    """Return the outcomes of things that are asked at once."""
    return await asyncio.gather(*asked)

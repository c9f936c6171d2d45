"""The queue as its journal has made it: visits, and what is looked up in them.

One object, changed by ``apply`` alone and only from the loop that owns it; everybody else reads. A
visit is an immutable record: who holds one sees it as it was.
"""

from collections import deque
from zoneinfo import ZoneInfo

from edge.domain.queue.complaints import Complaint
from edge.domain.queue.families import Families
from edge.domain.queue.line import Line
from edge.domain.queue.persons import Persons
from edge.domain.queue.policy import Policy
from edge.domain.queue.stations import Station, find
from edge.domain.queue.timeline import NEVER, Era, era_at
from edge.domain.queue.vials import Vial
from edge.domain.queue.visit import Phase, Visit
from edge.domain.stamp import Moment

CALLS_KEPT = 60


class SiteState:
    """What the hub knows of its day.

    Attributes:
        version: Grows with every event that changed something; what listeners wait for.
        day: The site's date, ISO; empty before any was known.
        trusted_day: The latest date that a clock vouched for, or empty.
        session: ``open`` or ``closed`` by an event; empty while nobody said either.
        noted: Ids of the events that told of earlier certificates, of this day.
        complaints: Id of the event that opened it -> complaint, of this day.
        gone: Check-ins of the day before: one that is handed over late is not taken again.
        previous: The day before, and how many visits stood open when it ended.
        calls: Station -> when it called somebody, newest last.
    """

    def __init__(self, policy: Policy, zone: ZoneInfo) -> None:
        self.policy = policy
        self.zone = zone
        self.version = 0
        self.era: Era = NEVER
        self.last_ms = 0
        self.day = ""
        self.trusted_day = ""
        self.session = ""
        self.gone: frozenset[str] = frozenset()
        self.previous: tuple[str, int] | None = None
        self.clear()

    def clear(self) -> None:
        """Empty the hall; the timeline goes on."""
        self.dates: dict[str, str] = {}
        self.visits: dict[str, Visit] = {}
        self.arrivals: dict[str, str] = {}
        self.noted: set[str] = set()
        self.complaints: dict[str, Complaint] = {}
        self.lines = {station.id: Line() for station in self.policy.stations}
        self.present: dict[str, dict[str, None]] = {each.id: {} for each in self.policy.stations}
        self.called: dict[tuple[str, str], dict[str, None]] = {}
        self.tickets: dict[str, dict[str, None]] = {}
        self.persons = Persons()
        self.families = Families()
        self.vials: dict[str, Vial] = {}
        self.calls: dict[str, deque[int]] = {
            station.id: deque(maxlen=CALLS_KEPT) for station in self.policy.stations
        }

    def has_taken(self, event: str) -> bool:
        """Return whether a check-in is in the queue, or was the day before."""
        return event in self.arrivals or event in self.gone

    def now_ms(self, moment: Moment) -> int:
        """Return ``moment`` on the site's timeline; never earlier than the newest event."""
        era = era_at(self.era, self.last_ms, moment)
        return max(self.last_ms, era.site_offset_ms + moment.boottime_ns // 1_000_000)

    def station(self, station: str) -> Station | None:
        """Return the station with that id, or None."""
        return find(self.policy.stations, station)

    def at_desk(self, station: str, desk: str) -> list[Visit]:
        """Return whom a desk has called and not sent on."""
        return [self.visits[visit] for visit in self.called.get((station, desk), ())]

    def waiting(self, station: str) -> list[Visit]:
        """Return who waits at a station, in the order in which they are called."""
        return [self.visits[visit] for visit in self.lines.get(station, ())]

    def at_station(self, station: str, *phases: Phase) -> list[Visit]:
        """Return the open visits at a station that are in one of ``phases``; in all without any."""
        found = (self.visits[visit] for visit in self.present.get(station, ()))
        return [visit for visit in found if not phases or visit.phase in phases]

    def with_ticket(self, ticket: str) -> list[Visit]:
        """Return the visits with a number, open ones first; usually one."""
        found = (self.visits[visit] for visit in self.tickets.get(ticket, ()))
        return sorted(found, key=lambda visit: not visit.is_open)

    def of_person(self, visit: Visit) -> list[Visit]:
        """Return the other visits of the same person today, the one that counts first."""
        return [self.visits[each] for each in self.persons.of(visit.person) if each != visit.id]

    def family_of(self, visit: Visit) -> list[Visit]:
        """Return the others who came together with this one."""
        return [self.visits[each] for each in self.families.of(visit.root) if each != visit.id]

    def open_visits(self) -> int:
        """Return how many people are still here, as far as is known; each of them once."""
        here = (self.visits[visit] for each in self.present.values() for visit in each)
        return sum(not visit.passed_over for visit in here)

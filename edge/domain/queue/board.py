"""What the hall may see: numbers and places. And what a phone may see: one number's place, no name."""

from dataclasses import dataclass
from itertools import islice

from edge.domain.queue.state import SiteState
from edge.domain.queue.visit import Phase, Visit
from edge.domain.queue.waiting_time import people_before, wait_of, wait_of_newcomer


@dataclass(frozen=True, slots=True)
class Calling:
    """A number that is called now.

    Attributes:
        since_ms: Since when, on the site's timeline; the newest call is the one to be said aloud.
        calls: How often it was called to this desk: 1, and one more for each recall.
        key: Of this very call; a board that has said it says it once.
    """

    ticket: str
    desk: str
    since_ms: int
    calls: int
    key: str


@dataclass(frozen=True, slots=True)
class Observed:
    """A number whose observation runs; ``minutes_left`` 0: over."""

    ticket: str
    minutes_left: int


@dataclass(frozen=True, slots=True)
class StationView:
    """One station on the board."""

    id: str
    name: str
    kind: str
    calling: tuple[Calling, ...]
    next: tuple[str, ...]
    waiting: int
    missed: tuple[str, ...]
    observed: tuple[Observed, ...]
    wait_minutes: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Board:
    """What stands on the board, of one version of the queue.

    Attributes:
        made_ms: On the site's timeline; a page tells the age of what it shows by its own clock.
    """

    version: int
    made_ms: int
    day: str
    session: str
    stations: tuple[StationView, ...]


@dataclass(frozen=True, slots=True)
class PlaceInQueue:
    """What a phone shows of one number.

    Attributes:
        instead: Number that counts instead of this one, of the same person; or empty.
        before: How many are before it in the line; None where it stands in none.
        minutes_left: Of observation; None where none began.
    """

    ticket: str
    station: str
    phase: Phase
    desk: str
    before: int | None
    wait_minutes: tuple[int, int] | None
    minutes_left: int | None
    instead: str
    version: int


def board(state: SiteState, now_ms: int, *, next_most: int = 5) -> Board:
    """Return what the board shows; nothing in it tells of a person."""
    stations = tuple(_station(state, each.id, now_ms, next_most) for each in state.policy.stations)
    return Board(state.version, now_ms, state.day, state.session, stations)


def _station(state: SiteState, station_id: str, now_ms: int, next_most: int) -> StationView:
    station = next(each for each in state.policy.stations if each.id == station_id)
    line = state.lines[station_id]
    called = sorted(
        (visit for each in _desks(state, station_id) for visit in state.at_desk(station_id, each)),
        key=lambda visit: (-visit.since_ms, visit.ticket),
    )
    observed = [
        Observed(visit.ticket, minutes_left(visit, now_ms))
        for visit in state.at_station(station_id, Phase.OBSERVING)
    ]
    missed = state.at_station(station_id, Phase.MISSED)
    return StationView(
        id=station_id,
        name=station.name,
        kind=station.kind,
        calling=tuple(_calling(visit) for visit in called),
        next=tuple(state.visits[each].ticket for each in islice(line, next_most)),
        waiting=len(line),
        missed=tuple(visit.ticket for visit in sorted(missed, key=lambda visit: visit.since_ms)),
        observed=tuple(sorted(observed, key=lambda each: (each.minutes_left, each.ticket))),
        wait_minutes=wait_of_newcomer(state, station_id, now_ms),
    )


def _desks(state: SiteState, station: str) -> list[str]:
    return [desk for at, desk in state.called if at == station]


def _calling(visit: Visit) -> Calling:
    calls = visit.recalls + 1
    return Calling(visit.ticket, visit.desk, visit.since_ms, calls, f"{visit.id}/{visit.since_ms}")


def minutes_left(visit: Visit, now_ms: int) -> int:
    """Return how many minutes of observation are left, begun ones counted whole."""
    return -(-visit.observation_left_ms(now_ms) // 60_000)


def place_in_queue(state: SiteState, visit_id: str, now_ms: int) -> PlaceInQueue | None:
    """Return what a phone shows of a visit, or None where no such visit is known today."""
    visit = state.visits.get(visit_id)
    if visit is None:
        return None
    standing = [each for each in state.of_person(visit) if not each.passed_over]
    return PlaceInQueue(
        ticket=visit.ticket,
        station=visit.station,
        phase=visit.phase,
        desk=visit.desk,
        before=people_before(state, visit),
        wait_minutes=wait_of(state, visit, now_ms),
        minutes_left=None if visit.observed_from_ms is None else minutes_left(visit, now_ms),
        instead=standing[0].ticket if visit.passed_over and standing else "",
        version=state.version,
    )

"""The day in figures, for the head of the site; sums that must agree stand beside each other."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from edge.domain.queue.state import SiteState
from edge.domain.queue.stations import Station
from edge.domain.queue.visit import Phase, Visit

_ASIDE = (Phase.HELD, Phase.MISSED)


@dataclass(frozen=True, slots=True)
class AtStation:
    """Who is at a station now, and for how many minutes the first in its line has waited."""

    station: Station
    waiting: int
    called: int
    aside: int
    observed: int
    longest_minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """The day so far. ``came`` is ``here`` and ``left`` and ``twice``; ``doses`` likewise of vials.

    Attributes:
        twice: Open visits of people who hold another number too; they are counted by that one.
        concluded: Conclusion of screening -> people.
        from_vials: Doses that were taken from a vial of the book; ``without_vial`` the others.
        from_vials_before: Doses of the book's vials besides: of paper slips of an earlier day.
        certificates: State of the paper -> people who left with it so.
        without: Why -> people with a dose who left without a certificate; empty where nobody said.
    """

    came: int
    here: int
    left: int
    twice: int
    concluded: Mapping[str, int]
    doses: int
    from_vials: int
    without_vial: int
    from_vials_before: int
    reactions: int
    left_early: int
    certificates: Mapping[str, int]
    without: Mapping[str, int]


def figures(state: SiteState) -> DayFigures:
    """Return the day in figures."""
    visits = [visit for visit in state.visits.values() if not visit.of_day]
    given = [dose for visit in visits for dose in visit.doses]
    from_vials = sum(dose.vial in state.vials for dose in given)
    gone = [visit for visit in visits if not visit.is_open]
    twice = sum(visit.is_open and visit.passed_over for visit in visits)
    return DayFigures(
        came=len(visits),
        here=len(visits) - len(gone) - twice,
        left=len(gone),
        twice=twice,
        concluded=Counter(visit.conclusion for visit in visits if visit.conclusion),
        doses=len(given),
        from_vials=from_vials,
        without_vial=len(given) - from_vials,
        from_vials_before=max(0, sum(vial.given for vial in state.vials.values()) - from_vials),
        reactions=sum(bool(visit.reactions) for visit in visits),
        left_early=sum(visit.left_early for visit in gone),
        certificates=Counter(visit.certificate for visit in gone if visit.certificate),
        without=Counter(
            visit.certificate_why
            for visit in gone
            if visit.doses and visit.certificate != "printed"
        ),
    )


def at_stations(state: SiteState, now_ms: int) -> list[AtStation]:
    """Return each station with who is there now, in the usual order."""
    return [_at(state, station, now_ms) for station in state.policy.stations]


def _at(state: SiteState, station: Station, now_ms: int) -> AtStation:
    waiting = state.waiting(station.id)
    entered = [visit.entered_ms for visit in waiting]
    return AtStation(
        station=station,
        waiting=len(waiting),
        called=len(state.at_station(station.id, Phase.CALLED)),
        aside=len(state.at_station(station.id, *_ASIDE)),
        observed=len(state.at_station(station.id, Phase.OBSERVING)),
        longest_minutes=max(0, now_ms - min(entered)) // 60_000 if entered else None,
    )


def unattended(
    state: SiteState, staffed: Collection[tuple[str, str]]
) -> list[tuple[Station, str, int]]:
    """Return whom nobody calls: station, the only desk that may call them or empty, how many.

    Args:
        staffed: Stations and desks at which somebody works.
    """
    waiting = Counter(
        (station, visit.to_desk)
        for station in state.policy.stations
        for visit in state.waiting(station.id)
    )
    return [
        (station, desk, count)
        for (station, desk), count in waiting.items()
        if is_unattended(station, desk, staffed)
    ]


def is_unattended(station: Station, desk: str, staffed: Collection[tuple[str, str]]) -> bool:
    """Return whether nobody calls to a station, or to that desk of it; to observation nobody is called."""
    if station.kind == "observation":
        return False
    return not any(at == station.id and desk in ("", there) for at, there in staffed)


def still_open(state: SiteState) -> list[tuple[Station, Sequence[Visit]]]:
    """Return who is still here, by station; those who are counted by another number left out."""
    found: list[tuple[Station, Sequence[Visit]]] = []
    for station in state.policy.stations:
        here = [visit for visit in state.at_station(station.id) if not visit.passed_over]
        if here:
            found.append((station, sorted(here, key=lambda visit: visit.ticket)))
    return found

"""What an arrival or a complaint makes of the state: the hub's own, or another device's taken over."""

from msgspec.structs import replace

from edge.domain.queue.appointment import is_kept
from edge.domain.queue.complaints import Complaint
from edge.domain.queue.day import earlier_day
from edge.domain.queue.placing import put, regroup
from edge.domain.queue.state import SiteState
from edge.domain.queue.stations import meant_by
from edge.domain.queue.timeline import Era, checked_in_ms, written_ms
from edge.domain.queue.visit import Phase, Visit
from protocol.events import CheckedIn, ComplaintOpened, Event
from protocol.site_events import Arrived, ComplaintNoted


def arrive(
    state: SiteState, era: Era, now_ms: int, event: Event, body: CheckedIn | Arrived
) -> None:
    """Put a person into the line of their first station; the same check-in again changes nothing."""
    if isinstance(body, Arrived):
        check_in, hlc, device = body.event, body.hlc, body.device
        came_ms = checked_in_ms(era, hlc, now_ms)
        extra = {}
    else:
        check_in, hlc, device = event.id, event.hlc, ""
        came_ms = written_ms(era, body.happened_at, checked_in_ms(era, hlc, now_ms))
        extra = {
            "changed_by": body.staff,
            "exception": body.exception,
            "happened_at": body.happened_at,
            "of_day": earlier_day(state, body.happened_at),
        }
    visit_id = event.visit or check_in
    if check_in in state.arrivals or visit_id in state.visits:
        return
    state.arrivals[check_in] = visit_id
    station, desk = meant_by(state.policy.stations, body.desk)
    wall = era.wall_of(came_ms)
    kept = is_kept(body.appointment, wall and wall.astimezone(state.zone), state.policy)
    visit = Visit(
        id=visit_id,
        event=check_in,
        hlc=hlc,
        ticket=body.ticket,
        version=event.seq,
        station=station.id,
        phase=Phase.OBSERVING if station.kind == "observation" else Phase.WAITING,
        entered_ms=came_ms,
        arrived_ms=came_ms,
        since_ms=came_ms,
        root=body.companion_of or visit_id,
        device=device,
        person=event.person,
        changed_as=event.type,
        to_desk=desk,
        priority=body.priority,
        appointment=body.appointment,
        appointment_kept=kept,
        document=body.document,
        standing=body.standing,
        warnings=body.warnings,
        differences=body.differences,
        companion_of=body.companion_of,
        guardian=body.guardian,
        **extra,  # type: ignore[arg-type]  # texts, or nothing
    )
    if not visit.of_day:
        state.families.join(visit.root, visit.id)
        state.families.enter(visit.root, visit.station, came_ms)
        state.persons.add(visit.person, visit)
    put(state, visit)


def complain(
    state: SiteState, event: Event, body: ComplaintOpened | ComplaintNoted, now_ms: int
) -> None:
    """Note a complaint; the same one again changes nothing."""
    opened, device, stamp = event.id, "", event.hlc
    if isinstance(body, ComplaintNoted):
        opened, device, stamp = body.event, body.device, body.hlc
    at = state.era.wall_of(checked_in_ms(state.era, stamp, now_ms))
    state.complaints.setdefault(opened, Complaint(body.ticket, body.subject, device, at))


def identify(state: SiteState, visit_id: str, person: str) -> None:
    """Note whose visit it is, found out after it arrived; a visit that is not there changes nothing."""
    visit = state.visits.get(visit_id)
    if visit is None or visit.person == person:
        return
    if not visit.of_day:  # Who came on an earlier day came once on each of the two.
        state.persons.remove(visit)
        regroup(state, visit.person)
        state.persons.add(person, visit)
    put(state, replace(visit, person=person, duplicate_of=None, passed_over=False))
    state.version += 1

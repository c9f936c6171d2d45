"""Decisions that begin with no visit: who is next, who comes in, the day, and vials."""

from functools import partial
from typing import assert_never

from edge.domain.queue.changing import may_call
from edge.domain.queue.commands import (
    CallNext,
    CheckInAtDesk,
    CloseSession,
    DiscardVial,
    OpenSession,
    OpenVial,
    SiteCommand,
)
from edge.domain.queue.day import earlier_day, is_date
from edge.domain.queue.doubts import of_closing, of_discarding, of_opening
from edge.domain.queue.outcome import Planned, Refused
from edge.domain.queue.state import SiteState
from edge.domain.queue.timeline import instant
from protocol import site_events as site
from protocol.events import CheckedIn

Decision = list[Planned] | Refused
_MOST = 9_999


def call_next(state: SiteState, command: CallNext) -> Decision:
    """Call whoever is next, unless the desk has somebody before it already."""
    line = state.lines.get(command.station)
    if line is None:
        return Refused("unknown_station")
    busy = busy_with(state, command.station, command.desk)
    if busy is not None:
        return busy
    may = partial(_may_call, state, command.desk)
    chosen = line.next(may, state.policy.passed_over_most)
    if chosen is None:
        return Refused("nobody_waiting")
    visit = state.visits[chosen]
    body = site.Called(
        ticket=visit.ticket, station=command.station, desk=command.desk, staff=command.staff
    )
    return [Planned(body, visit.id)]


def _may_call(state: SiteState, desk: str, visit: str) -> bool:
    return may_call(state.visits[visit], desk)


def busy_with(state: SiteState, station: str, desk: str) -> Refused | None:
    """Return a refusal that names whom the desk has before it; None when it is free."""
    before = state.at_desk(station, desk)
    if not before:
        return None
    return Refused("desk_busy", {"ticket": before[0].ticket, "visit": before[0].id})


def check_in(state: SiteState, command: CheckInAtDesk) -> Decision:
    """Check a person in at a desk; the same check-in again comes to nothing more."""
    if command.event in state.arrivals:
        return []
    if command.visit in state.visits:
        return Refused("visit_known")
    if command.event in state.gone:
        return Refused("checked_in_before", {"ticket": command.ticket})
    if _is_taken(state, command):
        return Refused("ticket_taken", {"ticket": command.ticket})
    if not command.event or not command.visit or not _is_when(command.happened_at):
        return Refused("bad_value")
    body = CheckedIn(
        ticket=command.ticket,
        document=command.document,
        source=command.source,
        warnings=command.warnings,
        exception=command.exception,
        standing=command.standing,
        desk=command.desk,
        differences=command.differences,
        companion_of=command.companion_of,
        guardian=command.guardian,
        priority=command.priority,
        appointment=command.appointment,
        staff=command.staff,
        happened_at=command.happened_at,
    )
    return [
        Planned(
            body,
            command.visit,
            id=command.event,
            person=command.person,
            sealed=command.sealed,
            numbered=not command.ticket,
            print_job=command.print_job,
        )
    ]


def _is_taken(state: SiteState, command: CheckInAtDesk) -> bool:
    """Return whether somebody who is here has that number; paper of an earlier day had its own."""
    if not command.ticket or earlier_day(state, command.happened_at):
        return False
    return any(visit.is_open for visit in state.with_ticket(command.ticket))


def _is_when(happened_at: str) -> bool:
    return not happened_at or instant(happened_at) is not None


def decide(state: SiteState, command: SiteCommand) -> Decision:
    """Decide on the day and on vials."""
    match command:
        case OpenVial():
            return _open_vial(state, command)
        case DiscardVial():
            return _discard_vial(state, command)
        case OpenSession():
            return _open_session(state, command)
        case CloseSession():
            return _close_session(state, command)
        case _:
            assert_never(command)


def unseen(doubts: tuple[str, ...], seen: tuple[str, ...]) -> Refused | None:
    """Return a refusal that tells the doubts which staff have not read yet; None when there is none."""
    if set(doubts) <= set(seen):
        return None
    return Refused("confirm_warnings", {"warnings": ",".join(doubts)})


def _open_vial(state: SiteState, command: OpenVial) -> Decision:
    if command.vial in state.vials:
        return Refused("vial_known")
    if not command.vial or command.doses < 1 or not _is_when(command.happened_at):
        return Refused("bad_value")
    if command.expiry and not is_date(command.expiry):
        return Refused("bad_value")
    body = site.VialOpened(
        vial=command.vial,
        vaccine=command.vaccine,
        lot=command.lot,
        doses=command.doses,
        staff=command.staff,
        expiry=command.expiry,
        happened_at=command.happened_at,
    )
    return unseen(of_opening(state, command), command.seen) or [Planned(body)]


def _discard_vial(state: SiteState, command: DiscardVial) -> Decision:
    vial = state.vials.get(command.vial)
    if vial is None:
        return Refused("unknown_vial")
    if command.event in vial.discards:
        return []
    if not command.reason:
        return Refused("reason_missing")
    if command.doses < 1 or not _is_when(command.happened_at):
        return Refused("bad_value")
    body = site.VialDiscarded(
        vial=vial.id,
        doses=command.doses,
        reason=command.reason,
        staff=command.staff,
        happened_at=command.happened_at,
    )
    return unseen(of_discarding(vial, command), command.seen) or [Planned(body, id=command.event)]


def _open_session(state: SiteState, command: OpenSession) -> Decision:
    if not is_date(command.day):
        return Refused("bad_value")
    if state.session == "open" and command.day == state.day:
        return []
    return [Planned(site.SessionOpened(day=command.day, staff=command.staff))]


def _close_session(state: SiteState, command: CloseSession) -> Decision:
    if state.session == "closed":
        return []
    body = site.SessionClosed(
        day=state.day, staff=command.staff, open_visits=min(_MOST, state.open_visits())
    )
    return unseen(of_closing(state), command.seen) or [Planned(body)]

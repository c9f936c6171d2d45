"""Decisions about one visit."""

from typing import assert_never

from edge.domain.queue import of_care
from edge.domain.queue.commands import (
    Calling,
    CallNumber,
    Finish,
    Hold,
    MarkMissed,
    Prioritise,
    Recall,
    Recording,
    RecordReaction,
    RecordScreening,
    Resume,
    SendBack,
    Transfer,
    VisitCommand,
)
from edge.domain.queue.of_day import busy_with
from edge.domain.queue.outcome import Planned, Refused
from edge.domain.queue.reasons import is_code
from edge.domain.queue.state import SiteState
from edge.domain.queue.stations import is_earlier
from edge.domain.queue.visit import Phase, Visit
from protocol import site_events as site

Decision = list[Planned] | Refused
_ASIDE = (Phase.HELD, Phase.MISSED)
_REASONED = (Hold, Transfer, SendBack, Prioritise)


def find(state: SiteState, command: VisitCommand) -> Visit | Refused:
    """Return the visit that a command is about, if it is as the desk saw it."""
    visit = state.visits.get(command.visit)
    if visit is None:
        return Refused("unknown_visit")
    if command.version is not None and command.version != visit.version:
        return Refused(
            "changed_meanwhile",
            {
                "by": visit.changed_by,
                "what": visit.changed_as,
                "version": str(visit.version),
                "ticket": visit.ticket,
            },
        )
    return visit


def is_written(state: SiteState, command: VisitCommand) -> bool:
    """Return whether a desk asks again for a form that it has sent already."""
    if not isinstance(command, RecordScreening | RecordReaction):
        return False
    visit = state.visits.get(command.visit)
    return visit is not None and command.event in visit.forms


def decide(state: SiteState, visit: Visit, command: VisitCommand, now_ms: int) -> Decision:
    """Decide on a visit that ``find`` found."""
    if isinstance(command, Recording):
        return of_care.decide(state, visit, command, now_ms)
    if not visit.is_open:
        return Refused("has_left", {"ticket": visit.ticket})
    if isinstance(command, Finish):
        return of_care.finish(state, visit, command, now_ms)
    return _direct(state, visit, command)


def _direct(
    state: SiteState, visit: Visit, command: Calling | Transfer | SendBack | Prioritise
) -> Decision:
    if isinstance(command, _REASONED) and command.reason and not is_code(command.reason):
        return Refused("bad_value")
    match command:
        case CallNumber():
            return _call_number(state, visit, command)
        case Recall():
            return _recall(state, visit, command)
        case Hold() | Resume() | MarkMissed():
            return _set_aside(visit, command)
        case Transfer() | SendBack():
            return _move(state, visit, command)
        case Prioritise():
            return _prioritise(state, visit, command)
        case _:
            assert_never(command)


def _call_number(state: SiteState, visit: Visit, command: CallNumber) -> Decision:
    if visit.station != command.station:
        return Refused("elsewhere", {"station": visit.station, "ticket": visit.ticket})
    if visit.phase is Phase.CALLED:
        return Refused("already_called", {"desk": visit.desk, "by": visit.changed_by})
    if visit.phase not in (Phase.WAITING, *_ASIDE):
        return Refused("not_waiting", {"ticket": visit.ticket})
    if visit.passed_over:
        return _duplicate(state, visit)
    busy = busy_with(state, command.station, command.desk)
    if busy is not None:
        return busy
    body = site.Called(
        ticket=visit.ticket,
        station=visit.station,
        desk=command.desk,
        staff=command.staff,
        chosen=True,
    )
    return [Planned(body, visit.id)]


def _duplicate(state: SiteState, visit: Visit) -> Refused:
    others = [each for each in state.of_person(visit) if not each.passed_over]
    return Refused("duplicate", {"ticket": others[0].ticket, "visit": others[0].id})


def _recall(state: SiteState, visit: Visit, command: Recall) -> Decision:
    if visit.phase is not Phase.CALLED:
        return Refused("not_called", {"ticket": visit.ticket})
    kind = site.Missed if visit.recalls >= state.policy.recalls_most else site.Recalled
    return [Planned(kind(**_at_desk(visit, command.staff)), visit.id)]


def _at_desk(visit: Visit, staff: str) -> dict[str, str]:
    return {
        "ticket": visit.ticket,
        "station": visit.station,
        "desk": visit.desk,
        "staff": staff,
    }


def _set_aside(visit: Visit, command: Hold | Resume | MarkMissed) -> Decision:
    match command:
        case Hold():
            if visit.phase not in (Phase.WAITING, Phase.CALLED):
                return Refused("not_waiting", {"ticket": visit.ticket})
            body = site.Held(**_at_desk(visit, command.staff), reason=command.reason)
            return [Planned(body, visit.id)]
        case Resume():
            if visit.phase not in _ASIDE:
                return Refused("not_waiting", {"ticket": visit.ticket})
            back = site.Resumed(ticket=visit.ticket, station=visit.station, staff=command.staff)
            return [Planned(back, visit.id)]
        case MarkMissed():
            if visit.phase is not Phase.CALLED:
                return Refused("not_called", {"ticket": visit.ticket})
            return [Planned(site.Missed(**_at_desk(visit, command.staff)), visit.id)]
        case _:
            assert_never(command)


def _move(state: SiteState, visit: Visit, command: Transfer | SendBack) -> Decision:
    if state.station(command.to) is None:
        return Refused("unknown_station")
    way = {
        "ticket": visit.ticket,
        "station": visit.station,
        "to": command.to,
        "staff": command.staff,
        "reason": command.reason,
    }
    if isinstance(command, Transfer):
        return [Planned(site.Transferred(**way, to_desk=command.to_desk), visit.id)]
    if not is_earlier(state.policy.stations, command.to, visit.station):
        return Refused("not_earlier", {"station": visit.station})
    if not command.reason:
        return Refused("reason_missing")
    return [Planned(site.SentBack(**way), visit.id)]


def _prioritise(state: SiteState, visit: Visit, command: Prioritise) -> Decision:
    if not command.reason:
        return Refused("reason_missing")
    if command.priority not in state.policy.head_start_minutes:
        return Refused("unknown_class")
    body = site.Prioritised(
        ticket=visit.ticket,
        priority=command.priority,
        staff=command.staff,
        reason=command.reason,
    )
    return [Planned(body, visit.id)]

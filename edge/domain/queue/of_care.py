"""Decisions about what is done for a person: screening, dose, observation, and how they leave."""

from typing import assert_never

from edge.domain.queue.commands import (
    Finish,
    LetGo,
    RecordDose,
    Recording,
    RecordReaction,
    RecordScreening,
    StartObservation,
)
from edge.domain.queue.day import is_date
from edge.domain.queue.doubts import of_dose
from edge.domain.queue.of_day import unseen
from edge.domain.queue.outcome import Planned, Refused
from edge.domain.queue.reasons import is_code
from edge.domain.queue.state import SiteState
from edge.domain.queue.stations import Station, following
from edge.domain.queue.timeline import between_ms, instant, written_ms
from edge.domain.queue.visit import Phase, Visit
from protocol import site_events as site

Decision = list[Planned] | Refused
COMPLETED = "completed"


def decide(state: SiteState, visit: Visit, command: Recording, now_ms: int) -> Decision:
    """Decide on a record of what was done; who has left may still have something written down."""
    if command.happened_at and instant(command.happened_at) is None:
        return Refused("bad_value")
    match command:
        case RecordScreening():
            body = site.Screened(
                conclusion=command.conclusion,
                staff=command.staff,
                happened_at=command.happened_at,
                replaces=command.replaces,
            )
            return [Planned(body, visit.id, id=command.event, sealed=command.sealed)]
        case RecordDose():
            return _record_dose(state, visit, command)
        case StartObservation():
            return _start_observation(state, visit, command)
        case RecordReaction():
            reaction = site.ReactionRecorded(
                severity=command.severity, staff=command.staff, happened_at=command.happened_at
            )
            return [Planned(reaction, visit.id, id=command.event, sealed=command.sealed)]
        case LetGo():
            return _let_go(state, visit, command, now_ms)
        case _:
            assert_never(command)


def _record_dose(state: SiteState, visit: Visit, command: RecordDose) -> Decision:
    if not command.vaccine or not command.lot or not command.injector:
        return Refused("bad_value")
    if command.expiry and not is_date(command.expiry):
        return Refused("bad_value")
    doubts = of_dose(state, visit, command)
    body = site.Vaccinated(
        vaccine=command.vaccine,
        lot=command.lot,
        dose_number=command.dose_number,
        injector=command.injector,
        staff=command.staff,
        expiry=command.expiry,
        vial=command.vial,
        warnings=doubts,
        happened_at=command.happened_at,
        replaces=command.replaces,
    )
    return unseen(doubts, command.seen) or [Planned(body, visit.id)]


def _start_observation(state: SiteState, visit: Visit, command: StartObservation) -> Decision:
    if visit.has_left:
        return Refused("has_left", {"ticket": visit.ticket})
    if not visit.doses:
        return Refused("dose_missing", {"ticket": visit.ticket})
    least = state.policy.observation_minutes
    minutes = least if command.minutes is None else command.minutes
    if minutes < least:
        return Refused("observation_too_short", {"minutes": str(least)})
    body = site.ObservationStarted(
        minutes=minutes, staff=command.staff, happened_at=command.happened_at
    )
    return [Planned(body, visit.id)]


def _let_go(state: SiteState, visit: Visit, command: LetGo, now_ms: int) -> Decision:
    if visit.has_left:
        return Refused("has_left", {"ticket": visit.ticket})
    gone_ms = _gone_ms(state, visit, command, now_ms)
    early = bool(visit.doses) and not visit.observation_done(gone_ms)
    if not command.reason or (command.reason == COMPLETED and not visit.doses):
        return Refused("reason_missing")
    if not is_code(command.reason):
        return Refused("bad_value")
    if early and command.reason == COMPLETED:
        return _still_observed(state, visit, gone_ms)
    body = site.Left(
        staff=command.staff,
        reason=command.reason,
        early=early,
        certificate=command.certificate,
        certificate_why=command.certificate_why,
        happened_at=command.happened_at,
    )
    return [Planned(body, visit.id)]


def _gone_ms(state: SiteState, visit: Visit, command: LetGo, now_ms: int) -> int:
    """Return when the person leaves. Of two times on paper the paper alone says what lies between."""
    watched_ms = between_ms(visit.observed_at, command.happened_at)
    if watched_ms is None or visit.observed_from_ms is None:
        return written_ms(state.era, command.happened_at, now_ms)
    return visit.observed_from_ms + watched_ms


def _still_observed(state: SiteState, visit: Visit, now_ms: int) -> Refused:
    left_ms = visit.observation_left_ms(now_ms)
    minutes = -(-left_ms // 60_000) if left_ms else state.policy.observation_minutes
    return Refused("observation_running", {"minutes": str(minutes), "ticket": visit.ticket})


def finish(state: SiteState, visit: Visit, command: Finish, now_ms: int) -> Decision:
    """Send a person on: to the next station, out after screening said no, or home after the last."""
    if visit.phase not in (Phase.CALLED, Phase.OBSERVING):
        return Refused("not_called", {"ticket": visit.ticket})
    station = state.station(visit.station)
    kind = station.kind if station else None
    if kind == "screening" and visit.conclusion is None:
        return Refused("screening_missing", {"ticket": visit.ticket})
    if kind == "injection" and not visit.doses:
        return Refused("dose_missing", {"ticket": visit.ticket})
    if visit.conclusion not in (None, "eligible") and not visit.doses:
        return _out(visit, command, visit.conclusion)
    to = following(state.policy.stations, visit.station)
    if to is None:
        return _home(state, visit, command, now_ms)
    return _on(state, visit, command, to)


def _on(state: SiteState, visit: Visit, command: Finish, to: Station) -> Decision:
    planned = [Planned(_finished(visit, command, to.id), visit.id)]
    if to.kind == "observation" and visit.doses and visit.observed_from_ms is None:
        minutes = state.policy.observation_minutes
        begun = site.ObservationStarted(minutes=minutes, staff=command.staff)
        planned.append(Planned(begun, visit.id))
    return planned


def _home(state: SiteState, visit: Visit, command: Finish, now_ms: int) -> Decision:
    if visit.doses and not visit.observation_done(now_ms):
        return _still_observed(state, visit, now_ms)
    if not visit.doses:
        return Refused("reason_missing")
    return _out(visit, command, COMPLETED)


def _out(visit: Visit, command: Finish, reason: str) -> Decision:
    left = site.Left(staff=command.staff, reason=reason, certificate=command.certificate)
    return [Planned(_finished(visit, command, ""), visit.id), Planned(left, visit.id)]


def _finished(visit: Visit, command: Finish, to: str) -> site.Finished:
    return site.Finished(
        ticket=visit.ticket, station=visit.station, staff=command.staff, desk=visit.desk, to=to
    )

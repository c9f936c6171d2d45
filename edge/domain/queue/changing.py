"""What each event about one visit makes of it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import replace

from edge.domain.queue.placing import put
from edge.domain.queue.state import SiteState
from edge.domain.queue.timeline import written_ms
from edge.domain.queue.visit import Dose, Phase, SeenCertificate, Visit
from protocol import site_events as site
from protocol.events import CertificateSeen, Event

MOST_CERTIFICATES: Final = 8
"""Of one visit, the latest: nobody has more, and no code that is held up again and again fills a hub."""
Fields = dict[str, Any]
Change = Callable[[SiteState, Visit, Event, Any, int], None]


def _became(state: SiteState, visit: Visit, event: Event, staff: str, fields: Fields) -> None:
    put(
        state,
        replace(visit, version=event.seq, changed_by=staff, changed_as=event.type, **fields),
    )


def _called(s: SiteState, visit: Visit, event: Event, body: site.Called, now_ms: int) -> None:
    line, station = s.lines.get(body.station), body.station
    if line is None:
        return  # A station that the site no longer has.
    if not body.chosen:
        first = line.first_come(lambda each: may_call(s.visits[each], body.desk))
        line.passed_over = 0 if first == visit.id else line.passed_over + 1
    s.calls[station].append(now_ms)
    fields: Fields = {"station": station, "desk": body.desk, "phase": Phase.CALLED, "recalls": 0}
    _became(s, visit, event, body.staff, fields | {"since_ms": now_ms, "touched": True})


def may_call(visit: Visit, desk: str) -> bool:
    """Return whether ``desk`` may call who stands in its station's line."""
    return visit.to_desk in ("", desk)


def _recalled(s: SiteState, visit: Visit, event: Event, body: site.Recalled, now_ms: int) -> None:
    _became(s, visit, event, body.staff, {"recalls": visit.recalls + 1, "since_ms": now_ms})


def _held(s: SiteState, visit: Visit, event: Event, body: site.Held, now_ms: int) -> None:
    fields: Fields = {"phase": Phase.HELD, "desk": "", "hold_reason": body.reason}
    _became(s, visit, event, body.staff, fields | {"since_ms": now_ms, "touched": True})


def _resumed(s: SiteState, visit: Visit, event: Event, body: site.Resumed, now_ms: int) -> None:
    entered_ms = visit.entered_ms
    if visit.phase is Phase.MISSED:
        entered_ms = max(entered_ms, now_ms - s.policy.returned_minutes * 60_000)
    fields: Fields = {"phase": Phase.WAITING, "desk": "", "hold_reason": "", "since_ms": now_ms}
    _became(s, visit, event, body.staff, fields | {"entered_ms": entered_ms})


def _missed(s: SiteState, visit: Visit, event: Event, body: site.Missed, now_ms: int) -> None:
    fields: Fields = {"phase": Phase.MISSED, "desk": "", "since_ms": now_ms}
    _became(s, visit, event, body.staff, fields)


def _moved(
    s: SiteState,
    visit: Visit,
    event: Event,
    body: site.Transferred | site.SentBack,
    now_ms: int,
) -> None:
    to_desk = body.to_desk if isinstance(body, site.Transferred) else ""
    _move(s, visit, event, body, now_ms, {"to_desk": to_desk, "move_reason": body.reason})


def _finished(s: SiteState, visit: Visit, event: Event, body: site.Finished, now_ms: int) -> None:
    if body.to:
        _move(s, visit, event, body, now_ms, {"to_desk": "", "move_reason": ""})
    else:
        fields: Fields = {"phase": Phase.LEFT, "desk": "", "since_ms": now_ms, "touched": True}
        _became(s, visit, event, body.staff, fields)


def _move(
    s: SiteState,
    visit: Visit,
    event: Event,
    body: site.Transferred | site.SentBack | site.Finished,
    now_ms: int,
    fields: Fields,
) -> None:
    station = s.station(body.to)
    if station is None:
        return  # A station that the site no longer has: the visit stays where it can be found.
    phase = Phase.OBSERVING if station.kind == "observation" else Phase.WAITING
    s.families.enter(visit.root, station.id, now_ms)
    fields |= {"station": station.id, "phase": phase, "entered_ms": now_ms, "since_ms": now_ms}
    fields |= {"desk": "", "hold_reason": "", "recalls": 0, "touched": True}
    _became(s, visit, event, body.staff, fields)


def _prioritised(s: SiteState, visit: Visit, event: Event, body: site.Prioritised, _: int) -> None:
    fields: Fields = {"priority": body.priority, "priority_reason": body.reason}
    _became(s, visit, event, body.staff, fields)


def _screened(s: SiteState, visit: Visit, event: Event, body: site.Screened, _: int) -> None:
    fields: Fields = {"conclusion": body.conclusion, "screening_event": event.id}
    fields |= {"screened_by": body.staff, "forms": (*visit.forms, event.id)}
    fields |= {"screened_at": body.happened_at, "touched": True}
    _became(s, visit, event, body.staff, fields)


def _vaccinated(s: SiteState, visit: Visit, event: Event, body: site.Vaccinated, _: int) -> None:
    replaced = [dose for dose in visit.doses if dose.event == body.replaces]
    kept = tuple(dose for dose in visit.doses if dose.event != body.replaces)
    dose = Dose(
        event=event.id,
        vaccine=body.vaccine,
        lot=body.lot,
        number=body.dose_number,
        injector=body.injector,
        staff=body.staff,
        expiry=body.expiry,
        vial=body.vial,
        warnings=body.warnings,
        happened_at=body.happened_at,
    )
    _take_dose(s, body.vial, 1)
    for old in replaced:
        _take_dose(s, old.vial, -1)
    _became(s, visit, event, body.staff, {"doses": (*kept, dose), "touched": True})


def _take_dose(s: SiteState, vial_id: str, doses: int) -> None:
    vial = s.vials.get(vial_id)
    if vial is not None:
        s.vials[vial_id] = vial.less_given(doses)


def _certificate(
    s: SiteState,
    visit: Visit,
    event: Event,
    body: CertificateSeen | site.CertificateNoted,
    _: int,
) -> None:
    """Note an earlier certificate. The visit's version stays: what a desk is typing is not outdated.

    All are kept in the order in which they were held up: their doses are sealed, so only a desk can tell
    which of them is the hint.
    """
    of, hlc = event.id, event.hlc
    if isinstance(body, site.CertificateNoted):
        of, hlc = body.event, body.hlc
    if of in s.noted:
        return
    s.noted.add(of)
    seen = SeenCertificate(of, hlc, body.verdict, body.fit, body.doubt)
    every = sorted((*visit.earlier, seen), key=lambda each: (each.hlc, each.event))
    put(s, replace(visit, earlier=tuple(every[-MOST_CERTIFICATES:])))


def _observed(
    s: SiteState, visit: Visit, event: Event, body: site.ObservationStarted, now_ms: int
) -> None:
    begun_ms = written_ms(s.era, body.happened_at, now_ms)
    fields: Fields = {"observed_from_ms": begun_ms, "observed_minutes": body.minutes}
    fields |= {"observed_at": body.happened_at, "touched": True}
    _became(s, visit, event, body.staff, fields)


def _reacted(s: SiteState, visit: Visit, event: Event, body: site.ReactionRecorded, _: int) -> None:
    fields: Fields = {"reactions": (*visit.reactions, body.severity)}
    fields |= {"forms": (*visit.forms, event.id), "touched": True}
    _became(s, visit, event, body.staff, fields)


def _left(s: SiteState, visit: Visit, event: Event, body: site.Left, now_ms: int) -> None:
    fields: Fields = {"phase": Phase.LEFT, "desk": "", "leave_reason": body.reason}
    fields |= {"left_early": body.early, "certificate": body.certificate}
    fields["certificate_why"] = body.certificate_why
    fields["since_ms"] = written_ms(s.era, body.happened_at, now_ms)
    _became(s, visit, event, body.staff, fields | {"left_at": body.happened_at})


CHANGES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "called": _called,
        "recalled": _recalled,
        "held": _held,
        "resumed": _resumed,
        "missed": _missed,
        "transferred": _moved,
        "sent_back": _moved,
        "finished": _finished,
        "prioritised": _prioritised,
        "screened": _screened,
        "vaccinated": _vaccinated,
        "observation_started": _observed,
        "reaction_recorded": _reacted,
        "left": _left,
        "certificate_seen": _certificate,
        "certificate_noted": _certificate,
    }
)
"""Type of an event about one visit -> what it makes of it."""

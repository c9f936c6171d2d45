"""Observation: whose time runs, who may go, who goes early and why, and what happened meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from edge.domain.answers import Subject
from edge.domain.queue.commands import LetGo, RecordReaction, Severity, StartObservation
from edge.domain.queue.visit import Phase, Visit
from edge.domain.staff import Role
from edge.ui.site import desk_certificates
from edge.ui.site.desk_certificates import leaves_without, state_of
from edge.ui.site.desk_complaint import complain
from edge.ui.site.desk_doubts import ask_first
from edge.ui.site.desk_model import Answer, DeskKind, DeskSite, Go, Problem, Sight, Work, fresh
from protocol.site_events import ReactionNote

CERTIFICATES: Final = ("printed", "pending", "none", "refused")
"""What a person goes home with: the paper, the word that it comes, nothing, or they want none."""
EARLY_REASONS: Final = ("own_wish", "to_hospital", "family", "work", "other")
"""Words only: what ails somebody belongs into the sealed note."""
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
SIGNS: Final = (
    "pain", "fever", "dizzy", "nausea", "rash", "swelling", "breath", "heart", "faint", "numb",
    "convulsion", "other",
)  # fmt: skip
FIELDS: Final = ("severity", *(f"sign_{each}" for each in SIGNS), "treatment", "note", "minutes",
                 "leave_reason", "certificate", "certificate_why")  # fmt: skip
SUBJECTS: Final = (
    Subject.CERTIFICATE_WRONG,
    Subject.DOSE_MISSING,
    Subject.DOSE_WRONG,
    Subject.PERSON_WRONG,
    Subject.OTHER,
)
_COMPLETED: Final = "completed"
_MORE_MINUTES: Final = (30, 60)
_TEXT_MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who sits in observation.

    Attributes:
        left_ms: How long observation lasts still; None where none runs.
        paper: In one word how far the certificates are; empty where nobody asked yet.
    """

    visit: Visit
    left_ms: int | None
    paper: str = ""

    @property
    def minutes(self) -> int:
        """Return the minutes that are left, rounded up."""
        return -(-(self.left_ms or 0) // 60_000)


def seat_of(site: DeskSite, visit: Visit, now_ms: int) -> Seat:
    """Return how long somebody still sits, and how far their certificate is."""
    running = visit.observed_from_ms is not None
    known = site.certificates.known(visit.id) if site.certificates else None
    paper = state_of(known, visit.id) if visit.doses else ""
    return Seat(visit, visit.observation_left_ms(now_ms) if running else None, paper)


def show(sight: Sight) -> Mapping[str, Any]:
    """Return who sits here, those whose time is over first, and what can be written down."""
    state, now_ms = sight.site.state, sight.now_ms
    here = state.at_station(sight.place.station.id, Phase.OBSERVING, Phase.WAITING, Phase.CALLED)
    seats = sorted((seat_of(sight.site, visit, now_ms) for visit in here), key=_soonest)
    least = state.policy.observation_minutes
    return {
        "over": [seat for seat in seats if seat.left_ms == 0],
        "running": [seat for seat in seats if seat.left_ms],
        "not_begun": [seat for seat in seats if seat.left_ms is None],
        "seat": seat_of(sight.site, sight.visit, now_ms) if sight.visit else None,
        "reactions": notes_of(sight.site, sight.visit),
        "certificates": CERTIFICATES,
        "early_reasons": EARLY_REASONS,
        "training_minutes": least if state.policy.training else None,
        "severities": SEVERITIES,
        "signs": [f"sign_{each}" for each in SIGNS],
        "sign_names": {each: f"sign_{each}" for each in SIGNS},
        "minute_choices": _minutes(sight, least),
        "subjects": [(each.value, sight.t(f"subject.{each.value}")) for each in SUBJECTS],
        **desk_certificates.show(sight),
    }


def _minutes(sight: Sight, least: int) -> Sequence[tuple[str, str]]:
    """Return for how long observation may begin anew: never for less than the site's own time."""
    lengths = sorted({least, *(each for each in _MORE_MINUTES if each >= least)})
    return [(str(each), sight.t("observation.minutes", minutes=each)) for each in lengths]


def _soonest(seat: Seat) -> tuple[bool, int, str]:
    return (seat.left_ms is None, seat.left_ms or 0, seat.visit.ticket)


def notes_of(site: DeskSite, visit: Visit | None) -> Sequence[tuple[str, ReactionNote | None]]:
    """Return what was written of reactions, each with how severe it was; None while locked."""
    if visit is None:
        return ()
    events = site.people.reactions(visit.id)
    notes = [site.people.form(event, ReactionNote) for event in events]
    known = len(notes) == len(visit.reactions)
    return list(
        zip(visit.reactions, notes if known else [None] * len(visit.reactions), strict=True)
    )


async def start(work: Work) -> Answer:
    """Let observation begin, or begin anew for longer."""
    visit = work.must_visit
    minutes = work.number("minutes", "problem.minutes", 1, 480) if work.text("minutes") else None
    command = StartObservation(
        visit=visit.id, staff=work.staff.login, minutes=minutes, version=work.version
    )
    return Go([command], did="observing", to=f"?visit={visit.id}")


async def let_go(work: Work) -> Answer:
    """Let somebody go home whose time is over."""
    return Go([_leaving(work, _COMPLETED)], did="let_go")


async def let_go_early(work: Work) -> Answer:
    """Let somebody go before the time is over, for a reason, once it was read what that means."""
    reason = work.need("leave_reason", "problem.leave_reason")
    if reason not in EARLY_REASONS:
        raise Problem("problem.leave_reason", field="leave_reason")
    visit = work.must_visit
    leaving = _leaving(work, reason)
    running = bool(visit.doses) and not visit.observation_done(work.site.now_ms())
    if running and reason != "to_hospital" and "leaves_early" not in work.seen:
        return ask_first(work, "early", ["leaves_early"], FIELDS)
    return Go([leaving], did="let_go")


def _leaving(work: Work, reason: str) -> LetGo:
    certificate = work.need("certificate", "problem.certificate")
    if certificate not in CERTIFICATES:
        raise Problem("problem.certificate", field="certificate")
    return LetGo(
        visit=work.must_visit.id,
        staff=work.staff.login,
        reason=reason,
        certificate=certificate,
        certificate_why=leaves_without(work, certificate),
        version=work.version,
    )


async def react(work: Work) -> Answer:
    """Write down what happened after the injection, sealed to the site."""
    visit, severity, note = work.must_visit, _severity(work), read_note(work)
    if note == ReactionNote():
        raise Problem("problem.reaction_empty", field="note")
    event = fresh(work.site)
    command = RecordReaction(
        visit=visit.id,
        severity=severity,
        staff=work.staff.login,
        event=event,
        sealed=work.site.people.seal_form(note, event),
        version=work.version,
    )
    return Go([command], did="reaction_recorded", to=f"?visit={visit.id}")


def _severity(work: Work) -> Severity:
    text = work.need("severity", "problem.severity")
    for each in SEVERITIES:
        if each == text:
            return each
    raise Problem("problem.severity", field="severity")


def read_note(work: Work) -> ReactionNote:
    """Return the note as it was filled in."""
    return ReactionNote(
        signs=tuple(each for each in SIGNS if work.text(f"sign_{each}") == "yes"),
        treatment=work.text("treatment", _TEXT_MOST),
        note=work.text("note", _TEXT_MOST),
    )


OBSERVATION: Final = DeskKind(
    kind="observation",
    roles=(Role.OBSERVATION,),
    show=show,
    actions={
        "observe": start,
        "home": let_go,
        "early": let_go_early,
        "reaction": react,
        "complain": complain,
        **desk_certificates.ACTIONS,
    },
    calls=False,
    fields=FIELDS,
)

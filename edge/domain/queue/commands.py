"""What the desks ask of the queue. ``staff`` is a log-in name; ``visit`` the id of a visit.

``version`` is the visit's last version that the desk saw; None where it saw none. ``event`` is the id
that a sealed form was bound to; empty: the hub makes one. ``happened_at`` is when it happened, of
what was written on paper first, RFC 3339. ``seen`` are the warnings that staff read and passed.
"""

from dataclasses import dataclass
from typing import Literal

from protocol.site_events import Conclusion

Severity = Literal["mild", "moderate", "severe"]
Sealed = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNext:
    """Call whoever is next at ``station`` to ``desk``."""

    station: str
    desk: str
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNumber:
    """Call this visit to ``desk``, out of turn, also when it was held or missed."""

    visit: str
    station: str
    desk: str
    staff: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Call again who was called and did not come; once too often means missed."""

    visit: str
    staff: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Let a person wait aside; they keep their place."""

    visit: str
    staff: str
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Put somebody held or missed back into the line of their station."""

    visit: str
    staff: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkMissed:
    """Say that a person was called and did not come."""

    visit: str
    staff: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Send a person to station ``to``, or to a certain desk of it."""

    visit: str
    to: str
    staff: str
    to_desk: str = ""
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    """Send a person to an earlier station, for ``reason``."""

    visit: str
    to: str
    staff: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """A person is done here: on to the next station, or out, as screening concluded."""

    visit: str
    staff: str
    certificate: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prioritise:
    """Put a person into another class, for ``reason``."""

    visit: str
    priority: str
    reason: str
    staff: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordScreening:
    """Conclude a screening; ``sealed`` is the ``ScreeningForm``, bound to ``event``."""

    visit: str
    conclusion: Conclusion
    staff: str
    event: str = ""
    sealed: Sealed | None = None
    happened_at: str = ""
    replaces: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class EarlierDoses:
    """What list or certificate say of earlier doses; lives in memory, never in an event."""

    count: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDose:
    """A dose was given; doubts are told first, and passed by naming them in ``seen``."""

    visit: str
    vaccine: str
    lot: str
    dose_number: int
    injector: str
    staff: str
    expiry: str = ""
    vial: str = ""
    earlier: EarlierDoses | None = None
    seen: tuple[str, ...] = ()
    happened_at: str = ""
    replaces: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartObservation:
    """Observation begins, for the site's minutes or longer; ``minutes`` None: the site's."""

    visit: str
    staff: str
    minutes: int | None = None
    happened_at: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReaction:
    """Something happened after the injection; ``sealed`` is the ``ReactionNote``."""

    visit: str
    severity: Severity
    staff: str
    event: str = ""
    sealed: Sealed | None = None
    happened_at: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """A person leaves; before observation lasted its time only for a ``reason``."""

    visit: str
    staff: str
    reason: str = "completed"
    certificate: str = ""
    certificate_why: str = ""
    happened_at: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVial:
    """A vial with ``doses`` in it is opened."""

    vial: str
    vaccine: str
    lot: str
    doses: int
    staff: str
    expiry: str = ""
    seen: tuple[str, ...] = ()
    happened_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardVial:
    """``doses`` of a vial are thrown away, for ``reason``; asked again by its ``event``: once."""

    vial: str
    doses: int
    reason: str
    staff: str
    event: str = ""
    seen: tuple[str, ...] = ()
    happened_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A day begins; ``day`` is an ISO date that staff read and agreed to; another one clears the hall."""

    day: str
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession:
    """The day ends; who still stands in it, and vials that do not add up, are told first."""

    staff: str
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInAtDesk:
    """A person checks in at a desk, or a paper slip is keyed in. Asked again by its ``event``: once.

    Attributes:
        event: Id of the check-in, to which ``sealed`` is bound.
        ticket: Number of a paper slip; empty: the hub gives the next one.
        print_job: Id of the job that prints a slip; empty for none.
    """

    visit: str
    event: str
    staff: str
    document: str
    person: str | None = None
    sealed: Sealed | None = None
    source: Literal["desk", "paper"] = "desk"
    ticket: str = ""
    print_job: str = ""
    warnings: tuple[str, ...] = ()
    exception: str | None = None
    standing: str = ""
    desk: str = ""
    differences: tuple[str, ...] = ()
    companion_of: str | None = None
    guardian: bool = False
    priority: str = ""
    appointment: str = ""
    happened_at: str = ""


Calling = CallNumber | Recall | Hold | Resume | MarkMissed
Moving = Transfer | SendBack | Finish | Prioritise
Recording = RecordScreening | RecordDose | StartObservation | RecordReaction | LetGo
VisitCommand = Calling | Moving | Recording
SiteCommand = OpenVial | DiscardVial | OpenSession | CloseSession
Command = CallNext | CheckInAtDesk | VisitCommand | SiteCommand

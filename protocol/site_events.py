"""What the hub of a site journals: the queue, the desks, vials, and who did it.

``staff`` is the log-in name of who did it: a name for work, never a citizen's. ``station`` is the id
of a station, ``desk`` the table within it. What a person answers or suffers is health data: it
travels sealed beside the body, as ``ScreeningForm`` or ``ReactionNote``.
"""

from typing import Annotated, Literal

import msgspec

Small = Annotated[int, msgspec.Meta(ge=0, le=9_999)]

Conclusion = Literal["eligible", "deferred", "to_hospital", "contraindicated"]
"""What screening ends in, in the words of the ministry's form."""


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """The hub took another device's check-in into the queue.

    Attributes:
        event: Id of that device's ``checked_in``; taken once, however often it is handed over.
        hlc: Its hybrid logical clock; the earliest of one person's check-ins stands.
        priority: Class by rule, such as ``elderly``; empty is the usual one.
        appointment: The slot of the list, such as ``08:00-09:00``; empty for a walk-in.
        sealed: The identity as that event sealed it, to the site alone; bound to ``event``.
    """

    event: str
    device: str
    hlc: str
    ticket: str
    document: str = ""
    standing: str = ""
    desk: str = ""
    priority: str = ""
    appointment: str = ""
    warnings: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    companion_of: str | None = None
    guardian: bool = False
    sealed: dict[str, str] | None = None


class CertificateNoted(msgspec.Struct, frozen=True, kw_only=True):
    """The hub took another device's ``certificate_seen`` over, to a visit that it has.

    Attributes:
        event: Id of that device's event; taken once, however often it is handed over.
        hlc: Its hybrid logical clock; of certificates that tell the same the latest stands.
        verdict: As that event has it, like ``fit`` and ``doubt``.
        sealed: The newest dose as that event sealed it, to the site alone; bound to ``event``.
    """

    event: str
    device: str
    hlc: str
    verdict: str
    fit: str = ""
    doubt: str = ""
    sealed: dict[str, str] | None = None


class ComplaintNoted(msgspec.Struct, frozen=True, kw_only=True):
    """The hub was handed another device's ``complaint_opened``; it is answered at the centre.

    Attributes:
        event: Id of that device's event; noted once, however often it is handed over.
        hlc: Its hybrid logical clock.
        subject: As that event has it, like ``ticket``.
    """

    event: str
    device: str
    hlc: str
    subject: str
    ticket: str


class SessionOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the queue began; ``day`` is the site's date, however wrong the clock."""

    day: str
    staff: str = ""


class SessionClosed(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the queue ended; who still stood in it is open, not lost."""

    day: str
    staff: str = ""
    open_visits: Small = 0


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """A desk called the next number, or one that it chose (``chosen``)."""

    ticket: str
    station: str
    desk: str
    staff: str
    chosen: bool = False


class Recalled(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was called and did not come was called again."""

    ticket: str
    station: str
    desk: str
    staff: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A person waits aside, for ``reason``, and keeps their place."""

    ticket: str
    station: str
    desk: str
    staff: str
    reason: str = ""


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody held or missed is back in the queue of their station."""

    ticket: str
    station: str
    staff: str


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A person was called and did not come."""

    ticket: str
    station: str
    desk: str
    staff: str


class Transferred(msgspec.Struct, frozen=True, kw_only=True):
    """A person was sent to station ``to``, out of the usual order or to a certain ``to_desk``."""

    ticket: str
    station: str
    to: str
    staff: str
    to_desk: str = ""
    reason: str = ""


class SentBack(msgspec.Struct, frozen=True, kw_only=True):
    """A person goes back to an earlier station, for ``reason``."""

    ticket: str
    station: str
    to: str
    staff: str
    reason: str = ""


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """A person is done at ``station`` and goes on to ``to``; empty ``to``: the last one was done."""

    ticket: str
    station: str
    staff: str
    desk: str = ""
    to: str = ""


class Prioritised(msgspec.Struct, frozen=True, kw_only=True):
    """Staff put a person into another priority class, for ``reason``."""

    ticket: str
    priority: str
    staff: str
    reason: str = ""


class Screened(msgspec.Struct, frozen=True, kw_only=True):
    """A doctor concluded on a screening form; the answers travel sealed as ``ScreeningForm``.

    Attributes:
        happened_at: Of what was written on paper first: when, RFC 3339; empty for now.
        replaces: Id of the earlier ``screened`` event that this one corrects.
    """

    conclusion: Conclusion
    staff: str
    happened_at: str = ""
    replaces: str = ""


class Vaccinated(msgspec.Struct, frozen=True, kw_only=True):
    """A dose was given.

    Attributes:
        vaccine: As the site's list of vaccines names it.
        expiry: ``YYYY-MM-DD`` as on the vial; may be empty.
        injector: Log-in name of who injected; ``staff`` wrote it down.
        warnings: Codes of doubts that staff saw and passed, such as ``lot_of_other_vaccine``.
        happened_at: Of what was written on paper first: when, RFC 3339; empty for now.
        replaces: Id of the earlier ``vaccinated`` event that this one corrects.
    """

    vaccine: str
    lot: str
    dose_number: Annotated[int, msgspec.Meta(ge=1, le=99)]
    injector: str
    staff: str
    expiry: str = ""
    vial: str = ""
    warnings: tuple[str, ...] = ()
    happened_at: str = ""
    replaces: str = ""


class ObservationStarted(msgspec.Struct, frozen=True, kw_only=True):
    """A person sits in observation for at least ``minutes``."""

    minutes: Small
    staff: str
    happened_at: str = ""


class ReactionRecorded(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened after the injection; what, travels sealed as ``ReactionNote``."""

    severity: Literal["mild", "moderate", "severe"]
    staff: str
    happened_at: str = ""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A person left the site.

    Attributes:
        reason: ``completed``, or why they went before the end, such as ``own_wish``.
        early: Before the observation had lasted its time; then ``reason`` and ``staff`` say who let go.
        certificate: ``printed``, ``pending``, ``refused``, ``none`` or empty where nobody looked.
        certificate_why: Why they left without one, such as ``unsigned`` or ``printer``; ``staff`` let
            them go so.
    """

    staff: str
    reason: str = "completed"
    early: bool = False
    certificate: str = ""
    happened_at: str = ""
    certificate_why: str = ""


class VialOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A vial with ``doses`` in it was opened.

    Attributes:
        happened_at: Of what was written on paper first: when, RFC 3339; empty for now.
    """

    vial: str
    vaccine: str
    lot: str
    doses: Small
    staff: str
    expiry: str = ""
    happened_at: str = ""


class VialDiscarded(msgspec.Struct, frozen=True, kw_only=True):
    """``doses`` of a vial were thrown away, for ``reason``.

    Attributes:
        happened_at: Of what was written on paper first: when, RFC 3339; empty for now.
    """

    vial: str
    doses: Small
    reason: str
    staff: str
    happened_at: str = ""


class StaffAdded(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody may log in at this site; their name travels sealed as an ``Identity``."""

    staff: str
    role: str
    by: str = ""


class StaffRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody may no longer log in at this site."""

    staff: str
    by: str = ""


class StaffSignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody logged in at ``desk``; ``unlocked``: the names of the site came back by it."""

    staff: str
    role: str
    desk: str = ""
    unlocked: bool = False


class HubPromoted(msgspec.Struct, frozen=True, kw_only=True):
    """This device became the site's hub by command ``serial``, in place of ``previous``.

    Attributes:
        previous: The hub before; empty where this device had nothing of it.
        epoch: Of that hub's journal; its entries up to ``through`` count here, later ones do not.
    """

    serial: Annotated[int, msgspec.Meta(ge=1, le=(1 << 53) - 1)]
    previous: str
    epoch: Annotated[str, msgspec.Meta(max_length=32)] = ""
    through: Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)] = 0


SiteBody = (
    Arrived
    | SessionOpened
    | SessionClosed
    | Called
    | Recalled
    | Held
    | Resumed
    | Missed
    | Transferred
    | SentBack
    | Finished
    | Prioritised
    | Screened
    | Vaccinated
    | ObservationStarted
    | ReactionRecorded
    | Left
    | VialOpened
    | VialDiscarded
    | StaffAdded
    | StaffRemoved
    | StaffSignedIn
    | HubPromoted
    | CertificateNoted
    | ComplaintNoted
)
SITE_TYPES: dict[str, type[SiteBody]] = {
    "arrived": Arrived,
    "session_opened": SessionOpened,
    "session_closed": SessionClosed,
    "called": Called,
    "recalled": Recalled,
    "held": Held,
    "resumed": Resumed,
    "missed": Missed,
    "transferred": Transferred,
    "sent_back": SentBack,
    "finished": Finished,
    "prioritised": Prioritised,
    "screened": Screened,
    "vaccinated": Vaccinated,
    "observation_started": ObservationStarted,
    "reaction_recorded": ReactionRecorded,
    "left": Left,
    "vial_opened": VialOpened,
    "vial_discarded": VialDiscarded,
    "staff_added": StaffAdded,
    "staff_removed": StaffRemoved,
    "staff_signed_in": StaffSignedIn,
    "hub_promoted": HubPromoted,
    "certificate_noted": CertificateNoted,
    "complaint_noted": ComplaintNoted,
}


class ScreeningForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sealed beside ``screened``: the ministry's ten questions, in its order.

    Attributes:
        answers: True for yes (a doubt), False for no, None for not asked.
        celsius_tenths: Temperature in tenths of a degree.
        note: The doctor's words.
    """

    answers: tuple[bool | None, ...]
    celsius_tenths: Annotated[int, msgspec.Meta(ge=250, le=450)] | None = None
    note: str = ""


class ReactionNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sealed beside ``reaction_recorded``."""

    signs: tuple[str, ...] = ()
    treatment: str = ""
    note: str = ""

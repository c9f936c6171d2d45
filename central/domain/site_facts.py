"""What a site's hub and its people did, as rows: the way of a visit, doses, vials, staff, paper.

As in ``facts``: each row carries the stamp of the event that set it, and stamps alone settle which
of two stands. A step of a visit at a station, and a vial or a staff member of a site, have one
key of several names in one text.
"""

from dataclasses import dataclass, field

from central.domain.facts import Stamp, When


@dataclass(frozen=True, slots=True)
class Queued:
    """A hub took a check-in of another device into its queue.

    Attributes:
        event: Id of that check-in, by which the two are linked.
        device: The hub; ``kiosk`` is where the person checked in.
    """

    event: str
    stamp: Stamp
    visit: str
    site: str
    device: str
    kiosk: str
    ticket: str
    priority: str
    appointment: str
    when: When


@dataclass(frozen=True, slots=True)
class Call:
    """A person was called to a station; the first call stands."""

    step: str
    stamp: Stamp
    visit: str
    site: str
    station: str
    desk: str
    staff: str
    when: When


@dataclass(frozen=True, slots=True)
class Finish:
    """A person was done at a station; who was sent back is done there again, the last stands."""

    step: str
    stamp: Stamp
    visit: str
    site: str
    station: str
    desk: str
    staff: str
    going_to: str
    when: When


@dataclass(frozen=True, slots=True)
class Departure:
    """A person left the site; the last word stands."""

    visit: str
    stamp: Stamp
    site: str
    staff: str
    reason: str
    early: bool
    certificate: str
    certificate_why: str
    when: When


@dataclass(frozen=True, slots=True)
class Screening:
    """What a doctor concluded.

    Attributes:
        replaces: Event id of the conclusion that this one corrects, or empty.
        standing: False when a later correction took its place.
    """

    event: str
    stamp: Stamp
    visit: str
    site: str
    conclusion: str
    staff: str
    replaces: str
    when: When
    standing: bool = True


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose was given.

    Attributes:
        day: The date of the injection in Vietnam, as the Platform counts it.
        vaccine_key: The vaccine's name as it is compared; ``lot_key`` likewise.
        replaces: Event id of the dose that this one corrects, or empty.
        standing: False when a later correction took its place.
    """

    event: str
    stamp: Stamp
    visit: str
    site: str
    device: str
    vaccine: str
    vaccine_key: str
    lot: str
    lot_key: str
    expiry: str
    dose_number: int
    day: str
    injector: str
    staff: str
    vial: str
    warnings: tuple[str, ...]
    replaces: str
    when: When
    standing: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """A person sat down in observation; the last time stands."""

    visit: str
    stamp: Stamp
    site: str
    minutes: int
    staff: str
    when: When


@dataclass(frozen=True, slots=True)
class Reaction:
    """Something happened after an injection; what, stays sealed in the raw event."""

    event: str
    stamp: Stamp
    visit: str
    site: str
    severity: str
    staff: str
    when: When


@dataclass(frozen=True, slots=True)
class OpenedVial:
    """A vial was opened.

    Attributes:
        vial: Id of the event: what staff write on the glass is used again on another day.
        number: What is written on the glass.
    """

    vial: str
    stamp: Stamp
    site: str
    number: str
    vaccine: str
    lot: str
    expiry: str
    doses: int
    staff: str
    when: When


@dataclass(frozen=True, slots=True)
class DiscardedDoses:
    """Doses of a vial were thrown away."""

    event: str
    stamp: Stamp
    vial: str
    site: str
    doses: int
    reason: str
    staff: str
    when: When


@dataclass(frozen=True, slots=True)
class Complaint:
    """A person said that something is wrong, with who and any words as opened at the centre.

    Attributes:
        problem: Why nothing is known of the person, or None.
    """

    event: str
    stamp: Stamp
    visit: str | None
    site: str
    device: str
    ticket: str
    subject: str
    source: str
    when: When
    number: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    birth: str | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    nationality: str | None = field(default=None, repr=False)
    words: str | None = field(default=None, repr=False)
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class StaffJoined:
    """Somebody may work at a site; the last word stands, against ``StaffGone`` too."""

    member: str
    stamp: Stamp
    site: str
    staff: str
    role: str
    by: str
    when: When
    name: str | None = field(default=None, repr=False)
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class StaffGone:
    """Somebody may no longer work at a site."""

    member: str
    stamp: Stamp
    site: str
    staff: str
    by: str
    when: When


@dataclass(frozen=True, slots=True)
class Paper:
    """What a device's printer last said of its paper."""

    device: str
    stamp: Stamp
    site: str
    paper: str
    used_mm: int
    left_mm: int | None
    roll_changed: bool
    when: When


@dataclass(frozen=True, slots=True)
class Promotion:
    """A device became its site's hub; of a site's promotions the highest serial is the hub."""

    event: str
    stamp: Stamp
    site: str
    device: str
    serial: int
    previous: str
    when: When


@dataclass(frozen=True, slots=True)
class Opening:
    """A day of a site's queue began; the first word stands."""

    session: str
    stamp: Stamp
    site: str
    day: str
    staff: str
    when: When


@dataclass(frozen=True, slots=True)
class Closing:
    """A day of a site's queue ended; the last word stands."""

    session: str
    stamp: Stamp
    site: str
    day: str
    staff: str
    open_visits: int
    when: When


SiteFact = (
    Queued
    | Call
    | Finish
    | Departure
    | Screening
    | Dose
    | Observation
    | Reaction
    | OpenedVial
    | DiscardedDoses
    | Complaint
    | StaffJoined
    | StaffGone
    | Paper
    | Promotion
    | Opening
    | Closing
)

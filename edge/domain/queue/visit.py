"""One person's way through the site, as far as the hub may know it: a number, never a name."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from protocol.site_events import Conclusion


class Phase(StrEnum):
    """What a person does at the station where they are."""

    WAITING = "waiting"
    CALLED = "called"
    HELD = "held"
    MISSED = "missed"
    OBSERVING = "observing"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose as it stands, corrections considered; ``event`` is the id of its ``vaccinated``."""

    event: str
    vaccine: str
    lot: str
    number: int
    injector: str
    staff: str
    expiry: str = ""
    vial: str = ""
    warnings: tuple[str, ...] = ()
    happened_at: str = ""


@dataclass(frozen=True, slots=True)
class SeenCertificate:
    """An earlier certificate as a kiosk judged it; ``event`` is the id of its ``certificate_seen``."""

    event: str
    hlc: str
    verdict: str
    fit: str = ""
    doubt: str = ""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as the newest event left it. Times are milliseconds of the site's timeline.

    A struct, not a dataclass: a day makes twenty thousand of them, and these are copied ten times faster.

    Attributes:
        event: Id of the check-in.
        hlc: Of the check-in; the smallest (hlc, event) of one person's visits is the one that counts.
        device: Where they checked in; empty for the hub's own Pi and its desks.
        person: Matching key under the day key, or None where it is not known yet.
        version: Place in the hub's journal of the last event about this visit; what a desk saw.
        changed_by: Who made that event; ``changed_as`` is its type.
        entered_ms: Since when they are at ``station``, for their place in its line.
        desk: Where they were called to; ``to_desk``: the only desk that may call them by itself.
        touched: Somebody has called, moved, screened or vaccinated them.
        duplicate_of: Visit that counts instead of this one, of the same person today; or None.
        passed_over: Whether the hub leaves this visit out of the line because another one of the
            same person is served.
        appointment_kept: Whether they came in the time of their appointment.
        of_day: Day of a paper slip that was keyed in on a later one, ISO; such a visit is in no line, at no
            station and in no figure of the hall's day. Empty for all others.
        root: First visit of a family that came together; the visit itself for who came alone.
        earlier: The latest earlier certificate that they held up, or None.
        forms: Ids of the events that a desk chose for its sealed forms; each is written once.
        observed_from_ms: When observation began; it lasts ``observed_minutes``.
        observed_at: The same as it was written on paper; empty where it was not. So is ``screened_at``,
            and ``left_at``.
    """

    id: str
    event: str
    hlc: str
    ticket: str
    version: int
    station: str
    phase: Phase
    entered_ms: int
    arrived_ms: int
    root: str
    device: str = ""
    person: str | None = None
    changed_by: str = ""
    changed_as: str = ""
    desk: str = ""
    to_desk: str = ""
    since_ms: int = 0
    recalls: int = 0
    touched: bool = False
    duplicate_of: str | None = None
    passed_over: bool = False
    priority: str = ""
    priority_reason: str = ""
    appointment: str = ""
    appointment_kept: bool = False
    document: str = ""
    standing: str = ""
    warnings: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    companion_of: str | None = None
    guardian: bool = False
    exception: str | None = None
    happened_at: str = ""
    of_day: str = ""
    hold_reason: str = ""
    move_reason: str = ""
    conclusion: Conclusion | None = None
    screening_event: str = ""
    screened_by: str = ""
    screened_at: str = ""
    forms: tuple[str, ...] = ()
    doses: tuple[Dose, ...] = ()
    earlier: tuple[SeenCertificate, ...] = ()
    observed_from_ms: int | None = None
    observed_minutes: int = 0
    observed_at: str = ""
    reactions: tuple[str, ...] = ()
    leave_reason: str = ""
    left_at: str = ""
    left_early: bool = False
    certificate: str = ""
    certificate_why: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether the person is still at the site, as far as is known."""
        return self.phase is not Phase.LEFT and not self.of_day

    @property
    def has_left(self) -> bool:
        """Return whether it is written down that the person left."""
        return self.phase is Phase.LEFT

    @property
    def order(self) -> tuple[str, str]:
        """Return what decides which of one person's visits counts."""
        return self.hlc, self.event

    def observation_left_ms(self, now_ms: int) -> int:
        """Return how long observation still lasts; 0 when it is over or never began."""
        if self.observed_from_ms is None:
            return 0
        return max(0, self.observed_from_ms + self.observed_minutes * 60_000 - now_ms)

    def observation_done(self, now_ms: int) -> bool:
        """Return whether observation began and lasted its time."""
        return self.observed_from_ms is not None and self.observation_left_ms(now_ms) == 0

"""What the tables of the centre hold: one kind of row for each kind of fact.

Every row carries the ``stamp`` of the event that set it. Two facts for one row are settled by their
stamps alone, so the tables come out the same whatever order the events arrive in, and however often.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Stamp = str
"""Hybrid logical clock, event id and digest in one sortable text: a total order of all events."""


@dataclass(frozen=True, slots=True)
class When:
    """The time of a fact, as well as it is known.

    Attributes:
        device_time: The device's own clock, as sent; may be years off.
        clock_ok: Whether the device believed its clock.
        received_at: When the centre stored the event.
        occurred_at: The best estimate: the device's time where it can be right, else ``received_at``.
        estimated: True when ``occurred_at`` is not the device's own time.
    """

    device_time: str
    clock_ok: bool
    received_at: datetime
    occurred_at: datetime
    estimated: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """A person checked in.

    Attributes:
        identity_problem: Why the identity is not known here, or None.
        conflict: True when several different check-ins claim this visit; the earliest stands.
        event: Id of the check-in's event, by which a hub speaks of it.
        standing: What the roster said at the kiosk; empty where nothing was asked.
        staff: Who checked the person in at a desk; empty at a kiosk.
    """

    visit: str
    stamp: Stamp
    site: str
    device: str
    ticket: str
    document: str
    source: str
    warnings: tuple[str, ...]
    exception: str | None
    when: When
    identity_problem: str | None = None
    conflict: bool = False
    event: str = ""
    standing: str = ""
    staff: str = ""


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """Who checked in, opened at the centre; ``name_key`` is the name as it is compared."""

    visit: str
    stamp: Stamp
    document: str
    number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    birth: str | None = field(repr=False)
    sex: str | None = field(repr=False)
    nationality: str
    old_number: str | None = field(default=None, repr=False)
    name_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Print:
    """What became of a print job; the latest fact stands."""

    job: str
    stamp: Stamp
    visit: str | None
    site: str
    device: str
    ticket: str
    outcome: Literal["proven", "doubtful", "failed"]
    reason: str | None
    reprint: bool
    when: When


@dataclass(frozen=True, slots=True)
class CertificateCopy:
    """A certificate left a printer, or may have.

    Attributes:
        dose: Id of the dose's event, or what a dose goes by that only the Platform told of.
        certificate: Which one, where it took another's place; empty: the first of the dose.
    """

    event: str
    stamp: Stamp
    dose: str
    certificate: str
    site: str
    when: When


@dataclass(frozen=True, slots=True)
class RefusedScan:
    """A code was held up that checks nobody in."""

    stamp: Stamp
    site: str
    device: str
    document: str
    reason: str
    source: str
    when: When


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """The latest event of a device."""

    device: str
    stamp: Stamp
    site: str
    boot: str
    clock_ok: bool
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Boot:
    """A device's program started."""

    device: str
    stamp: Stamp
    software: str
    reason: str
    when: When


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that a person at the centre must look at; raised once for one event."""

    kind: str
    device: str
    detail: str


KioskFact = (
    Visit | KnownIdentity | Print | CertificateCopy | RefusedScan | DeviceSeen | Boot | Trouble
)

"""What the dashboard shows: provisional and reconciled figures, never in one number."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Literal

import msgspec

_FAULT_CODE = re.compile(r"[A-Z]\d{2}\Z")


@dataclass(frozen=True, slots=True)
class Day:
    """One local day as a half-open range of instants."""

    date: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """One site's day.

    Attributes:
        arrivals: Check-ins that the centre holds; provisional.
        reconciled: Of these, records that the Platform holds exactly as we told it.
        states: Of these, how many records stand in which state.
        refused_scans: Codes that checked nobody in; provisional.
        failed_prints: Slips that did not come out; provisional.
    """

    site: str
    arrivals: int = 0
    reconciled: int = 0
    states: dict[str, int] = field(default_factory=dict)
    refused_scans: int = 0
    failed_prints: int = 0


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as a list may show it: no name, no number."""

    visit: str
    site: str
    device: str
    ticket: str
    occurred_at: datetime
    estimated: bool
    received_at: datetime
    document: str
    warnings: tuple[str, ...]
    identity: str
    identity_problem: str | None
    conflict: bool
    printed: str | None
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    """An open difference with the Platform; the values are for the worklist, not for this page."""

    visit: str
    site: str
    ticket: str
    field: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """One visit of a person whom the centre knows by number; the number is not for showing."""

    visit: str
    number: str = field(repr=False)
    ticket: str
    site: str
    at: datetime
    estimated: bool


RepeatKind = Literal["impossible_times", "two_places", "same_place"]
BETWEEN_SITES = timedelta(minutes=15)
"""Nobody gets from one site to the next and through its door in less."""
_GRAVITY: dict[RepeatKind, int] = {"impossible_times": 2, "two_places": 1, "same_place": 0}


@dataclass(frozen=True, slots=True)
class Repeat:
    """One person's arrivals of a day, when they are more than one; earliest first."""

    kind: RepeatKind
    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """A repeat as a list may show it: no number.

    Attributes:
        name: Masked.
        tickets: Of each arrival: number on the slip, site, time.
    """

    kind: RepeatKind
    name: str
    tickets: tuple[tuple[str, str, datetime], ...]


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """Something that a person must look at."""

    kind: str
    device: str
    detail: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """When a device was last heard of.

    Attributes:
        faults: Codes that the device last said of itself, as a volunteer reads them aloud.
    """

    device: str
    site: str
    last_seen: datetime
    software: str | None
    clock_ok: bool
    quarantined: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiabilityRow:
    """What one injector of a site gave and the Platform does not hold; the letter makes liable.

    Attributes:
        injector: Log-in name at the site.
        oldest_at: When the oldest of these doses was injected.
        refused: Of these, how many the Platform refused.
    """

    site: str
    injector: str
    doses: int
    oldest_at: datetime
    refused: int


@dataclass(frozen=True, slots=True)
class OpenDose:
    """A dose that was injected and that the Platform does not hold; no name, no number.

    Attributes:
        ticket: Number on the slip; empty while its check-in is not here.
        age_hours: Since the injection.
        reason: A code of ours; the Platform's own words are for the worklist.
    """

    dose: str
    site: str
    injector: str
    ticket: str
    vaccine: str
    lot: str
    dose_number: int
    injected_at: datetime
    age_hours: float
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoseDiscrepancyRow:
    """How many discrepancies of one kind and field a site has open, and since when."""

    kind: str
    field: str
    site: str
    owner: str
    number: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that one look at the dashboard needs.

    Attributes:
        made_at: When this was read from the database.
        newest_at: When the newest event in these figures was received; None when there is none.
        unprojected: Events that are stored and not yet in these figures.
        device_count: How many devices there are, ``devices`` being those heard of last; likewise
            ``repeat_count``, ``liability_count`` and ``dose_discrepancy_count`` of rows.
        liability_doses: Doses in all rows of liabilities; ``dose_discrepancy_number`` likewise.
    """

    day: Day
    made_at: datetime
    newest_at: datetime | None
    unprojected: int
    sites: tuple[SiteFigures, ...]
    states: dict[str, int]
    discrepancies: tuple[DiscrepancyRow, ...]
    discrepancy_count: int
    alarms: tuple[AlarmRow, ...]
    alarm_count: int
    devices: tuple[DeviceRow, ...]
    quarantined_messages: int
    repeats: tuple[RepeatRow, ...] = ()
    dose_states: dict[str, int] = field(default_factory=dict)
    liabilities: tuple[LiabilityRow, ...] = ()
    dose_discrepancies: tuple[DoseDiscrepancyRow, ...] = ()
    device_count: int = 0
    repeat_count: int = 0
    liability_count: int = 0
    liability_doses: int = 0
    dose_discrepancy_count: int = 0
    dose_discrepancy_number: int = 0


def busiest(sites: Sequence[SiteFigures], limit: int) -> list[SiteFigures]:
    """Return the sites with the most arrivals, as many as fit, in the order in which they came."""
    if len(sites) <= limit:
        return list(sites)
    chosen = {one.site for one in sorted(sites, key=lambda one: -one.arrivals)[:limit]}
    return [one for one in sites if one.site in chosen]


def repeats_of(arrivals: Iterable[Arrival]) -> tuple[Repeat, ...]:
    """Return each person who arrived more than once, those who cannot have first.

    Nothing follows from it by itself: a family's card mix-up, a kiosk that was restarted and a
    copied QR look alike from here, and staff look at card and face.
    """
    by_person: dict[str, list[Arrival]] = {}
    for arrival in sorted(arrivals, key=lambda each: (each.at, each.visit)):
        by_person.setdefault(arrival.number, []).append(arrival)
    repeats = [_repeat(visits) for visits in by_person.values() if len(visits) > 1]
    return tuple(sorted(repeats, key=lambda each: (-_GRAVITY[each.kind], each.arrivals[0].at)))


def _repeat(visits: list[Arrival]) -> Repeat:
    moves = [(a, b) for a, b in pairwise(visits) if a.site != b.site]
    sure = [(a, b) for a, b in moves if not (a.estimated or b.estimated)]
    if any(b.at - a.at < BETWEEN_SITES for a, b in sure):
        kind: RepeatKind = "impossible_times"
    else:
        kind = "two_places" if moves else "same_place"
    return Repeat(kind, tuple(visits))


class _Said(msgspec.Struct):
    faults: list[str] = []


def faults_said(state: bytes | None) -> tuple[str, ...]:
    """Return the fault codes in what a device said of itself; whatever else it said is nothing."""
    if state is None:
        return ()
    try:
        said = msgspec.json.decode(state, type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    return tuple(code for code in said.faults[:20] if _FAULT_CODE.match(code))


def day_of(instant: datetime, zone: tzinfo) -> Day:
    """Return the local day that holds ``instant``."""
    return day_on(instant.astimezone(zone).date(), zone)


def day_on(local: date, zone: tzinfo) -> Day:
    """Return the local day of a date."""
    start = datetime.combine(local, time(), zone)
    end = datetime.combine(local + timedelta(days=1), time(), zone)
    return Day(local, start, end)

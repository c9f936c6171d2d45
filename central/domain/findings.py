"""What disagrees between the sites, the centre and the Platform: each a named discrepancy."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from central.domain.comparison import Difference
from central.domain.dose_keys import VIETNAM, day_of_dose
from central.domain.figures import Arrival

Scope = Literal["dose", "entry", "visit", "person", "reaction"]
"""What a discrepancy is about: a dose or reaction of ours, an entry of the Platform, a visit, a person."""
Kind = Literal[
    "differs",
    "doubled",
    "missing",
    "other_answer",
    "no_check_in",
    "unknown_dose",
    "withdrawn_stays",
    "unread",
    "no_dose",
    "two_places",
    "interval",
    "dose_number",
    "two_check_ins",
]
OF_DOSE: Final = ("differs", "doubled", "missing")
OF_ENTRY: Final = ("no_check_in", "unknown_dose", "withdrawn_stays")
OF_LIST: Final = ("unread",)
"""Entries of the Platform, or parts of its list, that gave no answer: closed when they are read."""
OF_PERSON: Final = ("two_places", "interval", "dose_number", "two_check_ins")
OF_VISIT: Final = ("no_dose",)


@dataclass(frozen=True, slots=True)
class Finding:
    """One discrepancy.

    Attributes:
        subject: Id of what the scope names.
        field: Name of the field that differs, or the day of arrivals; empty where the kind says all.
        site: Whose it is to mend; empty where no site of ours has to do with it.
        also: The other site that it concerns, where it is about two.
    """

    scope: Scope
    subject: str = dataclasses.field(repr=False)
    kind: Kind
    site: str
    field: str = ""
    ours: str = dataclasses.field(default="", repr=False)
    theirs: str = dataclasses.field(default="", repr=False)
    also: str = ""


@dataclass(frozen=True, slots=True)
class GivenDose:
    """One of the doses of a person, ours or the Platform's, by its day."""

    day: str
    dose_number: int | None
    site: str


@dataclass(frozen=True, slots=True)
class Compared:
    """How many discrepancies are open after a comparison of everything, by what they are about."""

    doses: int
    entries: int
    people: int
    visits: int


def of_comparison(dose: str, site: str, differences: list[Difference]) -> list[Finding]:
    """Return the findings that a dose's comparison with the Platform makes."""
    return [_of_difference(dose, site, one) for one in differences]


def of_reaction(reaction: str, site: str, differences: list[Difference]) -> list[Finding]:
    """Return the findings that a reaction's comparison with the Platform makes."""
    found = of_comparison(reaction, site, differences)
    return [dataclasses.replace(one, scope="reaction") for one in found]


def of_person(number: str, doses: list[GivenDose], least_days: int) -> list[Finding]:
    """Return what cannot be, or should not, among all doses of one person.

    Args:
        least_days: Fewer days between two doses than any vaccine allows.
    """
    found: dict[str, Finding] = {}
    for one, other in pairwise(sorted(doses, key=_in_order)):
        apart = _days(one.day, other.day)
        for kind, wrong in (
            ("two_places", apart == 0 and _elsewhere(one, other)),
            ("interval", apart is not None and apart < least_days),
            ("dose_number", not _counts_on(one.dose_number, other.dose_number)),
        ):
            if wrong:
                found.setdefault(kind, _between(number, kind, one, other))  # type: ignore[arg-type]  # of the three
    return list(found.values())


def of_arrivals(arrivals: Iterable[Arrival]) -> list[Finding]:
    """Return who was at two sites on one day, with the first two sites; days are Vietnam's.

    Args:
        arrivals: Without those that ended with no dose: of these nobody need explain the next.
    """
    days: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for one in sorted(arrivals, key=lambda each: (each.at, each.visit)):
        days[one.number, day_of_dose(one.at)].append(one)
    found: dict[tuple[str, str], Finding] = {}
    for key, of_day in days.items():
        for one, other in pairwise(of_day):
            if one.site != other.site:
                found.setdefault(key, _moved(*key, one, other))
    return list(found.values())


def _in_order(dose: GivenDose) -> tuple[str, int, str]:
    # By site at the end: doses come in any order, and what is found must be the same each time.
    return dose.day, dose.dose_number or 0, dose.site


def _moved(number: str, day: str, one: Arrival, other: Arrival) -> Finding:
    site, ours, theirs = other.site, _arrived(one), _arrived(other)
    return Finding("person", number, "two_check_ins", site, day, ours, theirs, one.site)


def _arrived(one: Arrival) -> str:
    return f"{one.at.astimezone(VIETNAM):%H:%M} {one.ticket} {one.site}"


def _of_difference(dose: str, site: str, one: Difference) -> Finding:
    match one.field:
        case "record":
            kind: Kind = "missing" if one.theirs == "0" else "doubled"
            return Finding("dose", dose, kind, site, "", one.ours, one.theirs)
        case "answer":
            return Finding("dose", dose, "other_answer", site, "", one.ours, one.theirs)
        case name:
            return Finding("dose", dose, "differs", site, name, one.ours, one.theirs)


def _between(number: str, kind: Kind, one: GivenDose, other: GivenDose) -> Finding:
    also = one.site if _elsewhere(one, other) else ""
    return Finding("person", number, kind, other.site, "", _shown(one), _shown(other), also)


def _elsewhere(one: GivenDose, other: GivenDose) -> bool:
    return bool(one.site) and bool(other.site) and one.site != other.site


def _shown(dose: GivenDose) -> str:
    return f"{dose.day} {dose.dose_number or '?'} {dose.site}".strip()


def _counts_on(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one < other


def _days(one: str, other: str) -> int | None:
    try:
        return (date.fromisoformat(other) - date.fromisoformat(one)).days
    except ValueError:
        return None

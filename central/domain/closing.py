"""A site's day closed: three equations, and by name everything that keeps them from being whole.

    checked in = screened + refused + left
    injected   = accepted by the Platform + open
    opened     = given + discarded                    (doses of vials)

Pure: lines of the projection in, the closing out. Whatever makes the two sides of an equation
differ is one of its exceptions, so an equation that does not hold can always be explained.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

ELIGIBLE: Final = "eligible"


class Reason(StrEnum):
    """Why a visit, a dose or a vial needs somebody's look before the day is signed."""

    NO_CONCLUSION = "no_conclusion"
    NO_CHECK_IN = "no_check_in_here"
    TWO_CONCLUSIONS = "two_conclusions"
    NO_DOSE = "no_dose_given"
    NOT_ELIGIBLE = "dose_not_eligible"
    OPEN_DOSE = "open_dose"
    REFUSED_DOSE = "refused_dose"
    DIFFERENT_DOSE = "different_dose"
    NO_VIAL = "dose_without_vial"
    LEFT_IN_VIAL = "left_in_vial"
    TOO_MANY_FROM_VIAL = "too_many_from_vial"
    VIAL_OF_ANOTHER_DAY = "vial_of_another_day"


class DosePlace(StrEnum):
    """Where a dose stands with the Platform, in the words of whoever signs."""

    ACCEPTED = "accepted"
    DIFFERS = "differs"
    REFUSED = "refused"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class VisitLine:
    """What a visit came to.

    Attributes:
        checked_in: Whether it checked in at this site on this day.
        conclusion: Of its screening; empty where there was none.
        conclusions: How many different conclusions stand.
        left: Why it left; empty where it did not.
        doses: How many doses stand.
    """

    visit: str
    ticket: str
    checked_in: bool
    conclusion: str
    left: str
    conclusions: int = 1
    doses: int = 0


@dataclass(frozen=True, slots=True)
class DoseLine:
    """A dose that stands.

    Attributes:
        entry: The Platform's id of it; empty where it has none.
        stamp: Of the dose's event, and with it of all its bytes; ``visit_stamp`` of the check-in.
        conclusion: Of the visit's screening; empty where there was none.
    """

    dose: str
    visit: str
    ticket: str
    occurred_at: str
    vaccine: str
    lot: str
    dose_number: int
    injector: str
    vial: str
    place: DosePlace
    entry: str
    stamp: str
    visit_stamp: str
    conclusion: str = ELIGIBLE


@dataclass(frozen=True, slots=True)
class VialLine:
    """A vial that was opened, drawn from or thrown away on this day.

    Attributes:
        opened: Its doses, when it was opened on this day.
        known: Whether anybody recorded its opening, on any day.
    """

    vial: str
    lot: str
    opened: int
    given: int
    discarded: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class Equation:
    """One side, and what the other is made of."""

    total: int
    parts: tuple[int, ...]

    @property
    def difference(self) -> int:
        """How much the parts lack; less than nothing where they are too many."""
        return self.total - sum(self.parts)

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.difference == 0


@dataclass(frozen=True, slots=True)
class Irregularity:
    """One visit, dose or vial that must be looked at.

    Attributes:
        subject: Its id; a vial's is the number on it.
        ticket: By which people at the site know it; a lot for a vial.
        weight: What it takes from the equation's difference.
    """

    equation: str
    reason: Reason
    subject: str
    ticket: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Closing:
    """A site's day."""

    site: str
    day: date
    visits: Equation
    doses: Equation
    vials: Equation
    exceptions: tuple[Irregularity, ...]

    @property
    def holds(self) -> bool:
        """Whether all equations hold and nothing is to be looked at."""
        equations = (self.visits, self.doses, self.vials)
        return all(each.holds for each in equations) and not self.exceptions


@dataclass(frozen=True, slots=True)
class DayLines:
    """Everything of a site's day, to be read once."""

    visits: Iterable[VisitLine]
    doses: Iterable[DoseLine]
    vials: Iterable[VialLine]


def close(site: str, day: date, lines: DayLines) -> Closing:
    """Return the closing of a day. Keeps only sums and exceptions, however long the day was."""
    exceptions: list[Irregularity] = []
    of_visits = _visits(lines.visits, exceptions)
    of_doses, loose = _doses(lines.doses, exceptions)
    of_vials = _vials(lines.vials, loose, exceptions)
    return Closing(site, day, of_visits, of_doses, of_vials, tuple(exceptions))


def _visits(lines: Iterable[VisitLine], exceptions: list[Irregularity]) -> Equation:
    checked_in = screened = refused = left = 0
    for line in lines:
        checked_in += line.checked_in
        # Who was concluded upon counts as such, whatever they did afterwards.
        if line.conclusion == ELIGIBLE:
            screened += 1
        elif line.conclusion:
            refused += 1
        elif line.left:
            left += 1
        exceptions += [
            Irregularity("visits", reason, line.visit, line.ticket, weight)
            for reason, weight in _of_visit(line)
        ]
    return Equation(checked_in, (screened, refused, left))


def _of_visit(line: VisitLine) -> Iterable[tuple[Reason, int]]:
    ended = bool(line.conclusion or line.left)
    if line.checked_in and not ended:
        yield Reason.NO_CONCLUSION, 1
    if ended and not line.checked_in:
        yield Reason.NO_CHECK_IN, -1
    if line.conclusions > 1:
        yield Reason.TWO_CONCLUSIONS, 0
    if line.conclusion == ELIGIBLE and not line.doses:
        yield Reason.NO_DOSE, 0


_TO_LOOK_AT: Final = {
    DosePlace.OPEN: Reason.OPEN_DOSE,
    DosePlace.REFUSED: Reason.REFUSED_DOSE,
    DosePlace.DIFFERS: Reason.DIFFERENT_DOSE,
}


def _doses(lines: Iterable[DoseLine], exceptions: list[Irregularity]) -> tuple[Equation, int]:
    injected = accepted = still_open = loose = 0
    for line in lines:
        injected += 1
        if line.place in {DosePlace.OPEN, DosePlace.REFUSED}:
            still_open += 1
        else:
            accepted += 1
        if line.place in _TO_LOOK_AT:
            exceptions.append(_of_dose(line, _TO_LOOK_AT[line.place]))
        if line.conclusion != ELIGIBLE:
            exceptions.append(_of_dose(line, Reason.NOT_ELIGIBLE))
        if not line.vial:
            loose += 1
            exceptions.append(
                Irregularity("vials", Reason.NO_VIAL, line.dose, line.ticket, weight=-1)
            )
    return Equation(injected, (accepted, still_open)), loose


def _of_dose(line: DoseLine, reason: Reason) -> Irregularity:
    return Irregularity("doses", reason, line.dose, line.ticket)


def _vials(lines: Iterable[VialLine], loose: int, exceptions: list[Irregularity]) -> Equation:
    opened = discarded = 0
    given = loose
    for line in lines:
        opened += line.opened
        given += line.given
        discarded += line.discarded
        rest = line.opened - line.given - line.discarded
        reason = _of_vial(line, rest)
        if reason is not None:
            exceptions.append(Irregularity("vials", reason, line.vial, line.lot, rest))
    return Equation(opened, (given, discarded))


def _of_vial(line: VialLine, rest: int) -> Reason | None:
    if line.known and not line.opened:
        return Reason.VIAL_OF_ANOTHER_DAY
    if rest > 0:
        return Reason.LEFT_IN_VIAL
    return Reason.TOO_MANY_FROM_VIAL if rest < 0 else None

"""Whether a certificate belongs to the person who holds it up, and what its last dose tells.

A hint for the staff, who see card and face: nobody is refused for what is found here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from protocol.certificates.model import Person, Vaccination
from protocol.documents.model import Claim, PartialDate
from protocol.documents.names import folded_key


class Fit(StrEnum):
    """How a certificate and a person's card go together; the value is the reason to be told."""

    FITS = "fits"
    BIRTH_INCOMPLETE = "birth_incomplete"
    NAME_DIFFERS = "name_differs"
    BIRTH_DIFFERS = "birth_differs"
    BOTH_DIFFER = "both_differ"
    NAME_UNKNOWN = "name_unknown"
    BIRTH_UNKNOWN = "birth_unknown"

    @property
    def belongs(self) -> bool:
        """Whether name and birth date agree as far as both documents have them."""
        return self in (Fit.FITS, Fit.BIRTH_INCOMPLETE)


@dataclass(frozen=True, slots=True)
class DoseHint:
    """What the newest dose on a certificate tells the screener.

    Attributes:
        days_since: Whole days; None where the date is incomplete or after today, or today is not known.
    """

    dose: int
    doses: int
    day: PartialDate
    days_since: int | None


def fit(person: Person, claim: Claim) -> Fit:
    """Return whether ``person`` of a certificate is the one of ``claim``, or why not.

    Names count by their plain letters: no accents, no blanks, no hyphens. Foreign documents put the
    surname first or last, and a certificate has a second spelling in the letters of a passport.
    """
    if not claim.name:
        return Fit.NAME_UNKNOWN
    same_name = _plain(claim.name) in _spellings(person)
    if person.birth is None or claim.birth is None:
        return Fit.BIRTH_UNKNOWN if same_name else Fit.NAME_DIFFERS
    births = list(zip(_parts(person.birth), _parts(claim.birth), strict=True))
    known = [(one, other) for one, other in births if one is not None and other is not None]
    if any(one != other for one, other in known):
        return Fit.BIRTH_DIFFERS if same_name else Fit.BOTH_DIFFER
    if not same_name:
        return Fit.NAME_DIFFERS
    return Fit.FITS if len(known) == len(births) else Fit.BIRTH_INCOMPLETE


def newest_dose(vaccinations: tuple[Vaccination, ...], today: date | None) -> DoseHint | None:
    """Return what the newest of the doses tells; None when there is none.

    Args:
        today: None where no clock is believed: then no days are counted.
    """
    if not vaccinations:
        return None
    newest = max(vaccinations, key=lambda dose: (_sortable(dose.day), dose.dose))
    day = newest.day
    days = None
    if today is not None and day.month is not None and day.day is not None:
        days = (today - date(day.year, day.month, day.day)).days
    return DoseHint(
        newest.dose, newest.doses, day, days if days is not None and days >= 0 else None
    )


def _spellings(person: Person) -> set[str]:
    printed = (_plain(person.surname), _plain(person.forename))
    standard = (_plain(person.standard_surname), _plain(person.standard_forename))
    both = (printed, standard)
    return {one + other for one, other in both} | {other + one for one, other in both}


def _plain(name: str) -> str:
    return "".join(folded_key(name.replace("<", " ")).split())


def _parts(day: PartialDate) -> tuple[int, int | None, int | None]:
    return day.year, day.month, day.day


def _sortable(day: PartialDate) -> tuple[int, int, int]:
    return day.year, day.month or 0, day.day or 0

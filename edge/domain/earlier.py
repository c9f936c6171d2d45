"""What an earlier certificate is worth, and what its newest dose tells: a hint; the doctor decides.

What it says of doses is about health: like the list's it lives in memory, on the person's own screen
and slip, and travels sealed. In plain there is only the verdict, and whether it fits the card.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

from protocol.certificates.binding import DoseHint, Fit
from protocol.documents.model import PartialDate
from protocol.events import EarlierDoses

Doubt = Literal["", "no_list", "old_list", "clock"]
"""Why a verdict is less sure: nothing to judge by, something old, or a clock that nobody believes."""

_DOUBTS: Final[tuple[Doubt, ...]] = get_args(Doubt)
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DIFFERS = (Fit.NAME_DIFFERS, Fit.BIRTH_DIFFERS, Fit.BOTH_DIFFER)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on a certificate.

    Attributes:
        verdict: One word, such as ``valid`` or ``unknown_signer``.
        fit: How its person goes with the card; None without a card, or where it cannot be read.
        list_of: Day of the list of signers, as people write it; empty without a list.
        newest: Its newest dose; None where it is of a test or a recovery.
        name: Whom it is about; only for the screen of a verify station, as is ``birth``.
    """

    verdict: str
    doubt: Doubt = ""
    fit: Fit | None = None
    list_of: str = ""
    newest: DoseHint | None = field(default=None, repr=False)
    product: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)

    @property
    def differs(self) -> bool:
        """Return whether it is somebody else's, by name or birth date."""
        return self.fit in _DIFFERS

    @property
    def told(self) -> DoseHint | None:
        """Return the dose that may be told: of a valid certificate that is not somebody else's."""
        return None if self.verdict != "valid" or self.differs else self.newest

    @property
    def values(self) -> dict[str, str]:
        """Return what is filled into the sentence on that dose, whose name is ``known``."""
        dose = self.told
        if dose is None:
            return {}
        days = {} if dose.days_since is None else {"days": str(dose.days_since)}
        filled = {"dose": str(dose.dose), "doses": str(dose.doses), "date": dated(dose.day)}
        return filled | days

    @property
    def known(self) -> Literal["since", "dose"]:
        """Return which sentence says all that is known of the dose."""
        return "since" if "days" in self.values else "dose"

    def contradicts(self, count: int | None) -> bool:
        """Return whether the list, which knows ``count`` doses, says another number."""
        dose = self.told
        return dose is not None and count is not None and dose.dose not in (0, count)

    def sealed_doses(self) -> EarlierDoses:
        """Return what travels sealed of it."""
        dose = self.newest
        if dose is None:
            return EarlierDoses()
        day = str(dose.day)
        return EarlierDoses(
            dose=dose.dose,
            doses=dose.doses,
            day=day,
            product=self.product[:40],
            country=self.country[:2],
        )


def reopened(
    verdict: str, fit: str, doubt: str, doses: EarlierDoses | None, today: date | None
) -> Judged:
    """Return what a desk may say of a certificate that a kiosk judged.

    Args:
        doses: What was sealed of it; None while that cannot be opened.
        today: The date at the site; None when the clock is not believed: then no days are counted.
    """
    known = next((each for each in Fit if each.value == fit), None)
    surely: Doubt = next((each for each in _DOUBTS if each == doubt), _DOUBTS[0])
    # How it fits in the words of a later version: who knows whose doses these are?
    newest = None if doses is None or (fit and known is None) else _newest(doses, today)
    return Judged(verdict, surely, fit=known, newest=newest)


def _newest(doses: EarlierDoses, today: date | None) -> DoseHint | None:
    found = _DAY.fullmatch(doses.day)
    if found is None:
        return None
    day = PartialDate(*(int(part) for part in found.groups() if part is not None))
    return DoseHint(doses.dose, doses.doses, day, _days_since(doses.day, today))


def _days_since(day: str, today: date | None) -> int | None:
    try:
        days = None if today is None else (today - date.fromisoformat(day)).days
    except ValueError:
        return None
    return days if days is not None and days >= 0 else None


def dated(day: PartialDate) -> str:
    """Return a day as people here write it; of one that is known in part, the part."""
    return "/".join(reversed(str(day).split("-")))

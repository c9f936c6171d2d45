"""What an earlier certificate is worth, and what its newest dose tells: a hint; the doctor decides.

What it says of doses is about health: like the list's it lives in memory, on the person's own screen
and slip, and travels sealed. In plain there is only the verdict, and whether it fits the card.
"""

from dataclasses import dataclass, field
from typing import Literal

from protocol.certificates.binding import DoseHint, Fit
from protocol.documents.model import PartialDate
from protocol.events import EarlierDoses

Doubt = Literal["", "no_list", "old_list", "clock"]
"""Why a verdict is less sure: nothing to judge by, something old, or a clock that nobody believes."""

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


def dated(day: PartialDate) -> str:
    """Return a day as people here write it; of one that is known in part, the part."""
    return "/".join(reversed(str(day).split("-")))

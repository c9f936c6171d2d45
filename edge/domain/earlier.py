"""What an earlier certificate is worth, and what its newest dose tells: a hint; the doctor decides.

What it says of doses is about health: like the list's it lives in memory, on the person's own screen
and slip, and travels sealed. In plain there is only the verdict, and whether it fits the card.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

from protocol.certificates.binding import DoseHint, Fit
from protocol.certificates.model import Stated
from protocol.documents.model import PartialDate
from protocol.events import EarlierDoses

Doubt = Literal["", "no_list", "clock", "no_revocations", "old_list", "old_revocations"]
"""Why a verdict is less sure: nothing to judge by, a clock that nobody believes, or something old.

A list without more is that of signers; the other is that of revoked certificates.
"""
Kind = Literal["", "vaccination", "test", "recovery"]
"""What a certificate says something of; empty where nobody here can tell."""

_DOUBTS: Final[tuple[Doubt, ...]] = get_args(Doubt)
_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WHOLE: Final = len("2021-11-15")
_DIFFERS = (Fit.NAME_DIFFERS, Fit.BIRTH_DIFFERS, Fit.BOTH_DIFFER)


@dataclass(frozen=True, slots=True)
class Term:
    """The days that a test or a recovery names, as people write them.

    Attributes:
        known: Which sentence says them; ``over``: today is none of the days that a recovery names.
        first: Day of a test's sample, or from which a recovery counts.
    """

    known: Literal["sampled", "counts", "over"]
    first: str
    last: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on a certificate.

    Attributes:
        verdict: One word, such as ``valid`` or ``unknown_signer``.
        fit: How its person goes with the card; None without a card, or where it cannot be read.
        list_of: Day of the list of signers, as people write it; empty without a list.
        revoked_of: Day of the list of revoked certificates, likewise.
        outdone: One that was held up before says more: that one stays the hint.
        kind: What it is of. That somebody was tested or ill is about health, like doses.
        term: Days that one of a test or a recovery names, as far as it does.
        newest: Its newest dose; None where it is of a test or a recovery.
        name: Whom it is about; only for the screen of a verify station, as are the next two.
        mistyped: Its own number ends in a check letter that does not belong to it: a hint, and no
            part of the verdict, for many issuers append none.
    """

    verdict: str
    doubt: Doubt = ""
    fit: Fit | None = None
    list_of: str = ""
    revoked_of: str = ""
    outdone: bool = False
    kind: Kind = field(default="", repr=False)
    term: Term | None = field(default=None, repr=False)
    newest: DoseHint | None = field(default=None, repr=False)
    product: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    mistyped: bool = False

    @property
    def differs(self) -> bool:
        """Return whether it is somebody else's, by name or birth date."""
        return self.fit in _DIFFERS

    @property
    def genuine(self) -> bool:
        """Return whether it is valid and not somebody else's, whatever it is of."""
        return self.verdict == "valid" and not self.differs

    @property
    def good(self) -> bool:
        """Return whether it vouches for a vaccination without any doubt: this alone is shown green."""
        return self.genuine and self.kind == "vaccination" and not self.doubt

    @property
    def of_else(self) -> bool:
        """Return whether it is valid, and no certificate of a vaccination."""
        return self.verdict == "valid" and self.kind in {"test", "recovery"}

    @property
    def doubt_of(self) -> str:
        """Return the day of the list that the doubt is about."""
        return self.revoked_of if self.doubt == "old_revocations" else self.list_of

    @property
    def told(self) -> DoseHint | None:
        """Return the dose that may be told: of a valid certificate that is not somebody else's."""
        return self.newest if self.genuine else None

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
            return EarlierDoses(kind=self.kind)
        day = str(dose.day)
        return EarlierDoses(
            kind=self.kind,
            dose=dose.dose,
            doses=dose.doses,
            day=day,
            product=self.product[:40],
            country=self.country[:2],
        )


def foremost(before: Judged | None, later: Judged) -> Judged:
    """Return which of two certificates of one person is the hint: that of the later dose.

    One that is not valid, or somebody else's, tells nothing and takes no other's place. Of two that
    tell the same the one that was held up later stands.
    """
    return before if before is not None and _worth(before) > _worth(later) else later


def _worth(judged: Judged) -> tuple[bool, tuple[int, int, int, int]]:
    dose = judged.told
    if dose is None:
        return judged.genuine, (0, 0, 0, 0)
    day = dose.day
    return True, (day.year, day.month or 0, day.day or 0, dose.dose)


def term_of(stated: Stated, today: date | None) -> Term | None:
    """Return the days that a test or a recovery names, in words.

    Args:
        today: None when the clock is not believed: then nothing is said to be over.
    """
    if stated.sampled is not None:
        return Term("sampled", dated(stated.sampled))
    if stated.first is None or stated.last is None:
        return None
    # Whole dates compare as they are written; of an incomplete one nothing is said to be over.
    first, last = str(stated.first), str(stated.last)
    whole = today is not None and len(first) == len(last) == _WHOLE
    over = whole and not first <= str(today) <= last
    return Term("over" if over else "counts", dated(stated.first), dated(stated.last))


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
    # A doubt in the words of a later version has none here, and is one all the same: not called good.
    kind = _kind(doses) if doubt in _DOUBTS else _KINDS[0]
    return Judged(verdict, surely, fit=known, kind=kind, newest=newest)


def _kind(doses: EarlierDoses | None) -> Kind:
    if doses is None:
        return ""
    # An earlier version sealed doses alone, without a word of what they are.
    said = doses.kind or ("vaccination" if doses.day else "")
    return next((each for each in _KINDS if each == said), _KINDS[0])


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

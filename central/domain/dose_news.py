"""What a site is told of a dose: how far its record is, and which certificate may be handed out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from central.domain.records import RecordState
from protocol.certificates.binding import Fit, fit
from protocol.certificates.model import Reason
from protocol.certificates.revocations import Revocations
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify
from protocol.documents.dates import parse_date
from protocol.documents.model import Claim, DocumentClass
from protocol.documents.names import folded_key

ACCEPTED: Final = "accepted"
PENDING: Final = "pending"
CURRENT: Final = "current"
ISSUED: Final = "issued"
REVOKED: Final = "revoked"
SUPERSEDED: Final = "superseded"
_ENDED: Final = "entered-in-error"
DOUBTFUL: Final = "doubtful"
ELSEWHERE: Final = "elsewhere"
UNREAD: Final = "unread"
EXPIRED: Final = "expired"
_DIFFERS: Final = (Fit.NAME_DIFFERS, Fit.BIRTH_DIFFERS, Fit.BOTH_DIFFER)
_LONGEST: Final = 8_000
_TOLD: Final = {
    RecordState.ACCEPTED: ACCEPTED,
    RecordState.RECONCILED: ACCEPTED,
    RecordState.REFUSED: "failed",
    RecordState.DIFFERS: "failed",
    RecordState.OVERDUE: "overdue",
    RecordState.WITHDRAWING: "withdrawn",
    RecordState.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate as the Platform holds it.

    Attributes:
        dose: The Platform's own id of the dose.
        state: ``current``, ``superseded`` by another, or ``entered-in-error``.
        code: Exact text.
        changed_at: By the Platform's clock, as it writes it.
    """

    dose: str
    state: str
    changed_at: str
    code: str = field(repr=False)


Mark = tuple[str, str, str]
"""A certificate without its text: by what it goes, its state, and when it changed."""


@dataclass(frozen=True, slots=True)
class DoseOfSite:
    """A dose that a site said, where its record stands, and whose it is."""

    dose: str
    visit: str
    site: str
    recorded: str
    immunization: str | None
    day: str
    vaccine: str
    dose_number: int
    number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    birth: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class DosesOfPerson:
    """Every dose of a person that is known: what sites said, and what only the Platform told of.

    Attributes:
        read: The Platform's own list was read, and no part of it is left out.
        printed: Copy names of their certificates that left a printer of any site.
    """

    doses: tuple[DoseOfSite, ...]
    read: bool
    printed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """What the site is told of one dose.

    Attributes:
        code: Text of the certificate; empty unless ``certificate`` is ``issued``.
        reissued: It took the place of an earlier one.
    """

    of: DoseOfSite
    certificate: str
    code: str = field(default="", repr=False)
    reissued: bool = False


def news_of(
    dose: DoseOfSite,
    certificates: Sequence[IssuedCertificate],
    trust: Trust,
    revocations: Revocations | None,
    now: datetime,
) -> News:
    """Return what is told of a dose for which the Platform holds ``certificates``.

    Only what verifies by the centre's own lists, and is of this person, is handed out, and only of a
    dose whose record agrees with the Platform's.
    """
    current = [one for one in certificates if one.state == CURRENT]
    if not current:
        ended = any(one.state == _ENDED for one in certificates)
        return News(dose, REVOKED if ended else PENDING)
    if dose.recorded != ACCEPTED:
        return News(dose, PENDING)
    code = max(current, key=lambda one: one.changed_at).code
    verdict = verify(code[:_LONGEST].encode(), trust, now, revocations)
    if verdict.reason is Reason.REVOKED:
        return News(dose, REVOKED)
    if verdict.certificate is None or verdict.reason not in (Reason.VALID, Reason.EXPIRED):
        return News(dose, DOUBTFUL)
    if fit(verdict.certificate.person, _claim(dose)) in _DIFFERS:
        return News(dose, DOUBTFUL)
    if not verdict.valid:
        return News(dose, EXPIRED)
    # Also after one that was revoked: its paper may be in somebody's hands.
    reissued = any(one.state in (SUPERSEDED, _ENDED) for one in certificates)
    return News(dose, ISSUED, code, reissued)


def may_hear(dose: DoseOfSite, site: str, name: str, birth: str) -> bool:
    """Return whether a device of ``site`` is told of a dose, which has the number that it asked for.

    Of a dose of another site only who has the card's name too, and all that is known of the birth
    date: numbers can be tried, the year stands in them, and many people have the same name.
    """
    if dose.site == site:
        return True
    return _plain(name) == _plain(dose.name) != "" and birth.startswith(dose.birth or "")


def name_of_certificate(code: str) -> str:
    """Return by what a certificate goes among those of its dose; it tells nothing of its text."""
    return hashlib.sha256(code.encode()).hexdigest()


def name_of_entry(entry: str) -> str:
    """Return by what name a dose goes that no site of this installation said; of no meaning elsewhere."""
    return f"p-{hashlib.sha256(entry.encode()).hexdigest()[:32]}"


def recorded(state: RecordState) -> str:
    """Return a record's state in the words that sites are told."""
    return _TOLD.get(state, PENDING)


def _plain(name: str | None) -> str:
    return "".join(folded_key(name or "").split())


def _claim(dose: DoseOfSite) -> Claim:
    birth = parse_date(dose.birth) if dose.birth else None
    return Claim(DocumentClass.CCCD_2021, dose.number or "", dose.name, birth)

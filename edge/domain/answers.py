"""What a person may ask of the kiosk beside a number, and what can be answered, honestly.

An answer that is not there is said to be not there: a doubt is never shown as a no.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from protocol.certificates.copies import copy_name
from protocol.documents.model import Claim


class Want(StrEnum):
    """What a person came for."""

    CHECK_IN = "check_in"
    CERTIFICATE = "certificate"
    RECORD = "record"
    COMPLAINT = "complaint"


class Subject(StrEnum):
    """What a person says is wrong."""

    PERSON_WRONG = "person_wrong"
    DOSE_MISSING = "dose_missing"
    DOSE_WRONG = "dose_wrong"
    CERTIFICATE_WRONG = "certificate_wrong"
    OTHER = "other"


class Found(StrEnum):
    """How far an answer is known.

    ``UNKNOWN``: who knows all that the Platform told of knows of no dose under this number, name and
    birth date. ``NOT_HERE``: who was asked
    knows a part, such as the last days of one site, and there is none in it.
    """

    AVAILABLE = "available"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NOT_HERE = "not_here"
    NOT_REACHABLE = "not_reachable"


class Why(StrEnum):
    """Why no certificate of a dose can be had now; the first three say that it is not recorded, too."""

    NOT_RECORDED = "not_recorded"
    LATE = "late"
    NOT_ACCEPTED = "not_accepted"
    UNSIGNED = "unsigned"
    UNREAD = "unread"
    EXPIRED = "expired"
    REVOKED = "revoked"
    DOUBTFUL = "doubtful"
    CLOSED = "closed"
    ELSEWHERE = "elsewhere"

    @property
    def passes(self) -> bool:
        """Return whether it passes by itself; anything else is for the staff."""
        return self in (Why.NOT_RECORDED, Why.UNSIGNED, Why.UNREAD)


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose certificates or doses are asked for.

    Attributes:
        person: Local matching key.
        visit: Their visit of today at this kiosk, where there is one.
        claim: What their card says; for asking elsewhere, never to be kept or logged.
        watched: Nobody asks; the hub looks again and again how far the dose of today is.
    """

    person: str
    visit: str | None = None
    claim: Claim | None = field(default=None, repr=False)
    watched: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One dose or one certificate.

    Attributes:
        id: What to name it by when it is to be printed: the id of the dose's event.
        dose: Number of the dose; 0 where nobody says.
        on: Day of the dose, for the order of doses; the first that it may be, ``date.min`` where nobody says.
        partly: The day in people's writing where only a part of it is known.
        visit: In which the dose was given.
        certificate: Exact text of the Platform's certificate; in memory alone. Empty: no such one.
        reissued: It took the place of an earlier one, which may be on paper.
        why: Why there is none of this dose, or why it is not recorded, whichever was asked.
        printed: A copy of it left a printer before: of this site, or of any that the centre knows of.
    """

    id: str
    dose: int
    on: date
    vaccine: str = ""
    visit: str = ""
    certificate: str = field(default="", repr=False)
    printed: bool = False
    why: Why | None = None
    reissued: bool = False
    partly: str = ""

    @property
    def dated(self) -> str:
        """Return the day as people write it, as far as it is known; empty where nobody says."""
        return self.partly or ("" if self.on == date.min else f"{self.on:%d/%m/%Y}")

    @property
    def copy_name(self) -> str:
        """Return by what its copies are counted; only whoever has the certificate can say."""
        return copy_name(self.id, self.certificate, reissued=self.reissued)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known, and of which doses."""

    found: Found
    items: tuple[Item, ...] = ()

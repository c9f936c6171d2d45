"""The words for a certificate: what it says, and the verdict on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from protocol.documents.model import PartialDate


class Reason(StrEnum):
    """The verdict on a certificate in one word; all but the first mean "do not rely on it"."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    UNKNOWN_SIGNER = "unknown signer"
    BAD_SIGNATURE = "bad signature"
    WRONG_KEY_USE = "wrong key use"
    MALFORMED = "malformed"
    REVOKED = "revoked"


class Statement(StrEnum):
    """What a certificate certifies; the value is the name of its group in the schema."""

    VACCINATION = "v"
    TEST = "t"
    RECOVERY = "r"


# Named tuples, for a kiosk makes them by the thousand: they cost a third of frozen dataclasses.
class Person(NamedTuple):
    """Whom a certificate is about, as it writes it.

    Attributes:
        surname: As printed; empty when the certificate has none.
        standard_surname: Transliterated by ICAO 9303, words parted by ``<`` as in the certificate.
        birth: None when it is unknown, which the schema allows.
    """

    surname: str
    forename: str
    standard_surname: str
    standard_forename: str
    birth: PartialDate | None

    @property
    def name(self) -> str:
        """The whole name for display; from the transliteration where there is no other."""
        shown = f"{self.surname} {self.forename}".strip()
        standard = f"{self.standard_surname} {self.standard_forename}"
        return shown or " ".join(standard.replace("<", " ").split())


class Vaccination(NamedTuple):
    """One dose; codes are those of the value sets, or whatever the issuer wrote.

    Attributes:
        dose: Number of this dose; 0 where the issuer did not know.
        doses: Doses of the whole series, as planned when it was written; may be less than ``dose``.
        day: Day of the injection.
        vaccine: Kind of vaccine, by SNOMED CT or ATC.
        product: Medicinal product.
        maker: Holder of the authorisation, or manufacturer.
        identifier: The UVCI.
    """

    dose: int
    doses: int
    day: PartialDate
    disease: str
    vaccine: str
    product: str
    maker: str
    country: str
    issuer: str
    identifier: str


class Stated(NamedTuple):
    """Days that a test or a recovery names beside its signer's: shown, and no verdict rests on them.

    Attributes:
        sampled: Day on which the sample of a test was taken, like the others as it is written.
        first: From this day on a recovery says that it counts; ``last`` is the last such day.
    """

    sampled: PartialDate | None = None
    first: PartialDate | None = None
    last: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is inside a code; says nothing of its truth.

    Attributes:
        issuer: Country of the signer, as two letters; None when the certificate does not say.
        issued_at: Seconds since 1970, or None.
        identifiers: UVCI of each entry, of whatever kind.
        vaccinations: Empty for a test or a recovery.
        stated: Of a test or a recovery; what cannot be read of it is left out.
    """

    issuer: str | None
    issued_at: float | None
    not_before: float | None
    expires_at: float
    statement: Statement
    person: Person = field(repr=False)
    identifiers: Sequence[str] = field(repr=False)
    vaccinations: Sequence[Vaccination] = field(repr=False, default=())
    stated: Stated = field(repr=False, default=Stated())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to think of a code that was held up.

    Attributes:
        kid: Key id as sent; None when there was none, or nothing could be read.
        certificate: What it says, true or not; None when it is malformed.
    """

    reason: Reason
    kid: bytes | None = None
    issuer: str | None = None
    certificate: Certificate | None = None

    @property
    def valid(self) -> bool:
        """Whether a trusted signer says so and it holds now."""
        return self.reason is Reason.VALID

"""The words for what was held before the camera: a claim, or a refusal with its reason."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class DocumentClass(StrEnum):
    """What kind of thing was shown or typed."""

    CCCD_2021 = "cccd_2021"
    CAN_CUOC_2024 = "can_cuoc_2024"
    IDENTITY_NOTICE = "identity_notice"
    PASSPORT = "passport"
    TYPED_NUMBER = "typed_number"
    PERSONAL_QR = "personal_qr"
    HEALTH_INSURANCE = "health_insurance"
    VACCINATION_CERTIFICATE = "vaccination_certificate"
    URL = "url"
    QUEUE_SLIP = "queue_slip"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why something checks nobody in; each has one plain sentence on the screen."""

    MASKED_NUMBER = "masked_number"
    HEALTH_INSURANCE = "health_insurance"
    CERTIFICATE_NOT_IDENTITY = "certificate_not_identity"
    WEB_ADDRESS = "web_address"
    QUEUE_SLIP = "queue_slip"
    IMPOSSIBLE_DATE = "impossible_date"
    BAD_NUMBER = "bad_number"
    BAD_CHECK_DIGIT = "bad_check_digit"
    SEVERAL_NUMBERS = "several_numbers"
    WRONG_ENCODING = "wrong_encoding"
    TOO_LONG = "too_long"
    NOT_RECOGNISED = "not_recognised"


class Warning(StrEnum):  # noqa: A001 - the domain's word; always used as model.Warning
    """A doubt that staff should see and that refuses nobody."""

    SEX_DIFFERS_FROM_NUMBER = "sex_differs_from_number"
    BIRTH_YEAR_DIFFERS_FROM_NUMBER = "birth_year_differs_from_number"
    BIRTH_IN_FUTURE = "birth_in_future"
    BIRTH_INCOMPLETE = "birth_incomplete"
    ISSUED_BEFORE_BIRTH = "issued_before_birth"
    ISSUE_DATE_UNREADABLE = "issue_date_unreadable"
    UNKNOWN_REGISTRATION_CODE = "unknown_registration_code"
    SEX_UNREADABLE = "sex_unreadable"
    OLD_NUMBER_UNUSUAL = "old_number_unusual"
    NAME_MISSING = "name_missing"
    PASSPORT_EXPIRED = "passport_expired"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which day, or month and day, may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says to be, as the document says it: a claim, not proof.

    Attributes:
        number: 12-digit ID number, or the passport's number.
        name: NFC, blanks folded to one; None where the document holds none.
        nationality: Three letters of ICAO 9303, ``VNM`` for citizens.
    """

    document: DocumentClass
    number: str
    name: str | None = None
    birth: PartialDate | None = None
    sex: Literal["male", "female"] | None = None
    nationality: str = "VNM"
    old_number: str | None = None
    warnings: tuple[Warning, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A thing that checks nobody in, and why."""

    document: DocumentClass
    reason: Reason


Reading = Claim | Refusal

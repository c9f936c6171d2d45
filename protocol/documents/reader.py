"""The way in: what a code held, or what was typed, becomes a claim or a refusal; never an error."""

import unicodedata
from datetime import date
from typing import Final

from protocol.documents.card import read_card
from protocol.documents.classify import classify, fields_of
from protocol.documents.model import Claim, DocumentClass, Reading, Reason, Refusal
from protocol.documents.notice import read_notice
from protocol.documents.number import is_masked, is_number, number_warnings, ungrouped
from protocol.documents.passport import read_passport
from protocol.events import Identity

MAX_PAYLOAD_BYTES: Final = 4296
"""The most letters that one QR code holds; no identity document comes near."""

__all__ = ["read_code", "read_passport", "read_typed_number", "text_of", "to_identity"]

_NOT_OURS: Final = {
    DocumentClass.HEALTH_INSURANCE: Reason.HEALTH_INSURANCE,
    DocumentClass.VACCINATION_CERTIFICATE: Reason.CERTIFICATE_NOT_IDENTITY,
    DocumentClass.URL: Reason.WEB_ADDRESS,
    DocumentClass.QUEUE_SLIP: Reason.QUEUE_SLIP,
}
_MAX_TYPED_LENGTH: Final = 100
_REPLACEMENT: Final = "\ufffd"


def text_of(payload: bytes) -> str | None:
    """Return the text of a code, NFC and trimmed, or None when it is not UTF-8.

    A replacement character says that somebody before us guessed wrong: letters are lost.
    """
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if _REPLACEMENT in text:
        return None
    return unicodedata.normalize("NFC", text).strip("\ufeff\x00 \t\r\n")


def read_code(payload: bytes, today: date) -> Reading:
    """Return what the exact bytes of a QR code or other code say.

    Args:
        payload: Bytes as decoded, in no encoding yet.
        today: For warnings alone; a wrong clock refuses nobody.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        return Refusal(DocumentClass.UNKNOWN, Reason.TOO_LONG)
    text = text_of(payload)
    if text is None:
        return Refusal(DocumentClass.UNKNOWN, Reason.WRONG_ENCODING)
    return _read_text(text, today)


def read_typed_number(text: str, today: date) -> Reading:
    """Return the claim of a person who typed the 12-digit number on the keypad."""
    document = DocumentClass.TYPED_NUMBER
    if len(text) > _MAX_TYPED_LENGTH:
        return Refusal(document, Reason.TOO_LONG)
    number = ungrouped(text.strip())
    if not is_number(number):
        reason = Reason.MASKED_NUMBER if is_masked(number) else Reason.BAD_NUMBER
        return Refusal(document, reason)
    warnings = number_warnings(number, None, None, today)
    return Claim(document=document, number=number, warnings=tuple(warnings))


def to_identity(claim: Claim) -> Identity:
    """Return what is sealed of ``claim``."""
    return Identity(
        document=claim.document,
        number=claim.number,
        name=claim.name,
        birth=None if claim.birth is None else str(claim.birth),
        sex=claim.sex,
        nationality=claim.nationality,
        old_number=claim.old_number,
    )


def _read_text(text: str, today: date) -> Reading:
    document = classify(text)
    match document:
        case DocumentClass.CCCD_2021 | DocumentClass.CAN_CUOC_2024:
            return read_card(fields_of(text), document, today)
        case DocumentClass.IDENTITY_NOTICE:
            return read_notice(text, today)
        case DocumentClass.PASSPORT:
            return read_passport(text, today)
        case DocumentClass.PERSONAL_QR if is_masked(ungrouped(fields_of(text)[0])):
            return Refusal(document, Reason.MASKED_NUMBER)
        case _:
            return Refusal(document, _NOT_OURS.get(document, Reason.NOT_RECOGNISED))

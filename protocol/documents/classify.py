"""What was held up, told by its content alone; parsing comes afterwards.

The order matters: what is surely something else comes first, then whatever has the marks of a card,
and a notice is what is left and holds a number, for no sample of a police notice was ever found.
"""

import re
from typing import Final

from protocol.documents.dates import parse_date
from protocol.documents.model import DocumentClass
from protocol.documents.names import folded_key
from protocol.documents.number import is_masked, is_number, number_like_words, ungrouped

CARD_2021_FIELDS: Final = 7

_CERTIFICATE = re.compile(r"HC[0-9A-Z]:")
_QUEUE_SLIP = re.compile(r"TRAM[0-9]+:")
_WEB = re.compile(
    r"[a-z][a-z0-9+.-]*://|www\.|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?:]|\Z)", re.IGNORECASE
)
_PASSPORT = re.compile(r"P[A-Z<]{4}[A-Z][A-Z<]*<<")
_OTHER_KIND = re.compile(
    r"BEGIN:|MECARD:|WIFI:|TEL:|SMSTO:|SMS:|MAILTO:|MATMSG:|GEO:|OTPAUTH:|SHC:/|000201",
    re.IGNORECASE,
)
_SURE: Final = (
    (_CERTIFICATE, DocumentClass.VACCINATION_CERTIFICATE),
    (_QUEUE_SLIP, DocumentClass.QUEUE_SLIP),
    (_WEB, DocumentClass.URL),
    (_PASSPORT, DocumentClass.PASSPORT),
    (_OTHER_KIND, DocumentClass.UNKNOWN),
)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_SLASH_DATE = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}\Z")
_HEX_TEXT = re.compile(r"(?:[0-9A-Fa-f]{2}){2,}\Z")
_DATE_LIKE = re.compile(r"[0-9]{4}(?:[0-9]{3,5})?\Z")


def fields_of(text: str) -> list[str]:
    """Return the fields of a card's text, without the blanks around each."""
    return [field.strip() for field in text.split("|")]


def classify(text: str) -> DocumentClass:
    """Return what kind of document ``text``, NFC and trimmed, comes from."""
    for beginning, document in _SURE:
        if beginning.match(text):
            return document
    fields = fields_of(text)
    if _is_health_insurance(fields):
        return DocumentClass.HEALTH_INSURANCE
    if _is_card(fields):
        if len(fields) <= CARD_2021_FIELDS:
            return DocumentClass.CCCD_2021
        return DocumentClass.CAN_CUOC_2024
    if _is_personal_qr(fields):
        return DocumentClass.PERSONAL_QR
    return DocumentClass.IDENTITY_NOTICE if number_like_words(text) else DocumentClass.UNKNOWN


def _is_health_insurance(fields: list[str]) -> bool:
    return (
        len(fields) >= 5
        and _HEX_TEXT.match(fields[1]) is not None
        and (_SLASH_DATE.match(fields[2]) is not None or fields[3] in ("1", "2"))
    )


def _is_card(fields: list[str]) -> bool:
    """Say whether two of the three marks of a card are there: its number, a birth date, a sex.

    The card's issue date may be missing; two marks are enough to name a card that cannot be used.
    """
    if len(fields) < CARD_2021_FIELDS - 1:
        return False
    number = ungrouped(fields[0])
    marks = (
        is_number(number) or is_masked(number),
        _DATE_LIKE.match(fields[3]) is not None or parse_date(fields[3]) is not None,
        folded_key(fields[4]) in ("nam", "nu"),
    )
    return sum(marks) >= 2


def _is_personal_qr(fields: list[str]) -> bool:
    if not 4 <= len(fields) <= CARD_2021_FIELDS:
        return False
    return _ISO_DATE.match(fields[2]) is not None or is_masked(ungrouped(fields[0]))

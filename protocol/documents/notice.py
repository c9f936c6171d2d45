"""The police's notice of a personal number, read tolerantly: its payload was never published.

What begins like a card is read as one. Otherwise exactly one number that a living person may have
must stand in it by itself; with none or several the person types it.
"""

import re
from datetime import date

from protocol.documents.card import read_card
from protocol.documents.classify import fields_of
from protocol.documents.dates import parse_date
from protocol.documents.model import Claim, DocumentClass, Reading, Reason, Refusal
from protocol.documents.model import Warning as Doubt
from protocol.documents.number import (
    could_be_of_the_living,
    is_number,
    number_warnings,
    ungrouped,
)

_NOTICE = DocumentClass.IDENTITY_NOTICE
_CARD_PREFIX_FIELDS = 4
_EIGHT_DIGITS = re.compile(r"[0-9]{8}\Z")
# Twelve digits that belong to nothing longer: no word, masked number, phone number or amount.
_STANDALONE = re.compile(r"(?<![\w*•●+])(?<![0-9][.,])[0-9]{12}(?![\w*•●])(?![.,][0-9])")
_MASKED = re.compile(r"[*•●]{2,}[0-9]|[0-9][*•●]{2,}")


def read_notice(text: str, today: date) -> Reading:
    """Return who the notice is about, or why it cannot be told."""
    fields = fields_of(text)
    if _begins_like_a_card(fields):
        return read_card(fields, _NOTICE, today)
    found = set(_STANDALONE.findall(text))
    plausible = [number for number in found if is_number(number) and could_be_of_the_living(number)]
    if len(plausible) > 1:
        return Refusal(_NOTICE, Reason.SEVERAL_NUMBERS)
    if not plausible:
        return Refusal(_NOTICE, _why_none(text, found))
    number = plausible[0]
    doubts = [Doubt.NAME_MISSING, *number_warnings(number, None, None, today)]
    return Claim(document=_NOTICE, number=number, warnings=tuple(doubts))


def _begins_like_a_card(fields: list[str]) -> bool:
    if len(fields) < _CARD_PREFIX_FIELDS or not is_number(ungrouped(fields[0])):
        return False
    # Eight digits that are no date are an impossible date, not another kind of notice.
    birth = fields[3]
    return parse_date(birth) is not None or (_EIGHT_DIGITS.match(birth) is not None)


def _why_none(text: str, found: set[str]) -> Reason:
    if found:
        return Reason.BAD_NUMBER
    return Reason.MASKED_NUMBER if _MASKED.search(text) else Reason.NOT_RECOGNISED

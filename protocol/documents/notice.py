"""The police's notice of a personal number, read tolerantly: its payload was never published.

What begins like a card is read as one. Otherwise exactly one number that a living person may have
must stand in it by itself; with none or several the person types it. The caller has made sure that
something like a number is there.
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
    is_masked,
    is_number,
    number_like_words,
    number_warnings,
    ungrouped,
)

_NOTICE = DocumentClass.IDENTITY_NOTICE
_CARD_PREFIX_FIELDS = 4
_EIGHT_DIGITS = re.compile(r"[0-9]{8}\Z")


def read_notice(text: str, today: date) -> Reading:
    """Return who the notice is about, or why it cannot be told."""
    fields = fields_of(text)
    if _begins_like_a_card(fields):
        return read_card(fields, _NOTICE, today)
    found = set(number_like_words(text))
    plausible = [word for word in found if is_number(word) and could_be_of_the_living(word)]
    if len(plausible) > 1:
        return Refusal(_NOTICE, Reason.SEVERAL_NUMBERS)
    if not plausible:
        masked = any(is_masked(word) for word in found)
        return Refusal(_NOTICE, Reason.MASKED_NUMBER if masked else Reason.BAD_NUMBER)
    number = plausible[0]
    doubts = [Doubt.NAME_MISSING, *number_warnings(number, None, None, today)]
    return Claim(document=_NOTICE, number=number, warnings=tuple(doubts))


def _begins_like_a_card(fields: list[str]) -> bool:
    if len(fields) < _CARD_PREFIX_FIELDS or not is_number(ungrouped(fields[0])):
        return False
    # Eight digits that are no date are an impossible date, not another kind of notice.
    birth = fields[3]
    return parse_date(birth) is not None or (_EIGHT_DIGITS.match(birth) is not None)

"""The text on identity cards: 7 fields on the card of 2021, 11 on the one of 2024.

``number | old number | name | birth | sex | address | issue date``, then on the newer card four
fields that are mostly empty. The issue date is missing on some. Address and further fields are read
past and never kept.
"""

from datetime import date
from typing import Final

from protocol.documents.dates import parse_date, surely_before
from protocol.documents.model import Claim, DocumentClass, PartialDate, Reading, Reason, Refusal
from protocol.documents.model import Warning as Doubt
from protocol.documents.names import clean_name, folded_key
from protocol.documents.number import Sex, is_masked, is_number, number_warnings, ungrouped

_SEXES: Final[dict[str, Sex]] = {"nam": "male", "nu": "female"}
_NUMBER, _OLD_NUMBER, _NAME, _BIRTH, _SEX, _ISSUED = 0, 1, 2, 3, 4, 6
_OLD_NUMBER_LENGTH: Final = 9


def read_card(fields: list[str], document: DocumentClass, today: date) -> Reading:
    """Return who the card's ``fields`` say to be, or why they check nobody in.

    Only a number that is none and a birth date that the calendar does not have refuse; all else is
    a warning.
    """
    number = ungrouped(fields[_NUMBER])
    if not is_number(number):
        reason = Reason.MASKED_NUMBER if is_masked(number) else Reason.BAD_NUMBER
        return Refusal(document, reason)
    birth = parse_date(fields[_BIRTH])
    if birth is None and fields[_BIRTH]:
        return Refusal(document, Reason.IMPOSSIBLE_DATE)
    sex = _SEXES.get(folded_key(_field(fields, _SEX)))
    name = clean_name(_field(fields, _NAME))
    old_number, doubts = _old_number(_field(fields, _OLD_NUMBER))
    if name is None:
        doubts.append(Doubt.NAME_MISSING)
    if birth is None or birth.day is None:
        doubts.append(Doubt.BIRTH_INCOMPLETE)
    if sex is None:
        doubts.append(Doubt.SEX_UNREADABLE)
    doubts += number_warnings(number, birth, sex, today)
    if document is not DocumentClass.IDENTITY_NOTICE:
        doubts += _issue_doubts(_field(fields, _ISSUED), birth)
    return Claim(
        document=document,
        number=number,
        name=name,
        birth=birth,
        sex=sex,
        old_number=old_number,
        warnings=tuple(doubts),
    )


def _field(fields: list[str], index: int) -> str:
    return fields[index] if index < len(fields) else ""


def _old_number(text: str) -> tuple[str | None, list[Doubt]]:
    if not text:
        return None, []
    if len(text) == _OLD_NUMBER_LENGTH and text.isascii() and text.isdigit():
        return text, []
    return None, [Doubt.OLD_NUMBER_UNUSUAL]


def _issue_doubts(text: str, birth: PartialDate | None) -> list[Doubt]:
    issued = parse_date(text)
    if issued is None:
        return [Doubt.ISSUE_DATE_UNREADABLE]
    if birth is not None and surely_before(issued, birth):
        return [Doubt.ISSUED_BEFORE_BIRTH]
    return []

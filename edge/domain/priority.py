"""Who goes first by rule, as far as a document tells; staff may always say otherwise."""

from datetime import date
from typing import Final

from protocol.documents.model import Claim
from protocol.documents.number import is_number, parts

ELDERLY: Final = "elderly"


def by_rule(claim: Claim, today: date, elderly_years: int) -> str:
    """Return the class of a claim's holder by age; empty for the usual one.

    Where only the year is known, or only the number tells it, the older of two ages counts.
    """
    birth = claim.birth
    if birth is not None:
        birthday = (birth.month or 1, birth.day or 1)
        years = today.year - birth.year - ((today.month, today.day) < birthday)
    else:
        born = parts(claim.number).birth_year if is_number(claim.number) else None
        years = today.year - born if born is not None else 0
    return ELDERLY if years >= elderly_years else ""

"""Who is too young to be vaccinated without a parent or guardian, as far as a document tells."""

from datetime import date

from protocol.documents.model import Claim
from protocol.documents.number import is_number, parts


def is_minor(claim: Claim, today: date, under_years: int) -> bool:
    """Return whether the person may be younger than ``under_years``: then a guardian is asked for.

    Where only the year is known, or only the number tells it, the younger of two ages counts.
    """
    birth = claim.birth
    if birth is None:
        year = parts(claim.number).birth_year if is_number(claim.number) else None
        return year is not None and 0 <= today.year - year <= under_years
    if birth.year > today.year:
        return False  # A wrong date, and a warning of its own.
    birthday = (birth.month or 12, birth.day or 31)
    years = today.year - birth.year - ((today.month, today.day) < birthday)
    return years < under_years

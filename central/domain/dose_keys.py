"""How vaccines, lots and days are compared: as people mean them, not as they typed them."""

from datetime import datetime, timedelta, timezone
from typing import Final

from protocol.documents.names import folded_key

VIETNAM: Final = timezone(timedelta(hours=7))
"""The Platform counts days by the one clock of the country, whatever zone a site is set to."""


def vaccine_key(vaccine: str) -> str:
    """Return a key that is equal for one vaccine's name in any case, spacing and punctuation."""
    return folded_key(vaccine).replace(" ", "")[:80]


def lot_key(lot: str) -> str:
    """Return a key that is equal for one lot's number, however it was copied from the vial."""
    return "".join(character for character in lot.upper() if character.isalnum())[:40]


def day_of_dose(occurred_at: datetime) -> str:
    """Return the date of an injection, ``YYYY-MM-DD``, in Vietnam."""
    return occurred_at.astimezone(VIETNAM).date().isoformat()

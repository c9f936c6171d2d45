"""The UVCI, a certificate's own number, and the check letter that some issuers append to it.

Source: Guidelines on verifiable vaccination certificates, annex 2, "Interoperability of unique
vaccination identifiers": Luhn modulo 38 over the letters before ``#``.
"""

from typing import Final

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"


def checksum_fits(identifier: str) -> bool | None:
    """Say whether the check letter fits; None when there is none, or none can be computed.

    A hint for the staff: many issuers append none, so it refuses nothing.
    """
    body, mark, check = identifier.upper().rpartition("#")
    if not mark or len(check) != 1 or not body or any(sign not in _LETTERS for sign in body):
        return None
    return check_letter(body) == check


def check_letter(body: str) -> str:
    """Return the letter that belongs behind ``body``, which is made of capitals, digits, / and :."""
    size = len(_LETTERS)
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = _LETTERS.index(sign) * (1 if place % 2 else 2)
        total += value // size + value % size
    return _LETTERS[-total % size]

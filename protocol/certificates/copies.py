"""By what name the copies of a certificate are counted.

The first certificate of a dose goes by the dose. One that took another's place has a first print of
its own: it goes by the dose and a part of the hash of its code, which tells nobody whose it is.
"""

import hashlib
from typing import Final

_BETWEEN: Final = "."
_DIGITS: Final = 16


def copy_name(dose: str, code: str, *, reissued: bool) -> str:
    """Return the name of a certificate of ``dose``.

    Args:
        code: Exact text of its code; a name without one is the dose's.
    """
    if not (reissued and code):
        return dose
    return _joined(dose, hashlib.sha256(code.encode()).hexdigest()[:_DIGITS])


def name_of(dose: str, certificate: str) -> str:
    """Return the name of what an event says was printed."""
    return _joined(dose, certificate) if certificate else dose


def parts_of(name: str) -> tuple[str, str]:
    """Return the dose, and which certificate of it; empty for the first."""
    dose, _, certificate = name.partition(_BETWEEN)
    return dose, certificate


def _joined(dose: str, certificate: str) -> str:
    return f"{dose}{_BETWEEN}{certificate}"

"""The one table from errors to what the person reads and to the exit code.

1  refused: nothing was changed, the message says what to do next
2  wrong use: an option or an id that cannot be read
3  the directory or a key in it failed
"""

from protocol.errors import WireError
from provisioning.domain.refusal import Refused
from provisioning.ports import PortError

EXPECTED = (Refused, WireError, PortError)
"""Errors that end a command; every other one is a bug and shows its trace."""


def exit_code(error: Exception) -> int:
    """Return the exit code for one of the expected errors."""
    match error:
        case Refused():
            return 1
        case WireError():
            return 2
        case _:
            return 3


def message(error: Exception) -> str:
    """Return the lines that the person reads."""
    if isinstance(error, Refused):
        return f"refused: {error.reason}\nnext:    {error.advice}"
    return f"error: {error}"

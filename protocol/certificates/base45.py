"""Base45: bytes as the letters of a QR code's alphanumeric mode.

Source: RFC 9285.
"""

import struct
from typing import Final

from protocol.errors import WireError

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_NO_LETTER: Final = 255
_VALUES: Final = bytes(
    _LETTERS.find(chr(byte)) if chr(byte) in _LETTERS else _NO_LETTER for byte in range(256)
)
_CODE: Final = "bad_base45"


def encode(data: bytes) -> str:
    """Return the letters for ``data``."""
    letters = []
    for first, second in zip(data[::2], data[1::2], strict=False):
        rest, low = divmod(first << 8 | second, 45)
        high, middle = divmod(rest, 45)
        letters += [_LETTERS[low], _LETTERS[middle], _LETTERS[high]]
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        letters += [_LETTERS[low], _LETTERS[high]]
    return "".join(letters)


def decode(letters: bytes) -> bytes:
    """Return the bytes that ``letters``, in ASCII, stand for.

    Raises:
        WireError: ``bad_base45``.
    """
    values = letters.translate(_VALUES)
    if _NO_LETTER in values:
        raise WireError(_CODE, "a letter that is none of the 45")
    whole, left = divmod(len(values), 3)
    if left == 1:
        raise WireError(_CODE, "a letter too few or too many")
    # All triples at once: a loop of its own for each costs as much as checking a signature.
    triples = [
        low + 45 * middle + 2025 * high
        for low, middle, high in zip(
            values[0 : whole * 3 : 3], values[1::3], values[2::3], strict=False
        )
    ]
    tail = values[-2] + 45 * values[-1] if left else 0
    if tail > 0xFF:
        raise WireError(_CODE, "a group that stands for no byte")
    try:
        data = struct.pack(f">{whole}H", *triples)
    except struct.error as error:
        raise WireError(_CODE, "a group that stands for no two bytes") from error
    return data + bytes([tail]) if left else data

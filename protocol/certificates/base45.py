"""Base45: bytes as the letters of a QR code's alphanumeric mode.

Source: RFC 9285.
"""

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
    triples = values[: whole * 3]
    # All triples at once, each in four bytes of one long number: one by one they cost as much time
    # as checking a signature.
    numbers = (
        _in_fours(triples[0::3]) + 45 * _in_fours(triples[1::3]) + 2025 * _in_fours(triples[2::3])
    ).to_bytes(4 * whole, "big")
    if numbers[0::4].strip(b"\0") or numbers[1::4].strip(b"\0"):
        raise WireError(_CODE, "a group that stands for no two bytes")
    data = bytearray(2 * whole)
    data[0::2] = numbers[2::4]
    data[1::2] = numbers[3::4]
    if left:
        last = values[-2] + 45 * values[-1]
        if last > 0xFF:
            raise WireError(_CODE, "a group that stands for no byte")
        data.append(last)
    return bytes(data)


def _in_fours(values: bytes) -> int:
    spread = bytearray(4 * len(values))
    spread[3::4] = values
    return int.from_bytes(spread, "big")

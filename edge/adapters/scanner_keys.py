"""What the keys of a typing scan engine spell: key codes of the kernel to bytes, US layout.

Source: Linux kernel, include/uapi/linux/input-event-codes.h.
"""

from typing import Final

MOST_BYTES = 8_192
_UP, _DOWN = 0, 1
_SHIFTS: Final = frozenset({42, 54})
_ALTS: Final = frozenset({56, 100})
_ENTERS: Final = frozenset({28, 96})
_TAB: Final = 15

_ROWS: Final = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
    (55, "*", "*"),
)
PLAIN: Final = {first + n: c for first, row, _ in _ROWS for n, c in enumerate(row)}
SHIFTED: Final = {first + n: c for first, _, row in _ROWS for n, c in enumerate(row)}
KEYPAD: Final = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))


class Typed:
    """What has been typed of a code so far, and which keys are held."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._held: set[int] = set()
        self._alt_digits = ""

    def drop(self) -> None:
        """Forget the beginning of a code whose end did not come."""
        self._bytes.clear()
        self._alt_digits = ""

    def key(self, key: int, value: int) -> bytes:
        """Take in that ``key`` went down (1), up (0) or repeats (2); return a code that it ended."""
        if key in _SHIFTS or key in _ALTS:
            self._hold(key, value)
        elif value == _DOWN:
            if key in _ENTERS:
                return self._end()
            self._write(key)
        return b""

    def _hold(self, key: int, value: int) -> None:
        if value != _UP:
            self._held.add(key)
            return
        self._held.discard(key)
        if key in _ALTS and self._alt_digits:
            self._bytes += alt_code(self._alt_digits)
            self._alt_digits = ""

    def _write(self, key: int) -> None:
        if len(self._bytes) > MOST_BYTES:
            self.drop()
        if self._held & _ALTS:
            self._alt_digits += KEYPAD.get(key, "")
        elif key == _TAB:
            self._bytes += b"\t"
        else:
            letters = SHIFTED if self._held & _SHIFTS else PLAIN
            self._bytes += (letters.get(key) or KEYPAD.get(key, "")).encode()

    def _end(self) -> bytes:
        code = bytes(self._bytes)
        self.drop()
        return code


def alt_code(digits: str) -> bytes:
    """Return what holding Alt and typing ``digits`` writes: a byte, or a letter by its number."""
    value = int(digits[:7])
    if value < 256:
        return bytes([value])
    return chr(value).encode() if value < 0xD800 or 0xE000 <= value <= 0x10FFFF else b""

"""How long each ESC/POS command is: what lets a printer skip what it does not know.

Source: Epson ESC/POS command reference.
"""

from collections.abc import Callable
from typing import Final

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D


def _named(kind: int, names: str, count: int) -> dict[tuple[int, int], int]:
    return {(kind, ord(name)): count for name in names}


PARAMETER_BYTES: Final[dict[tuple[int, int], int]] = {
    **_named(ESC, "@2iLmD<\x0c", 0),
    **_named(ESC, "!3AEGJMRTUVacdrt{-= v%?eu", 1),
    **_named(ESC, "$\\B", 2),
    **_named(ESC, "*pc", 3),
    **_named(ESC, "W", 8),
    **_named(FS, "&.", 0),
    **_named(FS, "!-CW", 1),
    **_named(FS, "Sp", 2),
    **_named(GS, ":", 0),
    **_named(GS, "!abBHhwfrIV/T", 1),
    **_named(GS, "LW$\\Pk*", 2),
    **_named(GS, "(^", 3),
    **_named(GS, "8", 5),
    **_named(GS, "v", 6),
    **_named(DLE, "\x04\x05", 1),
    **_named(DLE, "\x14", 3),
}
"""Bytes after a command's two, before any data whose length they tell."""

CUT_WITH_FEED: Final = (65, 66, 97, 98, 103, 104)
BARCODES_ENDED_BY_ZERO: Final = 6

DATA_BYTES: Final[dict[tuple[int, int], Callable[[bytes], int | None]]] = {
    (ESC, ord("*")): lambda p: number(p[1:]) * column_bytes(p[0]),
    (ESC, ord("D")): lambda _: None,
    (GS, ord("*")): lambda p: p[0] * p[1] * 8,
    (GS, ord("V")): lambda p: int(p[0] in CUT_WITH_FEED),
    (GS, ord("v")): lambda p: number(p[2:4]) * number(p[4:6]),
    (GS, ord("k")): lambda p: None if p[0] <= BARCODES_ENDED_BY_ZERO else p[1],
    (GS, ord("(")): lambda p: number(p[1:]),
    (GS, ord("8")): lambda p: number(p[1:]),
}
"""Length of the data that follows the parameters; None when a zero byte ends it."""


def number(data: bytes) -> int:
    """Return a number as ESC/POS writes it: least byte first."""
    return int.from_bytes(data, "little")


def column_bytes(mode: int) -> int:
    """Return the bytes in a column of ESC * in ``mode``."""
    return 3 if mode in (32, 33) else 1

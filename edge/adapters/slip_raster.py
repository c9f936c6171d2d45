"""Packed 1-bit rows, the currency of slips, and the ESC/POS commands that carry them.

Rows are bytes, eight dots each, leftmost dot in the highest bit, 1 is black: what GS v 0 wants, what
Pillow's 1-bit images hold when ink is drawn as 1, and what can be joined top to bottom by ``+``.
"""

import re
from collections.abc import Iterable
from typing import Final

INITIALISE: Final = b"\x1b@"
CENTRE: Final = b"\x1ba\x01"
CUT: Final = b"\x1dVB\x00"
"""Feed to the knife and cut; printers without one ignore it."""

BAND_ROWS: Final = 256
"""Rows a command: low enough for the buffers of cheap printers; the head starts with the first."""


REAL_TIME: Final = re.compile(rb"\x10([\x04\x05\x14])")
"""DLE EOT, DLE ENQ and DLE DC4: a printer obeys them even in the midst of a picture."""


def raster(rows: bytes, width_bytes: int) -> bytes:
    """Return the GS v 0 commands that print ``rows``.

    Where dots happen to spell a real-time command, one dot more is printed: the command could ask for
    a status that nobody reads, or switch the printer off.

    Source: Epson ESC/POS command reference, GS v 0, "Print raster bit image"; DLE DC4, "Notes".
    """
    rows = REAL_TIME.sub(b"\x18\\1", rows)
    band_bytes = BAND_ROWS * width_bytes
    commands: list[bytes] = []
    for start in range(0, len(rows), band_bytes):
        band = rows[start : start + band_bytes]
        height = len(band) // width_bytes
        commands += (
            b"\x1dv0\x00",
            width_bytes.to_bytes(2, "little"),
            height.to_bytes(2, "little"),
            band,
        )
    return b"".join(commands)


def feed(lines: int) -> bytes:
    """Return the command that feeds ``lines`` lines of 1/6 inch."""
    return bytes((0x1B, 0x64, lines))


def blank(rows: int, width_bytes: int) -> bytes:
    """Return ``rows`` white rows."""
    return bytes(rows * width_bytes)


def modules(matrix: Iterable[Iterable[int]], dots: int, width_bytes: int) -> bytes:
    """Return a QR's modules as rows, each module ``dots`` dots square, centred.

    Args:
        matrix: Rows of modules, 1 is dark, quiet zone included.
        dots: Integer, so that every module is equally wide: a scanner sees no jitter.
        width_bytes: Width of the paper; must hold the modules.
    """
    run = (1 << dots) - 1
    packed: list[bytes] = []
    for line in matrix:
        bits, width = 0, 0
        for module in line:
            bits = bits << dots | (run if module else 0)
            width += dots
        right = (width_bytes * 8 - width) // 2
        packed.append((bits << right).to_bytes(width_bytes, "big") * dots)
    return b"".join(packed)


def native_number(ticket: str, width: int) -> bytes:
    """Return ``ticket`` in the printer's own letters, as large as ``width`` dots allow.

    Source: Epson ESC/POS command reference, GS !; a letter of font A is 12 dots wide.
    """
    times = max(1, min(8, width // (12 * len(ticket))))
    size = (times - 1) << 4 | (times - 1)
    return bytes((0x1D, 0x21, size)) + ticket.encode("ascii") + b"\n\x1d!\x00"

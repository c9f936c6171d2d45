"""Packed 1-bit rows, the currency of slips, and the ESC/POS commands that carry them.

Rows are bytes, eight dots each, leftmost dot in the highest bit, 1 is black: what GS v 0 wants, what
Pillow's 1-bit images hold when ink is drawn as 1, and what can be joined top to bottom by ``+``.
"""

import re
from collections.abc import Iterator
from typing import Final

INITIALISE: Final = b"\x1b@"
CENTRE: Final = b"\x1ba\x01"
CUT: Final = b"\x1dVB\x00"
"""Feed to the knife and cut; printers without one ignore it."""

BAND_ROWS: Final = 256
"""Rows a command: low enough for the buffers of cheap printers; the head starts with the first."""


LINE_DOTS: Final = 34
"""1/6 inch, rounded up."""

LETTER_DOTS: Final = 24
LINE_FEED: Final = 0x0A

HEAD_TO_KNIFE_DOTS: Final = 100
"""About 12 mm of paper lie between the head and the knife; each slip pulls as much after it."""

DOTS_A_MM: Final = 8

HEAD: Final = 8
"""Bytes of GS v 0 before its rows."""

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


def feed_dots(dots: int) -> bytes:
    """Return the command that feeds ``dots``, at most 255."""
    return bytes((0x1B, 0x4A, dots))


def native_number(ticket: str, width: int) -> bytes:
    """Return ``ticket`` in the printer's own letters, as large as ``width`` dots allow.

    Source: Epson ESC/POS command reference, GS !; a letter of font A is 12 dots wide.
    """
    times = max(1, min(8, width // (12 * len(ticket))))
    size = (times - 1) << 4 | (times - 1)
    return bytes((0x1D, 0x21, size)) + ticket.encode("ascii") + b"\n\x1d!\x00"


def commands(data: bytes) -> Iterator[bytes]:
    """Yield the commands in ``data``, which must be made of this module's, and each letter alone."""
    at = 0
    while at < len(data):
        end = at + _length(data, at)
        yield data[at:end]
        at = end


def _length(data: bytes, at: int) -> int:
    match data[at], data[at + 1 : at + 2]:
        case 0x1D, b"v":
            width, height = data[at + 4] + data[at + 5] * 256, data[at + 6] + data[at + 7] * 256
            return HEAD + width * height
        case 0x1D, b"!":
            return 3
        case 0x1D, _:
            return 4
        case 0x1B, b"@":
            return 2
        case 0x1B, _:
            return 3
        case _:
            return 1


def paper_mm(data: bytes) -> int:
    """Return how much paper ``data`` pulls, which must be made of this module's commands."""
    dots = 0
    times = 1
    for command in commands(data):
        match command[0], command[1:2]:
            case 0x1D, b"v":
                dots += command[6] + command[7] * 256
            case 0x1D, b"!":
                times = (command[2] & 7) + 1
            case 0x1D, _:
                dots += HEAD_TO_KNIFE_DOTS
            case 0x1B, name if name != b"@":
                dots += command[2] * {b"d": LINE_DOTS, b"J": 1}.get(name, 0)
            case letter, _:
                dots += max(LINE_DOTS, LETTER_DOTS * times) if letter == LINE_FEED else 0
    return -(-dots // DOTS_A_MM)

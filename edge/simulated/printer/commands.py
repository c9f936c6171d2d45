"""What ESC/POS bytes ask a printer to do, one small class each."""

from dataclasses import dataclass
from enum import IntEnum


class Alignment(IntEnum):
    """ESC a n."""

    LEFT = 0
    CENTRE = 1
    RIGHT = 2


@dataclass(frozen=True, slots=True)
class Initialise:
    """ESC @: drop the line and every setting."""


@dataclass(frozen=True, slots=True)
class Text:
    """Letters for the line; code page 437."""

    data: bytes


@dataclass(frozen=True, slots=True)
class EndLine:
    """LF."""


@dataclass(frozen=True, slots=True)
class FeedLines:
    """ESC d n: print the line and feed."""

    lines: int


@dataclass(frozen=True, slots=True)
class FeedDots:
    """ESC J n: print the line and feed."""

    dots: int


@dataclass(frozen=True, slots=True)
class LineSpacing:
    """ESC 3 n, or ESC 2 for the printer's own."""

    dots: int | None


@dataclass(frozen=True, slots=True)
class Align:
    """ESC a n."""

    to: Alignment


@dataclass(frozen=True, slots=True)
class Emphasise:
    """ESC E n, ESC G n."""

    on: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """GS ! n, ESC ! n: letters so many times as wide and as high."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Raster:
    """GS v 0, GS ( L: a picture of packed rows, 1 is black, each dot so many dots wide and high."""

    width_bytes: int
    rows: bytes
    wide: int = 1
    high: int = 1


@dataclass(frozen=True, slots=True)
class Columns:
    """ESC *: a strip of columns in the line, 8 or 24 dots high, top dot in the highest bit."""

    height_bytes: int
    data: bytes
    wide: int
    high: int


@dataclass(frozen=True, slots=True)
class QrCode:
    """GS ( k: a QR that the printer draws itself."""

    data: bytes
    dots: int
    error: str


@dataclass(frozen=True, slots=True)
class Cut:
    """GS V: feed ``dots`` to the knife, then cut."""

    dots: int


@dataclass(frozen=True, slots=True)
class AskSensors:
    """GS r n: asked in its turn, after all that was sent before is printed."""

    which: int


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """GS a n: send four bytes now and at every change; 0 ends it."""

    mask: int


Command = (
    Initialise
    | Text
    | EndLine
    | FeedLines
    | FeedDots
    | LineSpacing
    | Align
    | Emphasise
    | Scale
    | Raster
    | Columns
    | QrCode
    | Cut
    | AskSensors
    | AutomaticStatus
)

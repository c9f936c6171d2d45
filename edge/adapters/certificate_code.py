"""The code of a certificate on paper: square modules of whole dots, a diagonal that scanners expect.

Source: EU DCC, "Technical specifications, volume 4": alphanumeric mode, level Q, a diagonal between
35 and 60 mm. Level M only where Q would make modules too fine for a thermal head.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any, Final, Literal

import numpy as np
import zxingcpp

from edge.adapters.slip_raster import REAL_TIME
from edge.ports import SlipUnreadable

Level = Literal["Q", "M"]

DOTS_A_MM: Final = 203 / 25.4
LEAST_DIAGONAL_MM: Final = 35.0
MOST_DIAGONAL_MM: Final = 60.0
QUIET_MODULES: Final = 4
LEAST_DOTS: Final = 3
"""Three eighths of a millimetre: what a cheap head prints and an old phone reads."""
FINEST_DOTS: Final = 2


@dataclass(frozen=True, slots=True)
class DrawnCode:
    """A code as packed rows.

    Attributes:
        dots: Of one module, each way.
        modules: Of one side, without the white margin.
    """

    rows: bytes
    width_bytes: int
    level: Level
    dots: int
    modules: int

    @property
    def diagonal_mm(self) -> float:
        """Return the diagonal of what is black."""
        return sqrt(2) * self.modules * self.dots / DOTS_A_MM


def draw_code(text: str, width: int) -> DrawnCode:
    """Return the code of ``text``, centred on ``width`` dots, a multiple of 8.

    Raises:
        SlipUnreadable: It does not fit the paper by the specification's measures.
    """
    for level, least in _choices():
        matrix = matrix_of(text, level)
        if matrix is None:
            continue
        dots = _dots(len(matrix), width)
        if dots >= least:
            rows = _rows(matrix, dots, width)
            return DrawnCode(rows, width // 8, level, dots, len(matrix))
    raise SlipUnreadable(f"a code of {len(text)} letters does not fit this paper")


def _choices() -> tuple[tuple[Level, int], ...]:
    return (("Q", LEAST_DOTS), ("M", LEAST_DOTS), ("M", FINEST_DOTS))


def matrix_of(text: str, level: Level) -> Any:  # noqa: ANN401 - an array of booleans
    """Return the modules of one side by side, black ones True; None where no code holds ``text``."""
    try:
        # Capitals, digits and nine signs alone: the writer takes the alphanumeric mode by itself.
        code: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    except ValueError:
        return None
    return np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0


def _dots(modules: int, width: int) -> int:
    """Return the largest module that paper and specification allow; 0 where none does."""
    most = int(MOST_DIAGONAL_MM / sqrt(2) * DOTS_A_MM)
    dots = min(most // modules, width // (modules + 2 * QUIET_MODULES))
    return dots if sqrt(2) * modules * dots / DOTS_A_MM >= LEAST_DIAGONAL_MM else 0


def _rows(matrix: Any, dots: int, width: int) -> bytes:  # noqa: ANN401 - an array of booleans
    code = np.repeat(np.repeat(matrix, dots, axis=0), dots, axis=1)
    side = len(code)
    quiet = QUIET_MODULES * dots
    middle = (width - side) // 2
    room = range(quiet, width - side - quiet + 1)
    rows = b""
    # A few dots aside of the middle, where the modules would spell a printer's command: see ``raster``.
    for left in sorted(room, key=lambda place: abs(place - middle))[:16]:
        wide = np.pad(code, ((quiet, quiet), (left, width - side - left)))
        rows = np.packbits(wide, axis=1).tobytes()
        if REAL_TIME.search(rows) is None:
            return rows
    return rows

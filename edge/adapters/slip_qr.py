"""A QR as packed rows: every module the same whole number of dots, so that a scanner sees no jitter."""

from typing import Any, Final

import numpy as np
import zxingcpp

QUIET_MODULES: Final = 4
WIDEST_DOTS: Final = 320
"""40 mm; the QR of a queue slip is 65 modules with its margin, 4 dots (half a millimetre) each."""
MOST_DOTS_A_MODULE: Final = 6


def qr_rows(text: str, width: int) -> bytes:
    """Return the QR of ``text`` at level M, centred on paper ``width`` dots wide, a multiple of 8."""
    code: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dark = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0
    matrix = np.pad(dark, QUIET_MODULES)
    side = len(matrix)
    dots = max(2, min(MOST_DOTS_A_MODULE, min(WIDEST_DOTS, width) // side))
    left = (width - side * dots) // 2
    wide = np.pad(np.repeat(matrix, dots, axis=1), ((0, 0), (left, width - side * dots - left)))
    return np.repeat(np.packbits(wide, axis=1), dots, axis=0).tobytes()

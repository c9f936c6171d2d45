"""A row of squares of 10 mm on the test slip: a ruler says whether head and motor keep the measure."""

from typing import Final

import numpy as np

from edge.adapters.slip_raster import DOTS_A_MM

SQUARE_DOTS: Final = 10 * DOTS_A_MM
LINE_DOTS: Final = 2


def scale_rows(width: int) -> bytes:
    """Return black and white squares in turn, as many as fit ``width`` dots, between two lines."""
    squares = width // SQUARE_DOTS
    picture = np.zeros((SQUARE_DOTS, width), bool)
    left = (width - squares * SQUARE_DOTS) // 2
    for number in range(0, squares, 2):
        start = left + number * SQUARE_DOTS
        picture[:, start : start + SQUARE_DOTS] = True
    inside = slice(left, left + squares * SQUARE_DOTS)
    picture[:LINE_DOTS, inside] = True
    picture[-LINE_DOTS:, inside] = True
    if squares % 2 == 0:
        # The last square is white: close it.
        picture[:, inside.stop - LINE_DOTS : inside.stop] = True
    return np.packbits(picture, axis=1).tobytes()

"""Tell a part of a message that is spread over several codes from a code that is whole."""

from collections.abc import Callable
from typing import cast

import numpy as np
import zxingcpp

CLEAN = 0.8
"""Share of the error correction left unused from which the modules are taken as they look."""
STRUCTURED_APPEND = 0b0011
# Mask patterns of ISO/IEC 18004, "Data masking"; i is the row, j the column.
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda i, j: (i + j) % 2 == 0,
    lambda i, _: i % 2 == 0,
    lambda _, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: (i * j) % 2 + (i * j) % 3 == 0,
    lambda i, j: ((i * j) % 2 + (i * j) % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + (i * j) % 3) % 2 == 0,
)


def is_fragment(result: zxingcpp.Barcode) -> bool:
    """Return whether a QR code is one part of a message spread over several codes.

    The engine hands such a part on as if it were whole. The mode is the first nibble of the data,
    in the four modules of the lower right corner, under the mask. They are as seen, before error
    correction, so a code with damage is given the benefit of the doubt: a finger on that corner
    must not turn a card away.

    Source: ISO/IEC 18004, "Structured Append" and "Symbol character placement".
    """
    extra = cast("dict[str, str | float]", result.extra)
    if result.format != zxingcpp.BarcodeFormat.QRCode or "DataMask" not in extra:
        return False
    if float(extra.get("UEC", 0)) < CLEAN:
        return False
    masked = MASKS[int(extra["DataMask"])]
    cells = np.array(result.to_image(scale=1, add_quiet_zones=False))
    last = cells.shape[0] - 1
    nibble = 0
    for row, column in ((last, last), (last, last - 1), (last - 1, last), (last - 1, last - 1)):
        dark = bool(cells[row, column] < 128)
        nibble = nibble << 1 | (dark != masked(row, column))
    return nibble == STRUCTURED_APPEND

"""Lay flat a code on cloth, a curled page or a bottle.

An engine takes a code for a plane; a bend of a module or two in its middle puts samples beside
their modules. The bend is not known, so some likely ones are tried.
"""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from edge.ports import Frame

Plane = npt.NDArray[np.float32]
# As shares of the region's side, the slight ones first: a tenth of it is more than an engine locates.
BENDS = (0.02, -0.02, 0.035, -0.035)
BULGES = (0.04, -0.04, 0.06)
WAVES = (0.01, -0.01, 0.02, -0.02)


def flattened_out(work: Frame) -> Iterator[Frame]:
    """Yield ``work`` as it would be without a bend, an uneven stretch, a bulge, a bulge and a wave."""
    height, width = work.shape
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    bow_x, bow_y, none = 1 - x * x, 1 - y * y, np.float32(0)
    for share in BENDS:
        yield _moved(work, none, bow_x * share)
        yield _moved(work, bow_y * share, none)
        yield _moved(work, none, bow_y * share)
        yield _moved(work, bow_x * share, none)
    swell = x * x + y * y - 1
    for share in BULGES:
        yield _moved(work, x * swell * share, y * swell * share)
    bulge = BULGES[0]
    for share in WAVES:
        yield _moved(work, x * swell * bulge + np.sin(np.pi * x) * share, y * swell * bulge)
        yield _moved(work, x * swell * bulge, y * swell * bulge + np.sin(np.pi * y) * share)


def _moved(work: Frame, dx: Plane | np.float32, dy: Plane | np.float32) -> Frame:
    """Return ``work`` with each place taken from beside it, in shares of its sides."""
    height, width = work.shape
    columns = np.arange(width, dtype=np.float32)[None, :] + dx * width
    rows = np.arange(height, dtype=np.float32)[:, None] + dy * height
    shape = (height, width)
    flat: Frame = cv2.remap(
        work,
        np.ascontiguousarray(np.broadcast_to(columns, shape), np.float32),
        np.ascontiguousarray(np.broadcast_to(rows, shape), np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return flat

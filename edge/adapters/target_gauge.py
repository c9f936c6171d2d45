"""Measure the printed target in a frame: how crisp, how light, how blown out."""

import numpy as np

from edge.adapters.aim_opencv import BLOWN_OUT, crispness
from edge.adapters.decoder_regions import around
from edge.adapters.levels import levels
from edge.ports import Frame
from edge.services.self_test import Gauged

MODULES = 53
"""Modules on a side of the target's code. Source: ISO/IEC 18004, version 9."""


def gauge(frame: Frame, corners: tuple[tuple[int, int], ...]) -> Gauged:
    """Return the measures of the code at ``corners``; of the whole frame where there is none."""
    part = around(corners).crop(frame) if corners else frame
    low, high = levels(part, 3, 97)
    sides = [np.hypot(b[0] - a[0], b[1] - a[1]) for a, b in _pairs(corners)]
    return Gauged(
        sharpness=crispness(part),
        light=float(part.mean()) / 255,
        glare=float((part >= BLOWN_OUT).mean()),
        contrast=(high - low) / 255,
        module_px=float(np.mean(sides)) / MODULES if sides else 0.0,
    )


def _pairs(
    corners: tuple[tuple[int, int], ...],
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return list(zip(corners, corners[1:] + corners[:1], strict=True))

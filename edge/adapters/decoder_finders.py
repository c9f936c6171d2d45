"""Repaint worn finder patterns: without all three of its corner squares no engine sees a code.

A scratch through one corner hides a code whose data would be read. The squares are searched for by
likeness near the corners of a region, which wear lowers and seldom destroys, and drawn anew.
"""

from collections.abc import Iterator
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from edge.adapters.levels import levels
from edge.ports import Frame

FINDER_SHARES = (0.125, 0.142, 0.16, 0.185, 0.22, 0.27)
"""Width of a finder pattern (7 modules) as a share of the code's side: versions 10 to 2."""
LEAST_LIKENESS = 0.35
MOST_UNEVEN = 1.2
Centre = tuple[int, int]


def repainted(work: Frame, margin: float) -> Iterator[Frame]:
    """Yield ``work`` upright, with its three likeliest finder patterns drawn anew.

    Args:
        work: A region that a code fills but for ``margin``, a share of its side on each side.
        margin: See above.
    """
    upright = _turned(work, _turn(work, margin))
    smooth = cv2.GaussianBlur(upright, (0, 0), 1.2)
    dark, light = levels(smooth, 8, 85)
    side = max(work.shape) * (1 - 2 * margin)
    found = []
    for share in FINDER_SHARES:
        template = _finder(share * side, dark, light)
        corners = _in_corners(smooth, template)
        if corners is not None:
            found.append((*corners, template))
    found.sort(key=lambda entry: -entry[0])
    for _, centres, template in found[:2]:
        picture = upright.copy()
        for x, y in centres:
            height, width = template.shape
            picture[y : y + height, x : x + width] = template
        yield picture


def _turn(work: Frame, margin: float) -> float:
    """Return by how many degrees, within 45, the code's edges are turned."""
    edge = int(max(work.shape) * margin)
    inside = cv2.GaussianBlur(work[edge:-edge, edge:-edge], (0, 0), 1.5).astype(np.float32)
    gx, gy = cv2.Sobel(inside, cv2.CV_32F, 1, 0), cv2.Sobel(inside, cv2.CV_32F, 0, 1)
    # Edges a quarter turn apart belong to one code: the fourth power makes them one direction.
    fourth = ((gx + 1j * gy) ** 4).sum()
    return float(np.degrees(np.angle(fourth)) / 4)


def _turned(work: Frame, degrees: float) -> Frame:
    height, width = work.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    upright: Frame = cv2.warpAffine(
        work, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return upright


def _finder(width_px: float, dark: float, light: float) -> Frame:
    """Return a finder pattern with one module of light round it."""
    cells = np.full((9, 9), light, np.float32)
    cells[1:8, 1:8], cells[2:7, 2:7], cells[3:6, 3:6] = dark, light, dark
    side = max(9, round(width_px * 9 / 7))
    pattern = cv2.resize(cells, (side * 4, side * 4), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.resize(pattern, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _in_corners(smooth: Frame, template: Frame) -> tuple[float, list[Centre]] | None:
    """Return the three likeliest finders, one a corner, that span a square; and how likely."""
    if min(smooth.shape) < 3 * template.shape[0]:
        return None
    likeness = cv2.matchTemplate(smooth, template, cv2.TM_CCOEFF_NORMED)
    half_y, half_x = likeness.shape[0] // 2, likeness.shape[1] // 2
    best = [
        _best(likeness[top : top + half_y, left : left + half_x], left, top)
        for top, left in ((0, 0), (0, half_x), (half_y, half_x), (half_y, 0))
    ]
    triples = [
        (sum(score for score, _ in triple), [centre for _, centre in triple])
        for triple in combinations(best, 3)
        if min(score for score, _ in triple) > LEAST_LIKENESS and _square(triple)
    ]
    return max(triples, key=lambda entry: entry[0], default=None)


def _best(part: npt.NDArray[np.float32], left: int, top: int) -> tuple[float, Centre]:
    _, score, _, (x, y) = cv2.minMaxLoc(part)
    return float(score), (int(x) + left, int(y) + top)


def _square(triple: tuple[tuple[float, Centre], ...]) -> bool:
    """Return whether three points are corners of a square, as a camera sees squares."""
    points = [np.array(centre, np.float64) for _, centre in triple]
    one, two, long = sorted(float(np.linalg.norm(a - b)) for a, b in combinations(points, 2))
    return one > 0 and two / one < MOST_UNEVEN and abs(long / np.hypot(one, two) - 1) < 0.12

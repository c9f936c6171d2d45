"""Find where in a frame something looks like a code, also when no engine can locate one."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from edge.adapters.decoder_frames import shrunk
from edge.adapters.levels import median
from edge.ports import Frame

Plane = npt.NDArray[np.float32]

LOOK_WIDTH = 320
LEAST_DENSITY = 0.85
CLEAR = 0.25
FAINT = 0.08
BLURRED = 0.14
NOISY = 0.035


@dataclass(frozen=True, slots=True)
class Region:
    """A box in pixels of the frame, half-open; ``corners`` when an engine located a code's own."""

    left: int
    top: int
    right: int
    bottom: int
    corners: tuple[tuple[int, int], ...] = ()

    @property
    def side(self) -> int:
        """Return the longer side."""
        return max(self.right - self.left, self.bottom - self.top)

    def grown(self, share: float, shape: tuple[int, ...]) -> "Region":
        """Return the box with a margin of ``share`` of its side, cut at the frame's edges."""
        more = int(self.side * share) + 4
        return Region(
            max(0, self.left - more),
            max(0, self.top - more),
            min(shape[1], self.right + more),
            min(shape[0], self.bottom + more),
            self.corners,
        )

    def crop(self, frame: Frame) -> Frame:
        """Return a copy of this part of ``frame``."""
        return np.ascontiguousarray(frame[self.top : self.bottom, self.left : self.right])

    def overlaps(self, other: "Region") -> bool:
        """Return whether the middle of one lies in the other."""
        return self.holds(other) or other.holds(self)

    def holds(self, other: "Region") -> bool:
        """Return whether the middle of ``other`` lies in this."""
        x, y = (other.left + other.right) // 2, (other.top + other.bottom) // 2
        return self.left <= x < self.right and self.top <= y < self.bottom


def around(corners: tuple[tuple[int, int], ...]) -> Region:
    """Return the box that ``corners`` span."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Region(min(xs), min(ys), max(xs) + 1, max(ys) + 1, corners)


def textured(frame: Frame, most: int, sensitivity: float = CLEAR) -> list[Region]:
    """Return up to ``most`` places filled with edges in every direction, the largest first.

    A code is dense in edges along both axes of any turned frame of reference; walls, furniture
    and single lines are so along one, or at a point only. Relative to local light, so that dim
    codes count. ``CLEAR`` passes by nearly every empty room; ``FAINT`` finds pale print too.
    """
    factor = max(max(frame.shape) / LOOK_WIDTH, 1.0)
    size = (max(8, int(frame.shape[1] / factor)), max(8, int(frame.shape[0] / factor)))
    small = shrunk(frame, size).astype(np.float32)
    strength = _both_ways(small)
    least, noise = 2 * sensitivity**2, median(strength[::4, ::4])
    if noise > NOISY:
        # Every place is full of edges then; a code still has more of the coarser ones.
        strength = _both_ways(cv2.blur(small, (3, 3)))
        least = max(2 * BLURRED**2, 2.2 * median(strength[::4, ::4]))
    active = (strength > least).astype(np.float32)
    return _blobs(cv2.boxFilter(active, -1, (11, 11)), factor, most)


def _both_ways(small: Plane) -> Plane:
    """Return, for each place, the strength of edges that no single direction explains."""
    light = cv2.boxFilter(small, -1, (31, 31)) + 6
    gx = cv2.Sobel(small, cv2.CV_32F, 1, 0) / light
    gy = cv2.Sobel(small, cv2.CV_32F, 0, 1) / light
    xx, yy, xy = (cv2.boxFilter(a, -1, (5, 5)) for a in (gx * gx, gy * gy, gx * gy))
    # Twice the smaller eigenvalue of the structure tensor.
    strength: Plane = (xx + yy) - np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    return strength


def _blobs(density: Plane, factor: float, most: int) -> list[Region]:
    if float(density.max()) < LEAST_DENSITY:
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats((density > 0.6).astype(np.uint8))
    found = []
    for index in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[index])
        inside = density[y : y + h, x : x + w]
        if float(inside[labels[y : y + h, x : x + w] == index].max()) >= LEAST_DENSITY:
            left, top, right, bottom = (int(v * factor) for v in (x, y, x + w, y + h))
            found.append((area, Region(left, top, right, bottom)))
    found.sort(key=lambda pair: -pair[0])
    return [box for _, box in found[:most]]

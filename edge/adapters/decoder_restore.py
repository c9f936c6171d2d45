"""Undo what spoiled a located code: small prints, noise, uneven light, a lens out of focus, motion.

Each treatment is one more picture of the same region for the engine to try, the cheap ones first.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import numpy.typing as npt

from edge.adapters.levels import levels
from edge.ports import Frame

Plane = npt.NDArray[np.float32]
Transfer = Callable[[Plane, Plane], Plane]
"""What a blur leaves of each frequency, given in cycles a pixel as a column and a row."""
EDGE = 20

WORK_SIDE = 640
"""Regions are enlarged up to this side, at most twice: below 3 pixels a module much is lost."""
MOST_SIDE = 900
"""Larger regions are shrunk to it: their modules have pixels to spare."""
# Both as shares of the region's side, as a code of a card has some 45 modules: what is less needs
# no help, what is more leaves nothing. In the order in which they were found to help.
DISC_RADII = (0.018, 0.013, 0.022, 0.0155, 0.0255, 0.010, 0.020, 0.029)
MOTION_LENGTHS = (0.055, 0.042, 0.065, 0.049, 0.032, 0.06, 0.037, 0.07, 0.026, 0.052, 0.076)
NOISE_SHARE = 0.016


def worked(crop: Frame) -> Frame:
    """Return ``crop`` at the size that the treatments work on."""
    side = max(crop.shape)
    factor = MOST_SIDE / side if side > MOST_SIDE else min(2.0, max(1.0, WORK_SIDE / side))
    way = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    picture: Frame = cv2.resize(crop, None, fx=factor, fy=factor, interpolation=way)
    return picture


def relit(crop: Frame, work: Frame) -> Iterator[Frame]:
    """Yield ``crop`` (and ``work``, the same at working size) smoothed and evened out."""
    yield work
    yield cv2.GaussianBlur(crop, (0, 0), 0.9)
    yield cv2.GaussianBlur(work, (0, 0), 1.6)
    yield cv2.createCLAHE(3.0, (8, 8)).apply(work)
    yield flattened(work)


def healed(crop: Frame) -> Iterator[Frame]:
    """Yield ``crop`` with light scratches closed, thin ones first, then dark ones, then specks."""
    yield cv2.erode(crop, np.ones((3, 3), np.uint8))
    yield cv2.erode(crop, np.ones((5, 5), np.uint8))
    yield cv2.dilate(crop, np.ones((3, 3), np.uint8))
    yield cv2.medianBlur(crop, 5)
    smooth = cv2.GaussianBlur(crop, (0, 0), 1.8)
    dark, light = levels(smooth, 8, 85)
    yield np.where(smooth > dark + 0.72 * (light - dark), 255, 0).astype(np.uint8)


def bleached(plane: Frame) -> Frame:
    """Return ``plane`` with all that is not nearly as light as paper black: modules of a picture."""
    smooth = cv2.GaussianBlur(plane, (0, 0), 0.8)
    return np.where(smooth > 0.85 * levels(smooth, 95)[0], 255, 0).astype(np.uint8)


def flattened(crop: Frame) -> Frame:
    """Return ``crop`` with each place stretched between its own darkest and lightest."""
    reach = max(15, max(crop.shape) // 10) | 1
    kernel = np.ones((reach, reach), np.uint8)
    smooth = cv2.GaussianBlur(crop, (0, 0), 1.0)
    low = cv2.blur(cv2.erode(smooth, kernel), (reach, reach)).astype(np.float32)
    high = cv2.blur(cv2.dilate(smooth, kernel), (reach, reach)).astype(np.float32)
    stretched = (smooth - low) * (255 / np.maximum(high - low, 12))
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def sharpened(crop: Frame, margin: float) -> Iterator[Frame]:
    """Yield ``crop`` as it may have been before the lens or the hand blurred it, likeliest first.

    Args:
        crop: A region that a code fills but for ``margin``, a share of its side on each side.
        margin: See above.
    """
    edge = int(max(crop.shape) * margin)
    angle, drawn_out = direction(crop[edge:-edge, edge:-edge] if edge else crop)
    side = max(crop.shape) - 2 * edge
    spectrum = Spectrum(crop)
    lines = [line(share * side, angle) for share in MOTION_LENGTHS]
    discs = [disc(share * side) for share in DISC_RADII]
    for blur in lines + discs[:3] if drawn_out else discs + lines[:4]:
        yield spectrum.without(blur)


def direction(crop: Frame) -> tuple[float, bool]:
    """Return the angle in degrees along which ``crop`` is smeared, and whether it clearly is.

    A sharp code has as many edges one way as the other whatever its turn; motion wipes out
    those across its path.
    """
    smooth = cv2.GaussianBlur(crop, (0, 0), 1.2).astype(np.float32)
    gx, gy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    tensor = np.array([[(gx * gx).mean(), (gx * gy).mean()], [(gx * gy).mean(), (gy * gy).mean()]])
    values, vectors = np.linalg.eigh(tensor)
    along = vectors[:, 0]
    ratio = float(values[1] / max(float(values[0]), 1e-6))
    return float(np.degrees(np.arctan2(along[1], along[0]))), ratio > 1.35


def disc(radius: float) -> Transfer:
    """Return what a lens out of focus, drawing points as discs, leaves of each frequency."""

    def transfer(fy: Plane, fx: Plane) -> Plane:
        steps = np.hypot(fy, fx) * (2 * np.pi * radius * AIRY_STEPS)
        return AIRY[np.minimum(steps.astype(np.int32), len(AIRY) - 1)]

    return transfer


def line(length: float, angle: float) -> Transfer:
    """Return what motion over ``length`` pixels along ``angle`` degrees leaves of each frequency."""
    along_x, along_y = np.cos(np.deg2rad(angle)) * length, np.sin(np.deg2rad(angle)) * length

    def transfer(fy: Plane, fx: Plane) -> Plane:
        return np.sinc(fx * np.float32(along_x) + fy * np.float32(along_y))

    return transfer


def _airy() -> Plane:
    """Return 2 J1(x) / x, the transform of a disc, in steps of 1 / AIRY_STEPS.

    Source: Bessel's integral of J1.
    """
    x = np.arange(1, 80 * AIRY_STEPS) / AIRY_STEPS
    turn = (np.arange(240) + 0.5) * (np.pi / 240)
    j1 = np.cos(turn[None, :] - x[:, None] * np.sin(turn)[None, :]).mean(axis=1)
    return np.concatenate(([1.0], 2 * j1 / x)).astype(np.float32)


AIRY_STEPS = 16
AIRY = _airy()


class Spectrum:
    """A region in the frequency domain, to divide blurs out of it (Wiener's filter)."""

    def __init__(self, crop: Frame) -> None:
        height, width = crop.shape
        self._shape = (height, width)
        size = [cv2.getOptimalDFTSize(side + 2 * EDGE) for side in (height, width)]
        below, right = size[0] - height - EDGE, size[1] - width - EDGE
        padded = cv2.copyMakeBorder(crop, EDGE, below, EDGE, right, cv2.BORDER_REFLECT_101)
        self._size = (size[0], size[1])
        self._light = float(padded.mean())
        self._spectrum = np.fft.rfft2(padded.astype(np.float32) - self._light)
        self._fy = np.fft.fftfreq(size[0]).astype(np.float32)[:, None]
        self._fx = np.fft.rfftfreq(size[1]).astype(np.float32)[None, :]

    def without(self, blur: Transfer) -> Frame:
        """Return the region as it was before ``blur``, as far as noise allows."""
        left = blur(self._fy, self._fx)
        gain = left / (left * left + np.float32(NOISE_SHARE))
        plane = np.fft.irfft2(self._spectrum * gain, self._size)
        height, width = self._shape
        inside = plane[EDGE : EDGE + height, EDGE : EDGE + width] + self._light
        return np.asarray(np.clip(inside, 0, 255), np.uint8)

"""Undo what spoiled a located code: small prints, noise, uneven light, a lens out of focus, motion.

Each treatment is one more picture of the same region for the engine to try, the cheap ones first.
"""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from edge.ports import Frame

Kernel = npt.NDArray[np.float32]

WORK_SIDE = 640
"""Regions are enlarged up to this side, at most twice: below 3 pixels a module much is lost."""
MOST_SIDE = 900
"""Larger regions are shrunk to it: their modules have pixels to spare."""
# Both as shares of the region's side, as a code of a card has some 45 modules: what is less needs
# no help, what is more leaves nothing. In the order in which they were found to help.
DISC_RADII = (0.018, 0.012, 0.023, 0.015, 0.008, 0.027)
MOTION_LENGTHS = (0.055, 0.042, 0.065, 0.032, 0.049, 0.06, 0.026, 0.072, 0.037)
NOISE_SHARE = 0.012


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
    for kernel in lines + discs[:2] if drawn_out else discs + lines[:3]:
        yield spectrum.without(kernel)


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


def disc(radius: float) -> Kernel:
    """Return how a lens out of focus draws a point."""
    half = int(np.ceil(radius))
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    weights = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(weights / weights.sum(), np.float32)


def line(length: float, angle: float) -> Kernel:
    """Return how a point is drawn out over ``length`` pixels along ``angle`` degrees."""
    half = int(np.ceil(length / 2)) + 1
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    along, across = np.abs(x * c + y * s), np.abs(y * c - x * s)
    weights = np.clip(length / 2 + 0.5 - along, 0, 1) * np.clip(1 - across, 0, 1)
    return np.asarray(weights / weights.sum(), np.float32)


class Spectrum:
    """A region in the frequency domain, to divide blurs out of it (Wiener's filter)."""

    def __init__(self, crop: Frame) -> None:
        height, width = crop.shape
        self._shape = (height, width)
        self._margin = margin = 20
        self._size = (
            cv2.getOptimalDFTSize(height + 2 * margin),
            cv2.getOptimalDFTSize(width + 2 * margin),
        )
        below, right = self._size[0] - height - margin, self._size[1] - width - margin
        padded = cv2.copyMakeBorder(crop, margin, below, margin, right, cv2.BORDER_REFLECT_101)
        self._light = float(padded.mean())
        self._spectrum = cv2.dft(
            padded.astype(np.float32) - self._light, flags=cv2.DFT_COMPLEX_OUTPUT
        )

    def without(self, kernel: Kernel) -> Frame:
        """Return the region as it was before ``kernel`` blurred it, as far as noise allows."""
        blur = np.zeros(self._size, np.float32)
        side = kernel.shape[0]
        blur[:side, : kernel.shape[1]] = kernel
        blur = np.roll(blur, (-(side // 2), -(kernel.shape[1] // 2)), (0, 1))
        # The kernels are even about their middle, so their transform is real.
        transfer = cv2.dft(blur, flags=cv2.DFT_COMPLEX_OUTPUT)[:, :, 0]
        gain = transfer / (transfer * transfer + NOISE_SHARE)
        plane = cv2.idft(
            self._spectrum * gain[:, :, None], flags=cv2.DFT_REAL_OUTPUT | cv2.DFT_SCALE
        )
        margin, (height, width) = self._margin, self._shape
        inside = plane[margin : margin + height, margin : margin + width] + self._light
        return np.asarray(np.clip(inside, 0, 255), np.uint8)

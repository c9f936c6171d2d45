"""Turn whatever is given as a frame into grey pixels of a bounded size, or into nothing."""

from typing import Any

import cv2
import numpy as np

from edge.ports import Frame

LEAST_SIDE = 16
LONGEST_SIDE = 16_384

# The kiosk has two or four small cores and other work; frames are small.
cv2.setNumThreads(1)


def grey(frame: Any, most_pixels: int) -> tuple[Frame, float] | None:  # noqa: ANN401 - any image
    """Return ``frame`` as contiguous uint8 of at most ``most_pixels``, and its scale to ``frame``.

    Colour is taken as blue, green, red (and alpha, laid on white); numbers beyond 8 bits are
    brought into range. None when there is no image in it.
    """
    if not isinstance(frame, np.ndarray) or frame.size == 0 or frame.dtype.kind not in "buif":
        return None
    plane = _plane(frame)
    if plane is None or min(plane.shape) < LEAST_SIDE or max(plane.shape) > LONGEST_SIDE * 4:
        return None
    plane = np.ascontiguousarray(plane if plane.dtype == np.uint8 else _eight_bits(plane))
    return bounded(plane, most_pixels)


def bounded(plane: Frame, most_pixels: int) -> tuple[Frame, float]:
    """Return ``plane`` shrunk to at most ``most_pixels``, and the factor back to its own pixels."""
    factor = max((plane.size / most_pixels) ** 0.5, max(plane.shape) / LONGEST_SIDE)
    if factor <= 1:
        return plane, 1.0
    size = (max(1, int(plane.shape[1] / factor)), max(1, int(plane.shape[0] / factor)))
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA), factor


def shrunk(plane: Frame, size: tuple[int, int]) -> Frame:
    """Return ``plane`` shrunk to ``size`` (width, height), each pixel the mean of what it covers.

    By halves as far as they go: OpenCV has a fast way for those, and none for a factor such as 7.2.
    """
    width, height = plane.shape[1] // 2, plane.shape[0] // 2
    while width >= size[0] and height >= size[1]:
        even = plane[: 2 * height, : 2 * width]
        plane = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
        width, height = width // 2, height // 2
    small: Frame = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return small


def _plane(frame: Any) -> Any:  # noqa: ANN401 - any image
    if frame.ndim == 3 and frame.shape[2] == 1:
        frame = frame[:, :, 0]
    if frame.ndim == 2:
        return frame
    if frame.ndim != 3 or frame.shape[2] not in (3, 4):
        return None
    channels = _eight_bits(frame) if frame.dtype != np.uint8 else frame
    plane = cv2.cvtColor(np.ascontiguousarray(channels[:, :, :3]), cv2.COLOR_BGR2GRAY)
    if channels.shape[2] == 3:
        return plane
    alpha = channels[:, :, 3].astype(np.float32) / 255
    return (plane * alpha + 255 * (1 - alpha)).astype(np.uint8)


def _eight_bits(plane: Any) -> Any:  # noqa: ANN401 - any image
    if plane.dtype == np.uint8:
        return plane
    if plane.dtype == np.uint16:
        return (plane >> 8).astype(np.uint8)
    values = np.nan_to_num(plane.astype(np.float32), nan=0.0, posinf=255.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 255 or high <= 1:
        values = (values - low) * (255 / max(high - low, 1e-9))
    return values.astype(np.uint8)

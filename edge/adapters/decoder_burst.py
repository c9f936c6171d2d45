"""Use time: a card is held up for a second, so read from several frames what one cannot give.

Places that looked like a code and could not be read are kept, for the last few frames, in memory
only. They are laid over one another and combined: the mean takes noise away, a low percentile
takes a wandering reflection away.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from edge.adapters import decoder_restore as restore
from edge.adapters.decoder_regions import Region
from edge.adapters.decoder_zxing import (
    EDGE_SHARE,
    MARGIN,
    Attempt,
    ZxingDecoder,
    placed,
    scaled,
    turned_treatments,
)
from edge.adapters.levels import levels, levels_of_layers
from edge.ports import Code, Frame

KEPT = 8
Homography = npt.NDArray[np.floating[Any]]

SIDE = 400
"""Kept places are brought to this side: 4 to 7 pixels a module of a card's code."""
PYRAMID = ((50, 60), (100, 40), (200, 25))
"""Sides at which two places are laid over one another, and rounds at each."""
LEAST_LIKENESS = 0.45
NOISY = 0.28
"""Noise, as a share of the contrast, that hides an edge of the code from a look for texture."""
NOISY_MARGIN = 0.35


@dataclass(frozen=True, slots=True)
class Kept:
    """A place in an earlier frame: how sharp it is, and how large where noise drowns the code."""

    crop: Frame
    sharpness: float
    side: int

    @property
    def worth(self) -> tuple[bool, float]:
        """Return what makes the place one to lay others on.

        Noise looks like sharpness, and what is found in it is often but a part of the code: there
        the largest is best.
        """
        return self.side == 0, float(self.side) or self.sharpness


class BurstDecoder:
    """Reads frames one by one, and several together where none can be read alone.

    Args:
        single: Reads single frames, decides what is wanted.
        budget_seconds: No step over several frames is begun after it.
    """

    def __init__(self, single: ZxingDecoder, *, budget_seconds: float = 0.15) -> None:
        self._single = single
        self._budget_seconds = budget_seconds
        self._kept: deque[Kept] = deque(maxlen=KEPT)

    def decode(self, frame: Frame) -> list[Code]:
        attempt = self._single.attempt(frame)
        if attempt.codes or not attempt.unread:
            return attempt.codes
        region = attempt.unread[0]
        noisy = not region.corners and noise(region.crop(attempt.plane)) > NOISY
        box = region.grown(NOISY_MARGIN if noisy else MARGIN, attempt.plane.shape)
        self._keep(box.crop(attempt.plane), region.side if noisy else 0)
        codes = self._combined(region, time.perf_counter() + self._budget_seconds)
        return [scaled(code, attempt.scale) for code in codes]

    def forget(self) -> None:
        self._kept.clear()
        self._single.forget()

    def attempt(self, frame: Frame) -> Attempt:
        """Return what the single frame gave."""
        return self._single.attempt(frame)

    def _keep(self, crop: Frame, side: int) -> None:
        way = cv2.INTER_CUBIC if max(crop.shape) < SIDE else cv2.INTER_AREA
        square = cv2.resize(crop, (SIDE, SIDE), interpolation=way)
        sharpness = float(cv2.Laplacian(cv2.GaussianBlur(square, (0, 0), 1.5), cv2.CV_32F).var())
        self._kept.append(Kept(square, sharpness, side))

    def _combined(self, region: Region, until: float) -> list[Code]:
        if len(self._kept) < 2:
            return []
        best = max(self._kept, key=lambda kept: kept.worth)
        layers = [best.crop]
        for kept in self._kept:
            if kept is not best:
                laid = laid_over(kept.crop, best.crop)
                layers += [] if laid is None else [laid]
        if len(layers) < 2:
            return []
        for picture in pictures(np.stack(layers), noisy=best.side > 0):
            codes = self._single.read(picture).codes
            if codes:
                return [placed(code, region) for code in codes]
            if time.perf_counter() > until:
                break
        return []


def laid_over(crop: Frame, onto: Frame) -> Frame | None:
    """Return ``crop`` warped so that its code lies on that of ``onto``; None where it will not."""
    matrix: Homography = np.eye(3)
    likeness = 0.0
    try:
        for side, rounds in PYRAMID:
            matrix, likeness = _aligned(crop, onto, matrix, side, rounds)
    except cv2.error:  # it does not converge: another thing is in the picture
        return None
    if likeness < LEAST_LIKENESS:
        return None
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    laid: Frame = cv2.warpPerspective(
        crop, matrix, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return laid


def _aligned(
    crop: Frame, onto: Frame, start: Homography, side: int, rounds: int
) -> tuple[Homography, float]:
    """Return ``start`` improved on pictures of ``side`` pixels, and how alike they then are."""
    zoom = np.diag((side / SIDE, side / SIDE, 1.0))
    target, source = (
        cv2.resize(a, (side, side), interpolation=cv2.INTER_AREA) for a in (onto, crop)
    )
    given = zoom @ start @ np.linalg.inv(zoom)
    given = (given / given[2, 2]).astype(np.float32)
    likeness, found = cv2.findTransformECC(
        target,
        source,
        given,
        cv2.MOTION_HOMOGRAPHY,
        (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, rounds, 1e-4),
        None,
        5,
    )
    return np.linalg.inv(zoom) @ found @ zoom, float(likeness)


def pictures(layers: Frame, *, noisy: bool) -> Iterator[Frame]:
    """Yield ways to see ``layers`` (count, height, width) as one picture, the likeliest first."""
    light = layers.mean(axis=0)
    mean = stretched(light) if noisy else light.astype(np.uint8)
    if noisy:
        yield cv2.GaussianBlur(cv2.resize(mean, None, fx=2, fy=2), (0, 0), 0.8)
    yield mean
    yield restore.flattened(mean)
    if len(layers) >= 3:
        for level in levels_of_layers(layers, 25, 50):
            yield level.astype(np.uint8)
    close = _closer(mean) if noisy else mean
    yield from restore.sharpened(close, EDGE_SHARE)
    yield from turned_treatments(close)


def _closer(mean: Frame) -> Frame:
    """Return what ``mean`` shows with the margin that a place without noise has."""
    edge = round(SIDE * (NOISY_MARGIN - MARGIN) / (1 + 2 * NOISY_MARGIN))
    inside = mean[edge:-edge, edge:-edge]
    closer: Frame = cv2.resize(inside, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return closer


def noise(crop: Frame) -> float:
    """Return how much neighbouring pixels of ``crop`` differ, as a share of its contrast."""
    smooth = cv2.GaussianBlur(crop, (0, 0), 1.2)
    dark, light = levels(smooth, 10, 90)
    return float(cv2.absdiff(crop, smooth).mean()) / max(light - dark, 1.0)


def stretched(mean: npt.NDArray[np.floating[Any]]) -> Frame:
    """Return ``mean`` from black to white: in the dark few levels are left to tell modules by."""
    dark, light = levels(mean, 1, 99)
    whole = (mean - dark) * (255 / max(light - dark, 1.0))
    return np.asarray(np.clip(whole, 0, 255), np.uint8)


def kiosk_decoder(accept: Callable[[bytes], bool] | None = None) -> BurstDecoder:
    """Return the decoder for a live camera: little time a frame, many frames."""
    return BurstDecoder(ZxingDecoder(accept))


def thorough_decoder() -> BurstDecoder:
    """Return the decoder for photographs: all codes, whatever they say, and time to find them."""
    single = ZxingDecoder(budget_seconds=2.5, most_pixels=12_000_000, thorough=True)
    return BurstDecoder(single, budget_seconds=2.0)

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
from edge.ports import Code, Frame

KEPT = 8
Homography = npt.NDArray[np.floating[Any]]

SIDE = 400
"""Kept places are brought to this side: 4 to 7 pixels a module of a card's code."""
PYRAMID = ((50, 60), (100, 40), (200, 25))
"""Sides at which two places are laid over one another, and rounds at each."""
LEAST_LIKENESS = 0.45


@dataclass(frozen=True, slots=True)
class Kept:
    """A place in an earlier frame, and how sharp it is."""

    crop: Frame
    sharpness: float


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
        box = region.grown(MARGIN, attempt.plane.shape)
        self._keep(box.crop(attempt.plane))
        codes = self._combined(region, time.perf_counter() + self._budget_seconds)
        return [scaled(code, attempt.scale) for code in codes]

    def forget(self) -> None:
        self._kept.clear()
        self._single.forget()

    def attempt(self, frame: Frame) -> Attempt:
        """Return what the single frame gave."""
        return self._single.attempt(frame)

    def _keep(self, crop: Frame) -> None:
        way = cv2.INTER_CUBIC if max(crop.shape) < SIDE else cv2.INTER_AREA
        square = cv2.resize(crop, (SIDE, SIDE), interpolation=way)
        sharpness = float(cv2.Laplacian(cv2.GaussianBlur(square, (0, 0), 1.5), cv2.CV_32F).var())
        self._kept.append(Kept(square, sharpness))

    def _combined(self, region: Region, until: float) -> list[Code]:
        if len(self._kept) < 2:
            return []
        best = max(self._kept, key=lambda kept: kept.sharpness)
        layers = [best.crop]
        for kept in self._kept:
            if kept is not best:
                laid = laid_over(kept.crop, best.crop)
                layers += [] if laid is None else [laid]
        if len(layers) < 2:
            return []
        for picture in pictures(np.stack(layers)):
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


def pictures(layers: Frame) -> Iterator[Frame]:
    """Yield ways to see ``layers`` (count, height, width) as one picture, the likeliest first."""
    mean = layers.mean(axis=0).astype(np.uint8)
    yield mean
    yield restore.flattened(mean)
    if len(layers) >= 3:
        yield np.percentile(layers, 25, axis=0).astype(np.uint8)
        yield np.median(layers, axis=0).astype(np.uint8)
    yield from restore.sharpened(mean, EDGE_SHARE)
    yield from turned_treatments(mean)


def kiosk_decoder(accept: Callable[[bytes], bool] | None = None) -> BurstDecoder:
    """Return the decoder for a live camera: little time a frame, many frames."""
    return BurstDecoder(ZxingDecoder(accept))


def thorough_decoder() -> BurstDecoder:
    """Return the decoder for photographs: all codes, whatever they say, and time to find them."""
    single = ZxingDecoder(budget_seconds=2.5, most_pixels=12_000_000, thorough=True)
    return BurstDecoder(single, budget_seconds=2.0)

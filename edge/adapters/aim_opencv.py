"""Measure in two or three milliseconds how a card is held, on a small copy of the frame.

What is present is told from the empty room by a slow mean of earlier frames; a code by its edges in
every direction; a card without one by its outline. Where the mean has an outline and the frame has
none, something was taken away: that is the room, and is learned quickly.
"""

import cv2
import numpy as np
import numpy.typing as npt

from edge.adapters.decoder_frames import shrunk
from edge.adapters.decoder_regions import Region, textured
from edge.adapters.levels import levels, median
from edge.domain.aim import Look
from edge.ports import Frame

WIDTH = 160
DIFFERS = 22
"""Grey levels between the room and something before it; above the sensor's noise, below a card."""
PRESENT = 0.012
ROOM_SHARE = 0.01
"""What one frame adds to the mean of the room: a card is room after minutes, a lamp soon enough."""
ROOM_FRAMES = 3
GONE_SHARE = 0.3
"""What one frame adds where something was taken away that the mean still holds."""
GONE_EDGE = 0.6
"""Below this share of the mean's edges, the outline that differs is the mean's and not the frame's."""
BLOWN_OUT = 250
EDGE = 36.0
"""Share of its own contrast, in percent, by which a crisp edge rises within one pixel."""
OUTLINE_WIDTH = 320
CARD_RATIO = (1.2, 2.1)
LEAST_CARD_SHARE = 0.015

Plane = npt.NDArray[np.float32]
Outline = npt.NDArray[np.int32]


class OpencvAimer:
    """Measures frames one after another; keeps two small copies, in memory, and no other."""

    def __init__(self) -> None:
        self._room: Plane | None = None
        self._before: Frame | None = None
        self._seen = 0

    def measure(self, frame: Frame, at_ms: int) -> Look:
        if frame.ndim != 2 or min(frame.shape) < 32:
            return Look(at_ms)
        height = max(8, round(WIDTH * frame.shape[0] / frame.shape[1]))
        small = shrunk(frame, (WIDTH, height))
        present = self._present(small)
        before, self._before = self._before, small
        share = float(present.mean())
        if share < PRESENT:
            return Look(at_ms, presence=share, light=float(small.mean()) / 255)
        mask = present.astype(bool)
        return self._look(frame, small, before, mask, at_ms)

    def forget(self) -> None:
        self._before = None

    def _present(self, small: Frame) -> npt.NDArray[np.uint8]:
        """Return 1 where something stands before the room, and learn the room a little more."""
        plane = small.astype(np.float32)
        if self._room is None or self._room.shape != plane.shape:
            self._room, self._seen = plane, 0
        # The first frames are the exposure finding itself.
        self._seen += 1
        share = 0.5 if self._seen <= ROOM_FRAMES else ROOM_SHARE
        difference = plane - self._room
        # A lamp that is switched on changes everything by the same; a card does not.
        difference -= median(difference[::4, ::4])
        cv2.accumulateWeighted(plane, self._room, share)
        changed = (np.abs(difference) > DIFFERS).astype(np.uint8)
        opened = cv2.morphologyEx(changed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        gone = _taken_away(opened, plane, self._room)
        self._room[gone] += GONE_SHARE * (plane - self._room)[gone]
        opened[gone] = 0
        return np.asarray(opened, np.uint8)

    def _look(
        self,
        frame: Frame,
        small: Frame,
        before: Frame | None,
        mask: npt.NDArray[np.bool_],
        at_ms: int,
    ) -> Look:
        share = float(mask.mean())
        places = textured(frame, 1)
        if not places:
            light, glare = _light(small[mask])
            return Look(
                at_ms,
                presence=share,
                light=light,
                glare=glare,
                motion=_motion(small, before, mask),
                card_share=_card_share(frame, mask),
            )
        place = places[0]
        part = place.crop(frame)
        light, glare = _light(part)
        inside = _shrunk(place, small.shape[1] / frame.shape[1], mask.shape)
        return Look(
            at_ms,
            presence=share,
            light=light,
            glare=glare,
            motion=_motion(small, before, inside),
            code_side=place.side / min(frame.shape),
            code_cut=_cut(place, frame.shape),
            sharpness=crispness(part),
        )


def _taken_away(changed: npt.NDArray[np.uint8], now: Plane, room: Plane) -> npt.NDArray[np.bool_]:
    """Return where what differs is something that the mean still holds and the frame does not."""
    gone = np.zeros(changed.shape, np.bool_)
    count, parts = cv2.connectedComponents(changed)
    if count == 1 or changed.all():
        return gone
    edges_now, edges_room = _edges(now), _edges(room)
    # Where nothing changed, edges tell how much weaker all of them are in a darker room.
    empty = changed == 0
    dimmed = min(1.0, float(edges_now[empty].mean()) / max(1.0, float(edges_room[empty].mean())))
    for number in range(1, count):
        part = (parts == number).astype(np.uint8)
        rim = cv2.morphologyEx(part, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
        if edges_now[rim].mean() < GONE_EDGE * dimmed * edges_room[rim].mean():
            gone |= part > 0
    return gone


def _edges(plane: Plane) -> Plane:
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0)
    return np.asarray(cv2.magnitude(across, cv2.Sobel(plane, cv2.CV_32F, 0, 1)), np.float32)


def _light(pixels: npt.NDArray[np.uint8]) -> tuple[float, float]:
    return float(pixels.mean()) / 255, float((pixels >= BLOWN_OUT).mean())


def _motion(small: Frame, before: Frame | None, mask: npt.NDArray[np.bool_]) -> float:
    """Return how much the masked part changed, as a share of its own contrast."""
    if before is None or before.shape != small.shape:
        return 0.0
    now = small[mask].astype(np.float32)
    change = float(np.abs(now - before[mask]).mean())
    return change / (float(now.std()) + 12)


def crispness(part: Frame) -> float:
    """Return how steep the steepest edges of ``part`` are, as a share of crisp ones."""
    step = max(1, max(part.shape) // 400)
    plane = part[::step, ::step].astype(np.float32) if step > 1 else part.astype(np.float32)
    low, high = levels(part[::4, ::4], 5, 95)
    contrast = max(high - low, 12.0)
    slopes = np.abs(np.diff(plane, axis=1))
    return levels(slopes, 96)[0] / contrast * 100 / EDGE


def _cut(place: Region, shape: tuple[int, ...]) -> bool:
    margin = max(shape) // 100
    return (
        place.left <= margin
        or place.top <= margin
        or place.right >= shape[1] - margin
        or place.bottom >= shape[0] - margin
    )


def _shrunk(place: Region, factor: float, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(shape, np.bool_)
    top, bottom = int(place.top * factor), int(place.bottom * factor) + 1
    mask[top:bottom, int(place.left * factor) : int(place.right * factor) + 1] = True
    return mask


def _card_share(frame: Frame, mask: npt.NDArray[np.bool_]) -> float | None:
    """Return the share of the picture inside what has a card's outline, or None."""
    size = (OUTLINE_WIDTH, round(OUTLINE_WIDTH * frame.shape[0] / frame.shape[1]))
    small = shrunk(frame, size)
    # With a hand at it, or before a window, a card's own edges may show it where the mask does not.
    edges = cv2.dilate(cv2.Canny(small, 40, 110), np.ones((3, 3), np.uint8))
    whole = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    shares = [
        float(cv2.contourArea(cv2.convexHull(outline))) / plane.size
        for plane in (whole, edges)
        for outline in _outlines(plane)
        if _is_card(outline)
    ]
    # What is larger than all that is new here stood in the room before.
    _, _, width, height = cv2.boundingRect(whole)
    most = 1.3 * width * height / mask.size
    return max((share for share in shares if LEAST_CARD_SHARE < share < most), default=None)


def _outlines(mask: npt.NDArray[np.uint8]) -> list[Outline]:
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    least = LEAST_CARD_SHARE * mask.size / 2
    return [outline for outline in outlines if cv2.contourArea(outline) > least]


def _is_card(outline: Outline) -> bool:
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)  # noqa: FBT003 - OpenCV's
    (_, (width, height), _) = cv2.minAreaRect(hull)
    if len(corners) not in {4, 5} or min(width, height) < 1:
        return False
    ratio = max(width, height) / min(width, height)
    filled = cv2.contourArea(hull) / (width * height)
    return bool(CARD_RATIO[0] <= ratio <= CARD_RATIO[1] and filled > 0.85)

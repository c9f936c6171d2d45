"""The decoder pipeline: zxing-cpp first, dearer steps only where something looks like a code.

The steps, by cost: the frame as it is; regions that zxing located and could not read, treated;
regions that merely look like a code, treated; zbar on them; rarely, or when told to be thorough,
the whole frame thresholded, enlarged, and read by zbar. The first step that reads a wanted code
ends it, and so does the time budget.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

import cv2
import numpy as np
import zxingcpp

from edge.adapters import decoder_bends as bends
from edge.adapters import decoder_finders as finders
from edge.adapters import decoder_regions as regions
from edge.adapters import decoder_restore as restore
from edge.adapters import decoder_zbar as zbar
from edge.adapters.decoder_fragments import is_fragment
from edge.adapters.decoder_frames import grey
from edge.adapters.decoder_regions import Region
from edge.ports import Code, Frame

QR_CODE = "QRCode"
FORMATS = {
    # Plain "QRCode" also means Micro QR and rMQR, which gave false reads on thresholded frames.
    QR_CODE: zxingcpp.BarcodeFormat.QRCodeModel2,
    "Aztec": zxingcpp.BarcodeFormat.Aztec,
    "DataMatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "PDF417": zxingcpp.BarcodeFormat.PDF417,
    "Code128": zxingcpp.BarcodeFormat.Code128,
    "EAN13": zxingcpp.BarcodeFormat.EAN13,
}
MARGIN = 0.15
EDGE_SHARE = MARGIN / (1 + 2 * MARGIN)
"""What of a region grown by the margin is margin, on each side."""
MOST_PLACES = 3
SMALL = 350_000
"""Pixels up to which reading a whole frame in every way costs little."""


@dataclass(slots=True)
class Attempt:
    """What one frame gave: codes read, and places that look like a code nobody could read."""

    plane: Frame
    scale: float
    codes: list[Code] = field(default_factory=list)
    unread: list[Region] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine found: wanted codes, boxes located but not read, and of what nobody wants."""

    codes: list[Code]
    unread: list[Region]
    dismissed: list[Region]


class ZxingDecoder:
    """Reads single frames; keeps nothing but a count of them.

    Args:
        accept: Says whether a payload is wanted; others are passed over. None wants all.
        budget_seconds: No dear step is begun after it.
        symbologies: Names out of ``FORMATS``.
        most_pixels: Larger frames are shrunk to it.
        thorough: Read the whole frame in every way where anything in it looks like a code, or it
            is small. Otherwise that is done on every ``RARELY``th frame only, whatever is in it.
    """

    RARELY = 16

    def __init__(
        self,
        accept: Callable[[bytes], bool] | None = None,
        *,
        budget_seconds: float = 0.18,
        symbologies: tuple[str, ...] = (QR_CODE,),
        most_pixels: int = 4_000_000,
        thorough: bool = False,
    ) -> None:
        self._accept = accept
        self._budget_seconds = budget_seconds
        self._most_pixels = most_pixels
        self._thorough = thorough
        self._turn = 0
        # The engine answers "QRCode" to what was asked for as model 2.
        self._names = {FORMATS[name]: name for name in symbologies}
        self._names[zxingcpp.BarcodeFormat.QRCode] = QR_CODE
        self._formats = [FORMATS[name] for name in symbologies]

    def decode(self, frame: Frame) -> list[Code]:
        return self.attempt(frame).codes

    def forget(self) -> None:
        """Nothing is kept that says anything of anybody."""

    def attempt(self, frame: Frame) -> Attempt:
        """Return what ``frame`` gave, places left unread included (in pixels of ``plane``)."""
        prepared = grey(frame, self._most_pixels)
        if prepared is None:
            return Attempt(np.zeros((0, 0), np.uint8), 1.0)
        attempt = Attempt(*prepared)
        until = time.perf_counter() + self._budget_seconds
        self._turn += 1
        found, places = self._first_look(attempt.plane)
        attempt.codes, attempt.unread = found.codes, found.unread
        self._retry(attempt, found.unread, until)
        if not attempt.codes:
            self._look_closer(attempt, found.dismissed, places, until)
        attempt.codes = [scaled(code, attempt.scale) for code in attempt.codes]
        return attempt

    def _retry(self, attempt: Attempt, places: list[Region], until: float) -> None:
        for place in places[:MOST_PLACES]:
            if clear_of([place], [regions.around(code.corners) for code in attempt.codes]):
                attempt.codes += self.retried(attempt.plane, place, until)

    @property
    def _rare(self) -> bool:
        return self._turn % self.RARELY == 0

    def _first_look(self, plane: Frame) -> tuple[Found, list[Region] | None]:
        """Return what the engine finds, and the places that look like a code where they were sought.

        Half the engine's time goes into codes of white on black and into a smaller picture. A
        frame that gives a wanted code without is done, and an empty room is spared it.
        """
        if self._thorough:
            return self.read(plane), None
        found = self.read(plane, quick=True)
        if found.codes:
            return found, None
        if plane.size <= SMALL or self._rare or found.unread or found.dismissed:
            return self.read(plane), None
        places = self._places(plane)
        return (self.read(plane) if places else found), places

    def _places(self, plane: Frame) -> list[Region]:
        places = regions.textured(plane, 2, regions.CLEAR)
        if self._rare and not places:
            places = regions.textured(plane, 2, regions.FAINT)
        return places

    def _look_closer(
        self,
        attempt: Attempt,
        dismissed: list[Region],
        places: list[Region] | None,
        until: float,
    ) -> None:
        """Read places that no engine located, then, where that may be worth it, the whole frame."""
        plane, rare = attempt.plane, self._rare
        places = self._places(plane) if places is None else places
        places = clear_of(places, dismissed + attempt.unread)
        attempt.unread = attempt.unread + places
        self._retry(attempt, places, until)
        worth_it = self._thorough and (attempt.unread or plane.size <= SMALL)
        if (worth_it or rare) and not attempt.codes and not dismissed:
            attempt.codes = self._whole(plane, until)

    def read(self, plane: Frame, *, fixed: bool = False, quick: bool = False) -> Found:
        """Return what the engine finds in ``plane`` as it is.

        Args:
            fixed: Take one threshold for the whole of it.
            quick: Black on white only, and at its own size.
        """
        binarizer = zxingcpp.Binarizer.FixedThreshold if fixed else zxingcpp.Binarizer.LocalAverage
        results = zxingcpp.read_barcodes(
            plane,
            formats=self._formats,  # type: ignore[arg-type]  # a list is taken, the stub says else
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=binarizer,
            try_invert=not quick,
            try_downscale=not quick,
            return_errors=True,
        )
        found = Found([], [], [])
        for result in results:
            corners = _corners(result.position)
            if not result.valid:
                found.unread.append(regions.around(corners))
            elif self._wanted(result.bytes) and not is_fragment(result):
                found.codes.append(Code(result.bytes, self._names[result.format], corners))
            else:
                found.dismissed.append(regions.around(corners))
        read = [regions.around(code.corners) for code in found.codes]
        return Found(found.codes, clear_of(found.unread, read + found.dismissed), found.dismissed)

    def retried(self, plane: Frame, region: Region, until: float) -> list[Code]:
        """Return the codes that some treatment of ``region`` lets an engine read."""
        box = region.grown(MARGIN, plane.shape)
        crop = box.crop(plane)
        if min(crop.shape) < 16:
            return []
        work = restore.worked(crop)
        for picture, fixed in treatments(crop, work):
            codes = self.read(picture, fixed=fixed).codes
            if codes:
                factor = crop.shape[1] / picture.shape[1]
                return [moved(code, factor, box.left, box.top) for code in codes]
            if time.perf_counter() > until:
                return []
        # Where an engine locates nothing, no bend is what hides it.
        bent = bends.flattened_out(work) if region.corners else ()
        for picture in chain(turned_treatments(work), bent):
            codes = self.read(picture).codes
            if codes:
                return [placed(code, region) for code in codes]
            if time.perf_counter() > until:
                return []
        return [moved(code, 1.0, box.left, box.top) for code in self._by_zbar(crop)]

    def _whole(self, plane: Frame, until: float) -> list[Code]:
        steps: list[Callable[[], list[Code]]] = [
            lambda: self.read(plane, fixed=True).codes,
            partial(self._enlarged, plane),
        ]
        if self._thorough:
            steps.append(lambda: self.read(restore.bleached(plane), fixed=True).codes)
            steps.append(partial(self._by_zbar, plane))
        for step in steps:
            if time.perf_counter() > until:
                break
            codes = step()
            if codes:
                return codes
        return []

    def _enlarged(self, plane: Frame) -> list[Code]:
        if plane.size > 3_000_000:
            return []
        double = cv2.resize(plane, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
        return [moved(code, 0.5, 0, 0) for code in self.read(double).codes]

    def _by_zbar(self, plane: Frame) -> list[Code]:
        if QR_CODE not in self._names.values():
            return []
        return [code for code in zbar.read(plane) if self._wanted(code.payload)]

    def _wanted(self, payload: bytes) -> bool:
        return bool(payload) and (self._accept is None or self._accept(payload))


def treatments(crop: Frame, work: Frame) -> Iterator[tuple[Frame, bool]]:
    """Yield ways to see ``crop`` (``work`` at working size), and whether to threshold it as one."""
    for picture in restore.relit(crop, work):
        yield picture, False
    yield work, True
    for picture in restore.healed(work):
        yield picture, False
    for picture in restore.sharpened(work, EDGE_SHARE):
        yield picture, False


def turned_treatments(work: Frame) -> Iterator[Frame]:
    """Yield ``work`` turned upright with its finder patterns drawn anew."""
    for picture in finders.repainted(work, EDGE_SHARE):
        yield picture
        yield from restore.healed(picture)


def clear_of(places: list[Region], taken: list[Region]) -> list[Region]:
    """Return those of ``places`` where none of ``taken`` lies."""
    return [place for place in places if not any(place.overlaps(other) for other in taken)]


def scaled(code: Code, scale: float) -> Code:
    """Return ``code`` with its corners in pixels of the frame as it was given."""
    return code if scale == 1.0 else moved(code, scale, 0, 0)


def placed(code: Code, region: Region) -> Code:
    """Return ``code`` with the corners of ``region``: read where its own say little."""
    left, top, right, bottom = region.left, region.top, region.right, region.bottom
    box = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Code(code.payload, code.symbology, region.corners or box)


def moved(code: Code, factor: float, left: int, top: int) -> Code:
    """Return ``code`` read in a part of a frame with its corners in pixels of the whole."""
    corners = tuple((int(x * factor) + left, int(y * factor) + top) for x, y in code.corners)
    return Code(code.payload, code.symbology, corners)


def _corners(position: zxingcpp.Position) -> tuple[tuple[int, int], ...]:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((point.x, point.y) for point in points)

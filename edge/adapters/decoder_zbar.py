"""The second engine: zbar in binary mode, so that it does not guess at the text's encoding.

pyzbar has no switch for it, so the same libzbar that pyzbar loaded is set up here, and the bytes
come out as they stand in the code.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_char_p, c_void_p, cast, string_at

from pyzbar import wrapper as zbar

from edge.adapters.decoder_frames import grey
from edge.ports import Code, Frame

QR_CODE = 64
CFG_BINARY = 4
"""ZBAR_CFG_BINARY of zbar.h (since 0.23); pyzbar's own enumeration ends before it."""
GREY_800 = 808466521


class ZbarDecoder:
    """Reads QR codes one frame at a time."""

    def __init__(self, most_pixels: int = 3_000_000) -> None:
        self._most_pixels = most_pixels

    def decode(self, frame: Frame) -> list[Code]:
        prepared = grey(frame, self._most_pixels)
        if prepared is None:
            return []
        plane, scale = prepared
        return [_scaled(code, scale) for code in read(plane)]

    def forget(self) -> None:
        """Nothing is kept."""


def read(plane: Frame) -> list[Code]:
    """Return the QR codes in contiguous grey pixels."""
    height, width = plane.shape
    pixels = plane.tobytes()
    with _scanner() as scanner, _image(pixels, width, height) as image:
        if zbar.zbar_scan_image(scanner, image) <= 0:
            return []
        return list(_codes(image))


def _codes(image: object) -> Iterator[Code]:
    symbol = zbar.zbar_image_first_symbol(image)
    while symbol:
        if int(symbol.contents.type) == QR_CODE:
            length = zbar.zbar_symbol_get_data_length(symbol)
            payload = string_at(zbar.zbar_symbol_get_data(symbol), length)
            if payload:
                yield Code(payload, "QRCode", _corners(symbol))
        symbol = zbar.zbar_symbol_next(symbol)


def _corners(symbol: object) -> tuple[tuple[int, int], ...]:
    points = [
        (zbar.zbar_symbol_get_loc_x(symbol, i), zbar.zbar_symbol_get_loc_y(symbol, i))
        for i in range(zbar.zbar_symbol_get_loc_size(symbol))
    ]
    if len(points) != 4:
        return ()
    # zbar goes round the other way: top left, bottom left, bottom right, top right.
    return (points[0], points[3], points[2], points[1])


def _scaled(code: Code, scale: float) -> Code:
    corners = tuple((int(x * scale), int(y * scale)) for x, y in code.corners)
    return Code(code.payload, code.symbology, corners)


@contextmanager
def _scanner() -> Iterator[object]:
    scanner = zbar.zbar_image_scanner_create()
    if not scanner:
        raise MemoryError("zbar gave no scanner")
    try:
        zbar.zbar_image_scanner_set_config(scanner, 0, zbar.ZBarConfig.CFG_ENABLE, 0)
        zbar.zbar_image_scanner_set_config(scanner, QR_CODE, zbar.ZBarConfig.CFG_ENABLE, 1)
        zbar.zbar_image_scanner_set_config(scanner, QR_CODE, CFG_BINARY, 1)
        yield scanner
    finally:
        zbar.zbar_image_scanner_destroy(scanner)


@contextmanager
def _image(pixels: bytes, width: int, height: int) -> Iterator[object]:
    image = zbar.zbar_image_create()
    if not image:
        raise MemoryError("zbar gave no image")
    try:
        zbar.zbar_image_set_format(image, GREY_800)
        zbar.zbar_image_set_size(image, width, height)
        zbar.zbar_image_set_data(image, cast(c_char_p(pixels), c_void_p), len(pixels), None)
        yield image
    finally:
        zbar.zbar_image_destroy(image)

"""Reads a drawn slip back from the very bytes that would go to the printer."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import zxingcpp

from edge.adapters.slip_raster import HEAD, commands
from edge.ports import SlipUnreadable

_MARGIN: Final = 16
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)


def check_code(data: bytes, text: str) -> None:
    """Return when the one code in ``data`` says ``text``, letter by letter.

    Raises:
        SlipUnreadable: It says something else, or nothing.
    """
    said = [code for picture in pictures(data) for code in codes_in(picture)]
    if said != [text.encode()]:
        raise SlipUnreadable("the drawn code does not say what it must")


def pictures(data: bytes) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield the rasters in ``data``, black 0 and white 255; those that touch are one picture."""
    width, rows = 0, b""
    for command in commands(data):
        if command.startswith(b"\x1dv"):
            own = command[4] + command[5] * 256
            if own != width and rows:
                yield _picture(rows, width)
                rows = b""
            width, rows = own, rows + command[HEAD:]
        elif rows:
            yield _picture(rows, width)
            rows = b""
    if rows:
        yield _picture(rows, width)


def _picture(rows: bytes, width_bytes: int) -> npt.NDArray[np.uint8]:
    ink = np.unpackbits(np.frombuffer(rows, np.uint8).reshape(-1, width_bytes), axis=1)
    grey = np.where(ink, 0, 255).astype(np.uint8)
    # Paper is white beside the print as well.
    return np.pad(grey, _MARGIN, constant_values=255)


def codes_in(picture: npt.NDArray[np.uint8]) -> list[bytes]:
    """Return what the codes in a drawn picture say."""
    found = zxingcpp.read_barcodes(
        picture,
        formats=_QR,
        binarizer=zxingcpp.Binarizer.BoolCast,
        try_rotate=False,
        try_invert=False,
        try_downscale=False,
    )
    return [bytes(code.bytes) for code in found]

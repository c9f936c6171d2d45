"""A QR for a page, as one path of square modules."""

from dataclasses import dataclass
from typing import Any, Final

QUIET_MODULES: Final = 4


@dataclass(frozen=True, slots=True)
class Drawing:
    """A path in a square of ``side`` units, one for each module, with its quiet zone."""

    side: int
    path: str


def qr_drawing(text: str) -> Drawing:
    """Return the QR of ``text`` at level M."""
    import zxingcpp  # noqa: PLC0415 - the page is there before a driver is

    code: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    light: Any = memoryview(code.to_image(scale=1, add_quiet_zones=False)).tolist()
    dark = [
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h1v1h-1z"
        for y, row in enumerate(light)
        for x, level in enumerate(row)
        if not level
    ]
    return Drawing(len(light) + 2 * QUIET_MODULES, "".join(dark))

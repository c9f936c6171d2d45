"""The slips that the virtual printer cut, numbered, as PNG files in a directory."""

import io
import threading
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image

NAME = "slip-{:05d}.png"


@dataclass(frozen=True, slots=True)
class CutSlip:
    """One slip that lies in the tray.

    Attributes:
        qr: Texts of the QR codes on it, read from the picture.
    """

    number: int
    width: int
    height: int
    qr: tuple[str, ...]


class SlipTray:
    """Keeps slips as files; those of an earlier run stay and count on."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._lock = threading.Lock()
        self._slips = [_described(n, directory / name) for n, name in _earlier(directory)]

    def put(self, image: Image.Image) -> None:
        """Keep a slip."""
        png = io.BytesIO()
        image.save(png, "PNG")
        with self._lock:
            number = self._slips[-1].number + 1 if self._slips else 1
            path = self._directory / NAME.format(number)
            # Readers see a slip whole or not at all.
            part = path.with_suffix(".part")
            part.write_bytes(png.getvalue())
            part.rename(path)
            self._slips.append(CutSlip(number, image.width, image.height, read_qr(image)))

    def slips(self) -> list[CutSlip]:
        """Return all slips, oldest first."""
        with self._lock:
            return list(self._slips)

    def png(self, number: int) -> bytes | None:
        """Return the picture of slip ``number``."""
        if not any(slip.number == number for slip in self.slips()):
            return None
        return (self._directory / NAME.format(number)).read_bytes()


def read_qr(image: Image.Image) -> tuple[str, ...]:
    """Return the texts of the QR codes in ``image``, as a scanner would read them off the paper."""
    grey = Image.new("L", (image.width + 40, image.height + 40), 255)
    grey.paste(image, (20, 20))
    found = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )
    return tuple(code.text for code in found)


def _earlier(directory: Path) -> list[tuple[int, str]]:
    names = sorted(path.name for path in directory.glob("slip-*.png"))
    numbers = [(name.removeprefix("slip-").removesuffix(".png"), name) for name in names]
    return sorted((int(digits), name) for digits, name in numbers if digits.isdecimal())


def _described(number: int, path: Path) -> CutSlip:
    with Image.open(path) as image:
        return CutSlip(number, image.width, image.height, read_qr(image))

"""Finds the letters of a slip: Noto Sans, which has every Vietnamese glyph."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from PIL import ImageFont

from edge.ports import PrinterError

Weight = Literal["Regular", "Bold"]

FONT_DIRECTORIES: Final = (
    Path("/usr/share/fonts/truetype/noto"),  # Debian, Ubuntu, Raspberry Pi OS
    Path("/usr/share/fonts/noto"),  # Alpine, Arch
    Path("/usr/share/fonts/google-noto"),  # Fedora
)


class FontMissing(PrinterError):  # noqa: N818 - named like the port's other errors
    """No slip can be drawn on this machine before the font is installed."""


class Fonts:
    """Noto Sans in the sizes asked for; each file and size is loaded once."""

    def __init__(self, directories: Sequence[Path] = FONT_DIRECTORIES) -> None:
        """Find both weights.

        Raises:
            FontMissing: Neither directory has them.
        """
        self._files = {weight: _find(weight, directories) for weight in ("Regular", "Bold")}

    def font(self, size: int, weight: Weight = "Regular") -> ImageFont.FreeTypeFont:
        """Return Noto Sans with an em of ``size`` dots."""
        return _load(self._files[weight], size)


def _find(weight: str, directories: Sequence[Path]) -> Path:
    name = f"NotoSans-{weight}.ttf"
    for directory in directories:
        if (file := directory / name).is_file():
            return file
    places = ", ".join(str(directory) for directory in directories)
    raise FontMissing(f"{name} is in none of {places}; install the package fonts-noto-core")


@lru_cache(maxsize=64)
def _load(file: Path, size: int) -> ImageFont.FreeTypeFont:
    # Vietnamese in NFC needs no shaping, and the basic layout is several times quicker.
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)

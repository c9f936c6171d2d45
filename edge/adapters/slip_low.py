"""Slips for serial printers: a whole raster takes five seconds at 115,200 baud.

Numbers, which are ASCII, go in the printer's own letters; Vietnamese words are drawn, as low bands no
wider than their ink. What a person can do without is left out: the QR (a readable one alone takes as
long as the whole slip), the name on a queue slip, English. A certificate's code is drawn all the same. Large type is the printer's own doubling.
"""

from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from edge.adapters import slip_raster
from edge.adapters.certificate_code import draw_code
from edge.adapters.slip_fonts import Fonts
from edge.adapters.slip_layout import Block, Code, Number, Scale, Space, Symbol, Words, layout
from edge.adapters.slip_pillow import FEED_LINES, WIDTH_DOTS, PaperWidth
from edge.adapters.slip_reading import check_code
from edge.adapters.slip_scale import scale_rows
from edge.adapters.slip_text import text_band
from edge.ports import Slip

LARGEST_WORDS = 36
"""Dots: larger ones cost a second of line; the large variant stays below it too."""

BETWEEN_BANDS = 6
"""Dots of white below a band, which is cut to its ink."""


class LowSlipRenderer:
    """Slips of a few thousand bytes for one site and one paper width."""

    def __init__(
        self,
        paper_width_mm: PaperWidth = 80,
        time_zone: str = "Asia/Ho_Chi_Minh",
        *,
        fonts: Fonts | None = None,
    ) -> None:
        """Find the letters.

        Raises:
            FontMissing: The font package is not installed.
        """
        self._width = WIDTH_DOTS[paper_width_mm]
        self._feed = slip_raster.feed(FEED_LINES[paper_width_mm])
        self._zone = ZoneInfo(time_zone)
        self._fonts = fonts or Fonts()
        self._constant = lru_cache(maxsize=32)(self._words)

    def render(self, slip: Slip) -> bytes:
        body = b"".join(self._drawn(block) for block in layout(slip, self._zone))
        start = slip_raster.INITIALISE + slip_raster.CENTRE
        data = start + body + self._feed + slip_raster.CUT
        if slip.certificate is not None:
            check_code(data, slip.certificate.code)
        return data

    def paper_mm(self, data: bytes) -> int:
        return slip_raster.paper_mm(data)

    def _drawn(self, block: Block) -> bytes:
        match block:
            case Words():
                if not block.needed:
                    return b""
                return self._words(block) if block.personal else self._constant(block)
            case Number():
                return slip_raster.native_number(block.text, int(self._width * block.part))
            case Code():
                code = draw_code(block.text, self._width)
                return slip_raster.raster(code.rows, code.width_bytes)
            case Scale():
                return slip_raster.raster(scale_rows(self._width), self._width // 8)
            case Space() if block.ink == "white" and block.rows >= 12:
                return slip_raster.feed_dots(block.rows)
            case Space() | Symbol():
                return b""
            case _:
                assert_never(block)

    def _words(self, block: Words) -> bytes:
        if block.text.isascii() and block.text.isprintable():
            return block.text.encode() + b"\n"
        size = min(block.size * 3 // 4, LARGEST_WORDS)
        band = text_band(block.text, self._fonts.font(size, "Bold"), self._width)
        return slip_raster.raster(*band) + slip_raster.feed_dots(BETWEEN_BANDS)

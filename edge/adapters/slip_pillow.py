"""Draws a slip with Pillow and encodes it as ESC/POS raster.

Letters are drawn because cheap printers know no Vietnamese. A slip is a pile of full-width blocks of
packed rows; those that are the same on every slip of a site are drawn once. What concerns a person is
never kept. Slow serial lines get ``slip_low`` instead.
"""

from functools import lru_cache
from typing import Final, Literal, assert_never
from zoneinfo import ZoneInfo

from edge.adapters import slip_raster
from edge.adapters.certificate_code import draw_code
from edge.adapters.slip_fonts import Fonts
from edge.adapters.slip_layout import Block, Code, Number, Scale, Space, Symbol, Words, layout
from edge.adapters.slip_qr import qr_rows
from edge.adapters.slip_reading import check_code
from edge.adapters.slip_scale import scale_rows
from edge.adapters.slip_text import text_rows
from edge.ports import Slip

PaperWidth = Literal[58, 80]

WIDTH_DOTS: Final = {58: 384, 80: 576}
"""Printable dots at 203 dpi, by paper width in millimetres."""

FEED_LINES: Final = {58: 4, 80: 1}
"""To the tear bar: 58 mm printers mostly have no knife, the cut feeds on the others."""


class PillowSlipRenderer:
    """Slips for one site and one paper width."""

    def __init__(
        self,
        paper_width_mm: PaperWidth = 80,
        time_zone: str = "Asia/Ho_Chi_Minh",
        *,
        fonts: Fonts | None = None,
    ) -> None:
        """Find the letters.

        Args:
            paper_width_mm: 58 or 80.
            time_zone: Of the site, for the time on the slip.
            fonts: Letters from elsewhere than the usual places.

        Raises:
            FontMissing: The font package is not installed.
        """
        self._width = WIDTH_DOTS[paper_width_mm]
        self._width_bytes = self._width // 8
        self._feed = slip_raster.feed(FEED_LINES[paper_width_mm])
        self._zone = ZoneInfo(time_zone)
        self._fonts = fonts or Fonts()
        self._constant = lru_cache(maxsize=64)(self._words)

    def render(self, slip: Slip) -> bytes:
        picture = slip_raster.raster(self.rows(slip), self._width_bytes)
        data = slip_raster.INITIALISE + picture + self._feed + slip_raster.CUT
        if slip.certificate is not None:
            check_code(data, slip.certificate.code)
        if slip.kind == "test" and slip.qr is not None:
            check_code(data, slip.qr)
        return data

    def paper_mm(self, data: bytes) -> int:
        return slip_raster.paper_mm(data)

    def rows(self, slip: Slip) -> bytes:
        """Return the whole slip as packed rows, ``paper_width_mm`` wide."""
        return b"".join(self._drawn(block) for block in layout(slip, self._zone))

    def _drawn(self, block: Block) -> bytes:
        match block:
            case Words():
                return self._words(block) if block.personal else self._constant(block)
            case Number():
                return self._number(block)
            case Symbol():
                return qr_rows(block.text, self._width)
            case Code():
                return draw_code(block.text, self._width).rows
            case Scale():
                return scale_rows(self._width)
            case Space():
                ink = b"\xff" if block.ink == "black" else b"\x00"
                return ink * (block.rows * self._width_bytes)
            case _:
                assert_never(block)

    def _words(self, block: Words) -> bytes:
        font = self._fonts.font(block.size, "Bold" if block.bold else "Regular")
        return text_rows(block.text, font, self._width, inverted=block.inverted)

    def _number(self, block: Number) -> bytes:
        """Return the number as large as the paper allows: 20 mm high for four letters on 80 mm."""
        probe = self._fonts.font(100, "Bold").getlength(block.text)
        size = min(240, int(100 * 0.96 * self._width / probe))
        font = self._fonts.font(int(size * block.part), "Bold")
        return text_rows(block.text, font, self._width, tight=True)

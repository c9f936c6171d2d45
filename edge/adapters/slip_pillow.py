"""Draws a queue slip with Pillow and encodes it as ESC/POS raster.

Letters are drawn because cheap printers know no Vietnamese. A slip is a pile of full-width blocks of
packed rows; those that are the same on every slip of a site are drawn once. A person's name is never
kept. Slow serial lines get ``slip_low`` instead.
"""

from datetime import datetime
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import segno

from edge.adapters import slip_raster
from edge.adapters.slip_fonts import Fonts, Weight
from edge.adapters.slip_text import text_rows
from edge.ports import Slip

PaperWidth = Literal[58, 80]

WIDTH_DOTS: Final = {58: 384, 80: 576}
"""Printable dots at 203 dpi, by paper width in millimetres."""

FEED_LINES: Final = {58: 4, 80: 1}
"""To the tear bar: 58 mm printers mostly have no knife, the cut feeds on the others."""

NUMBER_LABEL: Final = "SỐ THỨ TỰ"
GO_TO: Final = "Mời đến"
REPRINT: Final = "BẢN IN LẠI"
KEEP: Final = "Xin giữ phiếu này đến khi ra về"

QR_QUIET_MODULES: Final = 4
QR_WIDEST_DOTS: Final = 256
QR_MOST_DOTS_A_MODULE: Final = 6


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
        self._constant = lru_cache(maxsize=64)(self._text)

    def render(self, slip: Slip) -> bytes:
        picture = slip_raster.raster(self.rows(slip), self._width_bytes)
        return slip_raster.INITIALISE + picture + self._feed + slip_raster.CUT

    def rows(self, slip: Slip) -> bytes:
        """Return the whole slip as packed rows, ``paper_width_mm`` wide."""
        fixed, gap = self._constant, self._gap
        blocks = [fixed(REPRINT, 34, "Bold", inverted=True)] if slip.reprint else []
        blocks += [
            fixed(slip.site, 34, "Bold"),
            gap(10),
            self._rule(),
            gap(14),
            fixed(NUMBER_LABEL, 30),
            gap(12),
            self._number(slip.ticket),
            gap(22),
            fixed(GO_TO, 30),
            fixed(slip.stage, 48, "Bold"),
        ]
        if slip.masked_name:
            blocks += [gap(8), self._text(slip.masked_name, 32)]
        if slip.qr:
            blocks += [gap(8), self._qr(slip.qr)]
        blocks += [gap(10), self._rule(), gap(4), self._text(self._time(slip.printed_at), 28)]
        blocks += [fixed(KEEP, 24)]
        return b"".join(blocks)

    def _text(
        self,
        text: str,
        size: int,
        weight: Weight = "Regular",
        *,
        inverted: bool = False,
        tight: bool = False,
    ) -> bytes:
        font = self._fonts.font(size, weight)
        return text_rows(text, font, self._width, inverted=inverted, tight=tight)

    def _number(self, ticket: str) -> bytes:
        """Return the number as large as the paper allows: 20 mm high for four letters on 80 mm."""
        probe = self._fonts.font(100, "Bold").getlength(ticket)
        size = min(240, int(100 * 0.96 * self._width / probe))
        return self._text(ticket, size, "Bold", tight=True)

    def _qr(self, text: str) -> bytes:
        code = segno.make(text, error="m", micro=False)
        matrix = list(code.matrix_iter(border=QR_QUIET_MODULES))
        dots = max(2, min(QR_MOST_DOTS_A_MODULE, QR_WIDEST_DOTS // len(matrix)))
        return slip_raster.modules(matrix, dots, self._width_bytes)

    def _rule(self) -> bytes:
        return b"\xff" * (2 * self._width_bytes)

    def _gap(self, rows: int) -> bytes:
        return slip_raster.blank(rows, self._width_bytes)

    def _time(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%H:%M   %d/%m/%Y")

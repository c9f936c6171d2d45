"""Queue slips for serial printers: a whole raster takes five seconds at 115,200 baud.

The number and the time, which are ASCII, go in the printer's own letters; only the Vietnamese words are
drawn, as low bands no wider than their ink. What a person can do without (name, QR) is left out.
"""

from functools import lru_cache
from zoneinfo import ZoneInfo

from edge.adapters import slip_raster
from edge.adapters.slip_fonts import Fonts
from edge.adapters.slip_pillow import FEED_LINES, GO_TO, REPRINT, WIDTH_DOTS, PaperWidth
from edge.adapters.slip_text import text_band
from edge.ports import Slip


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
        self._band = lru_cache(maxsize=32)(self._drawn)

    def render(self, slip: Slip) -> bytes:
        reprint = self._band(REPRINT, 26) if slip.reprint else b""
        at = slip.printed_at.astimezone(self._zone)
        return b"".join(
            (
                slip_raster.INITIALISE,
                slip_raster.CENTRE,
                reprint,
                self._band(slip.site, 24),
                slip_raster.feed(1),
                slip_raster.native_number(slip.ticket, self._width),
                self._band(f"{GO_TO} {slip.stage}", 32),
                slip_raster.feed(1),
                at.strftime("%H:%M   %d/%m/%Y\n").encode("ascii"),
                self._feed,
                slip_raster.CUT,
            )
        )

    def _drawn(self, text: str, size: int) -> bytes:
        return slip_raster.raster(*text_band(text, self._fonts.font(size, "Bold"), self._width))

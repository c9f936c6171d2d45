"""Paper: draws commands as packed rows, line by line, the way a print head does."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import segno
from PIL import Image, ImageDraw, ImageFont

from edge.simulated.printer.commands import Alignment, Columns, QrCode, Raster

LETTER_WIDTH, LETTER_HEIGHT = 12, 24
LINE_DOTS: Final = 34
"""1/6 inch at 203 dpi."""

MOST_ROWS: Final = 16_000
"""Two metres of paper: a longer slip is torn off, what one command adds to that is lost."""

WHITE, BLACK = 0, 1


@dataclass(slots=True)
class Style:
    """What ESC @ resets."""

    align: Alignment = Alignment.LEFT
    emphasised: bool = False
    times_wide: int = 1
    times_high: int = 1
    line_dots: int = LINE_DOTS


@dataclass(slots=True)
class Canvas:
    """One slip in the making, ``width`` dots wide, a multiple of 8."""

    width: int
    style: Style = field(default_factory=Style)
    _rows: bytearray = field(default_factory=bytearray)
    _line: list[Image.Image] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Return the rows of paper used."""
        return len(self._rows) * 8 // self.width

    def initialise(self) -> None:
        """Drop the line and all settings."""
        self._line.clear()
        self.style = Style()

    def text(self, data: bytes) -> None:
        """Put letters on the line; a full line is printed."""
        for letter in data.decode("cp437"):
            self._put(_letter(letter, self.style))

    def columns(self, command: Columns) -> None:
        """Put a strip of columns on the line."""
        height = command.height_bytes * 8
        count = len(command.data) // command.height_bytes
        if not count:
            return
        # Packed columns are packed rows of the picture that is turned by a quarter.
        turned = Image.frombytes("1", (height, count), command.data)
        strip = turned.transpose(Image.Transpose.TRANSPOSE)
        size = (count * command.wide, height * command.high)
        self._put(strip.resize(size, Image.Resampling.NEAREST))

    def end_line(self, dots: int) -> None:
        """Print the line and feed until it took ``dots``; a higher line takes what it needs."""
        high = self._print_line()
        self.feed(max(0, dots - high))

    def feed(self, dots: int) -> None:
        """Feed white paper."""
        if self.height < MOST_ROWS:
            self._rows += bytes(dots * self.width // 8)

    def raster(self, command: Raster) -> None:
        """Print a picture below what is there."""
        size = (command.width_bytes * 8, len(command.rows) // command.width_bytes)
        picture = Image.frombytes("1", size, command.rows)
        # What is right of the paper's edge is lost: do not blow it up first.
        picture = picture.crop((0, 0, min(size[0], self.width), min(size[1], MOST_ROWS)))
        size = (picture.width * command.wide, picture.height * command.high)
        self.picture(picture.resize(size, Image.Resampling.NEAREST))

    def qr(self, command: QrCode) -> None:
        """Print a QR as the printer's own firmware draws it; too much data prints nothing."""
        try:
            code = segno.make(command.data, error=command.error, micro=False, boost_error=False)
        except segno.DataOverflowError:
            return
        modules = [bytes(line) for line in code.matrix_iter(border=0)]
        picture = Image.frombytes("L", (len(modules), len(modules)), b"".join(modules))
        side = len(modules) * command.dots
        dark = picture.point(lambda module: 255 if module else 0)
        self.picture(dark.convert("1").resize((side, side), Image.Resampling.NEAREST))

    def picture(self, picture: Image.Image) -> None:
        """Print a 1-bit picture where lines are aligned; what is too wide is lost."""
        self._print_line()
        if self.height >= MOST_ROWS:
            return
        paper = Image.new("1", (self.width, picture.height), WHITE)
        room = max(0, self.width - picture.width)
        paper.paste(picture, (room * self.style.align // 2, 0))
        self._rows += paper.tobytes()

    def take(self) -> Image.Image:
        """Return what was printed, black on white, and begin a new slip."""
        self._print_line()
        size = (self.width, self.height)
        image = Image.frombytes("1", size, bytes(self._rows)) if self._rows else None
        self._rows.clear()
        if image is None:
            return Image.new("1", (self.width, 1), 1)
        return image.point(lambda dot: 0 if dot else 255)

    def _put(self, picture: Image.Image) -> None:
        if sum(part.width for part in self._line) + picture.width > self.width:
            self.end_line(self.style.line_dots)
        self._line.append(picture)

    def _print_line(self) -> int:
        """Print what is on the line, letters on one base line, and return its height."""
        parts, self._line = self._line, []
        if not parts:
            return 0
        high = max(part.height for part in parts)
        line = Image.new("1", (sum(part.width for part in parts), high), WHITE)
        left = 0
        for part in parts:
            line.paste(part, (left, high - part.height))
            left += part.width
        self.picture(line)
        return high


def _letter(letter: str, style: Style) -> Image.Image:
    return _drawn(letter, style.times_wide, style.times_high, emphasised=style.emphasised)


@lru_cache(maxsize=512)
def _drawn(letter: str, wide: int, high: int, *, emphasised: bool) -> Image.Image:
    """Return a letter of font A: Pillow's own bitmap letters, 6 x 11, twice as large."""
    known = letter if letter.isascii() or letter.encode("latin-1", "ignore") else "?"
    small = Image.new("1", (LETTER_WIDTH // 2, LETTER_HEIGHT // 2), WHITE)
    draw = ImageDraw.Draw(small)
    font = ImageFont.load_default_imagefont()
    draw.text((0, 0), known, fill=BLACK, font=font)
    size = (LETTER_WIDTH, LETTER_HEIGHT)
    image = small.resize(size, Image.Resampling.NEAREST)
    if emphasised:
        bold = image.copy()
        bold.paste(BLACK, (1, 0), image.crop((0, 0, LETTER_WIDTH - 1, LETTER_HEIGHT)))
        image = bold
    return image.resize((LETTER_WIDTH * wide, LETTER_HEIGHT * high), Image.Resampling.NEAREST)

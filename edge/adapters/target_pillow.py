"""The target for the camera's self-test: a card on paper with a code, a star, a grey wedge, rulers.

Drawn at 300 dots an inch; printed at 100 % the frame is as large as an identity card and the code as
a card's.
"""

import math
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from edge.adapters.slip_fonts import Fonts
from edge.domain.self_test import TARGET

DOTS_PER_INCH = 300
CARD_MM = (85.6, 54.0)
CODE_MM = 20.0
SHEET_MM = (148, 105)
BEAMS = 36
GREYS = 8


def dots(mm: float) -> int:
    """Return how many dots are ``mm`` millimetres."""
    return round(mm / 25.4 * DOTS_PER_INCH)


def draw_target() -> Image.Image:
    """Return the target, A6 across, black on white."""
    sheet = Image.new("L", (dots(SHEET_MM[0]), dots(SHEET_MM[1])), 255)
    draw, font = ImageDraw.Draw(sheet), Fonts().font
    left, top = dots((SHEET_MM[0] - CARD_MM[0]) / 2), dots(16)
    right, bottom = left + dots(CARD_MM[0]), top + dots(CARD_MM[1])
    draw.rounded_rectangle((left, top, right, bottom), dots(3), outline=0, width=4)
    code = _code()
    sheet.paste(code, (right - code.width - dots(3), top + dots(3)))
    _star(draw, left + dots(22), top + dots(24), dots(17))
    _wedge(draw, left + dots(6), bottom - dots(10), dots(70), dots(7))
    _ruler(draw, left, bottom + dots(4), font(28))
    words = "Trạm: in 100 %, không co giãn. Print at 100 %. Khung: 85,6 × 54 mm"
    draw.text((left, dots(7)), words, fill=0, font=font(40))
    return sheet


def save_target(path: Path) -> None:
    """Write the target as PDF or PNG, by the name of ``path``, of its true size.

    Raises:
        OSError: It cannot be written there.
        ValueError: Neither ``.pdf`` nor ``.png``.
    """
    if path.suffix.lower() not in {".pdf", ".png"}:
        raise ValueError("the target is a .pdf or a .png")
    target = draw_target()
    if path.suffix.lower() == ".pdf":
        target.save(path, resolution=DOTS_PER_INCH)
    else:
        target.save(path, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))


def _code() -> Image.Image:
    made = segno.make_qr(TARGET, version=9, error="m", encoding="utf-8", boost_error=False)
    cells = [list(row) for row in made.matrix_iter(border=4)]
    small = Image.new("L", (len(cells), len(cells)), 255)
    small.putdata([0 if dark else 255 for row in cells for dark in row])
    side = dots(CODE_MM)
    return small.resize((side, side), Image.Resampling.NEAREST)


def _star(draw: ImageDraw.ImageDraw, x: int, y: int, radius: int) -> None:
    for beam in range(BEAMS):
        start = 360 / BEAMS * beam
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.pieslice(box, start, start + 180 / BEAMS, fill=0)
    # Where the beams run together the print itself can't follow.
    core = math.ceil(BEAMS * 4 / math.pi)
    draw.ellipse((x - core, y - core, x + core, y + core), fill=128)


def _wedge(draw: ImageDraw.ImageDraw, left: int, top: int, width: int, height: int) -> None:
    step = width // GREYS
    for index in range(GREYS):
        box = (left + index * step, top, left + (index + 1) * step, top + height)
        draw.rectangle(box, fill=255 * index // (GREYS - 1), outline=0)


def _ruler(draw: ImageDraw.ImageDraw, left: int, top: int, font: ImageFont.FreeTypeFont) -> None:
    for mm in range(81):
        x = left + dots(mm)
        draw.line((x, top, x, top + dots(4 if mm % 10 == 0 else 2)), fill=0, width=2)
        if mm % 10 == 0:
            draw.text((x, top + dots(4.5)), str(mm), fill=0, font=font, anchor="ma")

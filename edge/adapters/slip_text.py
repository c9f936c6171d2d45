"""Lines of text as packed rows."""

import unicodedata

from PIL import Image, ImageDraw, ImageFont

WHITE, BLACK = 0, 1
"""Ink is 1: the image's bytes are raster rows as they are."""


def text_rows(
    text: str,
    font: ImageFont.FreeTypeFont,
    width: int,
    *,
    inverted: bool = False,
    tight: bool = False,
) -> bytes:
    """Return ``text`` centred and wrapped at ``width`` dots, a multiple of 8, as packed rows.

    Args:
        text: Any Unicode; composed here, for a letter and a loose accent print apart.
        inverted: White letters on a black band.
        tight: Cut away empty rows above and below.
    """
    image = _drawn(text, font, width, inverted=inverted)
    if tight and (box := image.getbbox()):
        image = image.crop((0, box[1], width, box[3]))
    return image.tobytes()


def text_band(text: str, font: ImageFont.FreeTypeFont, width: int) -> tuple[bytes, int]:
    """Return ``text`` as packed rows no wider and higher than its ink, and their width in bytes."""
    image = _drawn(text, font, width)
    left, top, right, bottom = image.getbbox() or (0, 0, 8, 1)
    width_bytes = (right - left + 7) // 8
    return image.crop((left, top, left + width_bytes * 8, bottom)).tobytes(), width_bytes


def _drawn(
    text: str, font: ImageFont.FreeTypeFont, width: int, *, inverted: bool = False
) -> Image.Image:
    lines = wrap(unicodedata.normalize("NFC", text), font, width)
    ascent, descent = font.getmetrics()
    pitch = ascent + descent
    paper, ink = (BLACK, WHITE) if inverted else (WHITE, BLACK)
    image = Image.new("1", (width, pitch * len(lines)), paper)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((width / 2, number * pitch), line, fill=ink, font=font, anchor="ma")
    return image


def wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return ``text`` in lines that fit ``width``, broken between words, within one if it must."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        pieces = _pieces(word, font, width)
        lines = [*lines, *pieces] if lines[-1] else pieces
    return lines


def _pieces(word: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces

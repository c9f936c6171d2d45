"""Turn the bytes of a picture, of any kind that people send, into grey frames in memory.

Upright by its EXIF, on white where it is transparent, bounded in size. Nothing is written.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from edge.ports import Frame

MOST_BYTES = 64 * 1024 * 1024
MOST_PIXELS_INSIDE = 150_000_000
MOST_FRAMES = 16


class PictureError(ValueError):
    """These bytes are no picture that can be read; the text is for the person who sent it."""


def grey_frames(data: bytes, most_pixels: int) -> list[Frame]:
    """Return the picture's frames (one, unless it is animated), each at most ``most_pixels``.

    Raises:
        PictureError: Not a picture, broken, or far too large.
    """
    if not data:
        raise PictureError("the file is empty")
    if len(data) > MOST_BYTES:
        raise PictureError(f"the file is larger than {MOST_BYTES // 2**20} MB")
    with _said_plainly(), Image.open(BytesIO(data)) as image:
        if image.width * image.height > MOST_PIXELS_INSIDE:
            raise PictureError(f"the picture is too large: {image.width} × {image.height} pixels")
        image.draft("L", _at_least(image.size, most_pixels))
        frames = []
        for number, shown in enumerate(ImageSequence.Iterator(image)):
            if number == MOST_FRAMES:
                break
            frames.append(_grey(shown, most_pixels))
        return frames


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnidentifiedImageError as error:
        raise PictureError("the file is not a picture") from error
    except Image.DecompressionBombError as error:
        raise PictureError("the picture is too large") from error
    except PictureError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError) as error:
        raise PictureError("the picture is broken") from error
    except (IndexError, OverflowError, MemoryError, ArithmeticError) as error:
        raise PictureError("the picture is broken") from error


def _at_least(size: tuple[int, int], most_pixels: int) -> tuple[int, int]:
    """Return the size to which a JPEG may be shrunk while it is read: not below ``most_pixels``."""
    factor = max(1.0, (size[0] * size[1] / most_pixels) ** 0.5)
    return int(size[0] / factor), int(size[1] / factor)


def _grey(image: Image.Image, most_pixels: int) -> Frame:
    upright = ImageOps.exif_transpose(image)
    if "A" in upright.getbands() or "transparency" in upright.info:
        colour = upright.convert("RGBA")
        ground = Image.new("RGBA", colour.size, "white")
        upright = Image.alpha_composite(ground, colour)
    grey = _eight_bits(upright) if upright.mode[0] in "IF" else upright.convert("L")
    factor = (grey.width * grey.height / most_pixels) ** 0.5
    if factor > 1:
        size = (max(1, int(grey.width / factor)), max(1, int(grey.height / factor)))
        grey = grey.resize(size, Image.Resampling.BOX)
    return np.array(grey, dtype=np.uint8)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of 16 or 32 bits with its own darkest and lightest spread over 8 bits."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float64))
    low, high = float(values.min()), float(values.max())
    spread = (values - low) * (255 / max(high - low, 1e-9))
    return Image.fromarray(spread.astype(np.uint8))

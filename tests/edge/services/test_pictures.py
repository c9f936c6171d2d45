"""Whatever people send as a picture becomes grey frames, or one plain sentence."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from factories import frames
from PIL import Image, ImageOps

from edge.services.pictures import PictureError, grey_frames

TEXT = "058185000123||Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3, Phước Dinh|05052021"
DRAWN = Image.fromarray(frames.printed(frames.modules(TEXT), 25))
MOST = 4_000_000


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def on_glass() -> Image.Image:
    glass = Image.new("RGBA", DRAWN.size, (0, 0, 0, 0))
    glass.paste((20, 20, 20, 255), mask=ImageOps.invert(DRAWN))
    return glass


def sixteen_bits() -> Image.Image:
    return Image.fromarray(np.asarray(DRAWN, np.uint16) * 200)


def lying() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(DRAWN.rotate(90, expand=True), "JPEG", exif=exif)


PICTURES: dict[str, Callable[[], bytes]] = {
    "png": lambda: saved(DRAWN, "PNG"),
    "jpeg": lambda: saved(DRAWN.convert("RGB"), "JPEG"),
    "cmyk jpeg": lambda: saved(DRAWN.convert("CMYK"), "JPEG"),
    "alpha": lambda: saved(on_glass(), "PNG"),
    "palette with one transparent colour": lambda: saved(
        DRAWN.convert("P"), "PNG", transparency=255
    ),
    "sixteen bits": lambda: saved(sixteen_bits(), "PNG"),
    "floating point": lambda: saved(Image.fromarray(np.asarray(DRAWN, np.float32) / 255), "TIFF"),
    "one bit": lambda: saved(DRAWN.convert("1"), "BMP"),
    "gif": lambda: saved(DRAWN, "GIF"),
    "animated webp": lambda: saved(
        DRAWN, "WEBP", save_all=True, append_images=[DRAWN.rotate(3, fillcolor=255)]
    ),
    "lying on its side": lying,
    "12000 pixels wide": lambda: saved(
        DRAWN.resize((12_000, 12_000), Image.Resampling.NEAREST), "PNG"
    ),
}


@cache
def picture(name: str) -> bytes:
    return PICTURES[name]()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_any_kind_becomes_grey_frames_that_show_the_code(name: str):
    frame = grey_frames(picture(name), MOST)[0]

    assert (frame.dtype, frame.ndim) == (np.uint8, 2)
    assert frame.size <= MOST
    assert [code.bytes.decode() for code in zxingcpp.read_barcodes(frame)] == [TEXT]


def test_an_animation_gives_its_frames():
    assert len(grey_frames(picture("animated webp"), MOST)) == 2


def test_a_photograph_of_ten_megabytes_is_shrunk():
    noise = np.random.default_rng(1).integers(0, 256, (2400, 3200, 3)).astype(np.uint8)
    photograph = saved(Image.fromarray(noise), "JPEG", quality=97)
    assert len(photograph) > 8_000_000

    frame = grey_frames(photograph, MOST)[0]

    assert frame.size <= MOST


BROKEN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "text": lambda: b"058185000123||Nguyen Thi Mau",
    "cut short": lambda: picture("jpeg")[: len(picture("jpeg")) // 2],
    "png without its end": lambda: picture("png")[:200],
    "only a head": lambda: b"\x89PNG\r\n\x1a\n",
    "wrong bytes inside": lambda: picture("png")[:60] + b"\xff" * 60 + picture("png")[120:],
    "a hundred thousand pixels square": lambda: saved(Image.new("1", (14_000, 14_000)), "PNG"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_whole_picture_is_refused_in_words(name: str):
    with pytest.raises(PictureError, match=r"picture|file"):
        grey_frames(BROKEN[name](), MOST)

"""Slips: what stands on them, in letters that are right, as bytes that a printer takes."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from factories.printers import a_slip, in_process
from PIL import Image

from edge.adapters.slip_fonts import FontMissing, Fonts
from edge.adapters.slip_layout import Number, Words, layout
from edge.adapters.slip_low import LowSlipRenderer
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.adapters.slip_raster import raster
from edge.adapters.slip_text import text_rows, wrap
from edge.ports import Slip

VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
)
LETTERS = VIETNAMESE + VIETNAMESE.upper()
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NO_SUCH_LETTER = "\U0010fffe"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts()


@pytest.fixture(scope="module", params=[58, 80])
def renderer(request) -> PillowSlipRenderer:
    return PillowSlipRenderer(request.param)


def paper(data: bytes, width: int = 576) -> Image.Image:
    """Return what a printer makes of ``data``."""
    with in_process(width) as wired:
        wired.printer.send(data)
        return wired.slip(1)


def words(slip: Slip) -> list[str]:
    return [block.text for block in layout(slip, ZONE) if isinstance(block, Words | Number)]


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
@pytest.mark.parametrize("size", [24, 48])
def test_every_vietnamese_letter_has_a_picture_of_its_own(fonts, weight, size):
    font = fonts.font(size, weight)

    pictures = {letter: text_rows(letter, font, 96) for letter in (*LETTERS, NO_SUCH_LETTER)}

    assert len(set(pictures.values())) == len(LETTERS) + 1


def test_letters_with_loose_accents_look_like_composed_ones(fonts):
    name = "Chamaléa Văn Thử, Đổng Thị Giả"

    loose = text_rows(unicodedata.normalize("NFD", name), fonts.font(32), 576)

    assert loose == text_rows(name, fonts.font(32), 576)


def test_the_qr_is_read_off_the_paper(renderer):
    text = "TRAM1:A012:01J9ZQ5Y7K3M"

    image = paper(renderer.render(a_slip(qr=text)), renderer._width)

    assert [code.text for code in zxingcpp.read_barcodes(image.convert("L"))] == [text]


def test_the_number_is_twelve_millimetres_high_at_least(renderer):
    rows = renderer._number(Number("A012"))

    dots_a_millimetre = 203 / 25.4
    assert len(rows) / renderer._width_bytes / dots_a_millimetre >= 12


def test_a_long_number_still_fits_the_paper(renderer):
    ink = Image.frombytes(
        "1",
        (renderer._width, 1000),
        renderer._number(Number("KIOSK12")).ljust(72000, b"\0")[: renderer._width_bytes * 1000],
    )

    left, _, right, _ = ink.getbbox()

    assert left > 0
    assert right < renderer._width


def test_the_time_is_the_sites():
    late = a_slip(printed_at=datetime(2026, 11, 22, 18, 5, tzinfo=UTC))

    assert "01:05   23/11/2026" in words(late)


def test_a_reprint_says_so_and_a_first_print_does_not(renderer, fonts):
    band = text_rows("BẢN IN LẠI", fonts.font(40, "Bold"), renderer._width, inverted=True)

    assert renderer.rows(a_slip(reprint=True)).startswith(band)
    assert band not in renderer.rows(a_slip())


def test_slips_of_different_people_differ_only_in_what_is_theirs(renderer):
    first = renderer.rows(a_slip())

    assert renderer.rows(a_slip(masked_name="Đ*** T** G**")) != first
    assert renderer.rows(a_slip()) == first


def test_no_name_is_kept_after_its_slip(renderer):
    renderer.render(a_slip(masked_name="Đ*** T** G**"))
    kept = renderer._constant.cache_info().currsize

    renderer.render(a_slip(masked_name="N***** T** M**"))

    assert renderer._constant.cache_info().currsize == kept


def test_a_long_site_name_is_wrapped_and_loses_no_word(fonts):
    name = "Điểm tiêm chủng lưu động thôn Ma Hoa, xã Phước Đại, huyện Bác Ái, tỉnh Ninh Thuận"

    lines = wrap(name, fonts.font(34, "Bold"), 384)

    assert " ".join(lines) == name
    assert max(fonts.font(34, "Bold").getlength(line) for line in lines) <= 384


def test_a_word_wider_than_the_paper_is_broken(fonts):
    lines = wrap("Đ" * 60, fonts.font(34), 384)

    assert "".join(lines) == "Đ" * 60
    assert len(lines) > 2


def test_bytes_begin_with_initialise_and_end_with_feed_and_cut(renderer):
    data = renderer.render(a_slip())

    assert data.startswith(b"\x1b@\x1dv0\x00")
    assert data.endswith(b"\x1dVB\x00")


def test_a_raster_is_split_into_bands_that_small_buffers_hold():
    data = raster(bytes(range(1, 9)) * 75, 1)

    heads = [data[0:8], data[8 + 256 : 16 + 256], data[16 + 512 : 24 + 512]]
    expected = [
        b"\x1dv0\x00\x01\x00\x00\x01",
        b"\x1dv0\x00\x01\x00\x00\x01",
        b"\x1dv0\x00\x01\x00\x58\x00",
    ]
    assert heads == expected
    assert len(data) == 3 * 8 + 600


@pytest.mark.parametrize("command", [b"\x10\x04\x01", b"\x10\x05\x01", b"\x10\x14\x02"])
def test_dots_never_spell_a_real_time_command(command):
    data = raster(bytes(69) + command, 72)

    assert data[8:] == bytes(69) + b"\x18" + command[1:]


def test_a_serial_slip_crosses_a_slow_line_in_half_a_second():
    data = LowSlipRenderer(80).render(a_slip(reprint=True))

    bits_a_byte, baud = 10, 115_200
    assert len(data) * bits_a_byte / baud < 0.5


@pytest.mark.parametrize(("paper_width_mm", "width"), [(58, 384), (80, 576)])
def test_a_serial_slip_shows_the_number_in_the_printers_own_letters(paper_width_mm, width):
    data = LowSlipRenderer(paper_width_mm).render(a_slip(ticket="A012"))

    assert b"\x1d!\x77A012\n" in data
    assert b"08:05   22/11/2026\n" in data
    image = paper(data, width)
    assert image.width == width
    assert image.height < 540


def test_a_missing_font_names_the_package_to_install(tmp_path):
    with pytest.raises(FontMissing, match="install the package fonts-noto-core"):
        Fonts([tmp_path])


def test_a_slip_without_name_and_qr_is_shorter(renderer):
    bare = replace(a_slip(), masked_name=None)

    assert len(renderer.rows(bare)) < len(renderer.rows(a_slip(qr="TRAM1:A012")))

"""The code of a certificate on A4: the specification's measures, and scanners read what is drawn."""

from dataclasses import replace

import numpy as np
import pytest
import segno
import zxingcpp
from factories.certificates import hc1, rsa_key
from pyzbar import pyzbar

from edge.adapters.sheet_code import DOT_MM, check_path, draw_sheet_code, picture_of
from edge.ports import SlipUnreadable


def code_of(length: int) -> str:
    """Return a text of a certificate's form and length; it certifies nothing."""
    letters = list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return "HC1:" + "".join(np.random.default_rng(length).choice(letters, length - 4))


def test_a_certificate_of_vietnams_length_is_read_off_the_drawing_by_two_scanners():
    text = hc1(rsa_key())

    picture = picture_of(draw_sheet_code(text))

    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [text]
    assert [code.data.decode() for code in pyzbar.decode(picture)] == [text]


def test_a_real_certificate_is_version_23_at_level_q():
    text = code_of(825)

    code = draw_sheet_code(text)

    by_another = segno.make_qr(text, mode="alphanumeric", error="q", boost_error=False)
    assert (by_another.version, code.side, code.level) == (23, 109 + 8, "Q")
    assert code.module_mm == pytest.approx(4 * DOT_MM)


@pytest.mark.parametrize("length", [200, 350, 500, 825, 1000, 1300, 1800])
def test_every_length_keeps_to_the_measures(length):
    code = draw_sheet_code(code_of(length))

    assert 35 <= 2**0.5 * (code.side - 8) * code.module_mm <= 60
    assert code.module_mm >= 0.25
    assert code.side_mm == code.side * code.module_mm


def test_what_fits_no_page_is_not_drawn():
    with pytest.raises(SlipUnreadable):
        draw_sheet_code(code_of(4000))


def test_a_path_that_says_something_else_is_not_printed():
    code, other = draw_sheet_code(code_of(300)), draw_sheet_code(code_of(301))

    with pytest.raises(SlipUnreadable):
        check_path(replace(code, path=other.path, side=other.side), code_of(300))
    with pytest.raises(SlipUnreadable):
        check_path(replace(code, path=code.path + "L9 9"), code_of(300))
    with pytest.raises(SlipUnreadable):
        check_path(replace(code, path=""), code_of(300))

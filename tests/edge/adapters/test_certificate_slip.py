"""A certificate on thermal paper: drawn by the specification's measures, and read back."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import segno
import zxingcpp
from factories import frames
from factories.certificates import NOW, hc1, rsa_key, signer_certificate
from factories.printers import in_process
from PIL import Image
from pyzbar import pyzbar

from edge.adapters import slip_reading
from edge.adapters.certificate_code import draw_code
from edge.adapters.slip_layout import NEWEST_COUNTS, Words, layout
from edge.adapters.slip_low import LowSlipRenderer
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.adapters.slip_raster import REAL_TIME
from edge.ports import CertificateOnPaper, Slip, SlipUnreadable
from edge.services.certificate_words import eleven_fields
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify

WIDTHS = {58: 384, 80: 576}
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def code_of(length: int) -> str:
    """Return a text of a certificate's form and length; it certifies nothing."""
    rng = np.random.default_rng(length)
    return "HC1:" + "".join(rng.choice(list(LETTERS[:36]), length - 4))


@pytest.fixture(scope="module")
def real() -> tuple[str, CertificateOnPaper]:
    """Return a certificate signed by RSA, as Vietnam's are, of about their length."""
    text = hc1(rsa_key())
    verdict = verify(text.encode(), Trust([signer_certificate(rsa_key())]), NOW)
    assert verdict.valid
    assert 800 < len(text) < 850
    return text, CertificateOnPaper(text, eleven_fields(verdict.certificate))


def slip_of(certificate: CertificateOnPaper | None, **changes) -> Slip:
    fields = {
        "ticket": "",
        "stage": "",
        "site": "Trạm Y tế Phước Dinh",
        "printed_at": datetime(2026, 11, 22, 1, 5, tzinfo=UTC),
        "kind": "certificate",
        "certificate": certificate,
    }
    return Slip(**{**fields, **changes})


def printed(data: bytes, width: int) -> Image.Image:
    with in_process(width) as wired:
        wired.printer.send(data)
        return wired.slip(1).convert("L")


def seen_by_a_camera(paper: Image.Image, seed: int) -> frames.Grey:
    """Return the upper part of a slip, with its code, as a kiosk's camera sees it held up."""
    rng = np.random.default_rng(seed)
    part = paper.crop((0, 0, paper.width, min(paper.height, 620)))
    grey = np.where(np.asarray(part) > 127, 235, 45).astype(np.uint8)
    sheet = np.repeat(np.repeat(grey, 2, axis=0), 2, axis=1)
    frame = frames.place(sheet, frames.scene(1920, rng), rng, px_per_mm=9.5, tilt=0.03)
    return frames.noisy(frame, 2.0, rng)


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("renderer", [PillowSlipRenderer, LowSlipRenderer])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pyzbar_and_zxing_read_a_printed_certificate_from_a_camera_frame(
    real, renderer, width_mm, seed
):
    text, certificate = real
    paper = printed(renderer(width_mm).render(slip_of(certificate)), WIDTHS[width_mm])

    frame = seen_by_a_camera(paper, seed)

    assert [code.text for code in zxingcpp.read_barcodes(frame)] == [text]
    codes = pyzbar.decode(frame, symbols=[pyzbar.ZBarSymbol.QRCODE])
    assert [code.data.decode() for code in codes] == [text]


@pytest.mark.parametrize("width", [384, 576])
def test_a_real_certificate_is_a_code_of_version_23_with_modules_of_three_dots(width):
    text = code_of(825)

    code = draw_code(text, width)

    by_another = segno.make_qr(text, mode="alphanumeric", error="q", boost_error=False)
    assert (by_another.version, code.modules) == (23, 109)
    assert (code.level, code.dots) == ("Q", 3)
    assert 35 <= code.diagonal_mm <= 60


@pytest.mark.parametrize("width", [384, 576])
@pytest.mark.parametrize("length", [200, 350, 500, 820, 1000, 1300, 1800, 2500])
def test_every_length_is_drawn_in_square_modules_within_the_measures(width, length):
    text = code_of(length)

    code = draw_code(text, width)

    assert 35 <= code.diagonal_mm <= 60
    assert code.dots >= (3 if length <= 1300 else 2)
    assert (code.level == "Q") is (length <= 900)
    dots = np.unpackbits(np.frombuffer(code.rows, np.uint8).reshape(-1, code.width_bytes), axis=1)
    left = int(np.argmax(dots.any(axis=0)))
    side = code.modules * code.dots
    square = dots[4 * code.dots :][:side, left : left + side]
    modules = square[:: code.dots, :: code.dots]
    assert (square == np.kron(modules, np.ones((code.dots, code.dots)))).all()
    # Four modules of white all around.
    assert left >= 4 * code.dots
    assert not dots[: 4 * code.dots].any()
    assert not dots[4 * code.dots + side :].any()
    assert REAL_TIME.search(code.rows) is None


def test_a_code_that_fits_no_paper_is_not_drawn():
    with pytest.raises(SlipUnreadable):
        draw_code(code_of(4000), 384)


@pytest.mark.parametrize("renderer", [PillowSlipRenderer, LowSlipRenderer])
def test_a_spoilt_drawing_never_becomes_bytes(real, monkeypatch, renderer):
    _, certificate = real
    other = CertificateOnPaper(code_of(825), certificate.fields)
    right = draw_code(certificate.code, 576)
    monkeypatch.setattr(
        f"edge.adapters.{'slip_pillow' if renderer is PillowSlipRenderer else 'slip_low'}.draw_code",
        lambda _text, _width: right,
    )

    with pytest.raises(SlipUnreadable):
        renderer(80).render(slip_of(other))


def test_a_slip_without_any_code_is_not_taken_for_a_certificate():
    with pytest.raises(SlipUnreadable):
        slip_reading.check_code(PillowSlipRenderer(80).render(slip_of(None)), "HC1:")


def test_pictures_are_found_between_letters_and_bands():
    low = LowSlipRenderer(58).render(slip_of(None, lines=("một", "two")))

    assert len(list(slip_reading.pictures(low))) >= 2


def test_all_eleven_fields_stand_on_the_slip_in_both_languages(real):
    _, certificate = real

    assert [label.split(" · ")[1] for label, _, _ in certificate.fields] == [
        "Name",
        "Date of birth",
        "Disease",
        "Vaccine type",
        "Product",
        "Manufacturer",
        "Dose / of",
        "Date of vaccination",
        "Country",
        "Issuer",
        "Certificate identifier",
    ]
    values = {label.split(" · ")[1]: (vi, en) for label, vi, en in certificate.fields}
    assert values["Name"] == ("Nguyễn Thị Mẫu",) * 2
    assert values["Date of birth"] == ("17/08/1985",) * 2
    assert values["Vaccine type"] == ("Vắc xin mRNA ngừa SARS-CoV-2", "SARS-CoV-2 mRNA vaccine")
    assert values["Country"] == ("Việt Nam", "Viet Nam")
    assert values["Dose / of"] == ("2 / 2",) * 2
    assert values["Certificate identifier"][0].startswith("URN:UVCI:01:VN:")


def test_one_that_was_issued_anew_says_that_earlier_prints_do_not_count(real):
    _, certificate = real
    said = [
        [
            block.text
            for block in layout(slip_of(each, reprint=again), ZoneInfo("UTC"))
            if isinstance(block, Words)
        ]
        for each, again in [
            (certificate, False),
            (replace(certificate, reissued=True), False),
            (certificate, True),
        ]
    ]

    assert [NEWEST_COUNTS in words for words in said] == [False, True, True]
    assert ["BẢN IN LẠI" in words for words in said] == [False, False, True]


def test_a_reprint_says_so_on_top_and_a_first_copy_does_not(real):
    _, certificate = real
    renderer = PillowSlipRenderer(80)

    first = renderer.rows(slip_of(certificate))
    again = renderer.rows(slip_of(certificate, reprint=True))

    assert again.endswith(first)
    assert len(again) > len(first)


def test_neither_code_nor_values_show_in_the_words_of_a_slip_for_a_log(real):
    _, certificate = real

    assert "HC1:" not in repr(slip_of(certificate))
    assert "Mẫu" not in repr(slip_of(certificate))

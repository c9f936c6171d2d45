"""A second opinion: the npm package npos reads our slips as our virtual printer draws them."""

import base64
import json
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from factories import node
from factories.certificates import hc1, rsa_key
from factories.printers import a_slip, in_process
from PIL import Image

from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.ports import CertificateOnPaper

pytestmark = pytest.mark.system

SOURCES = Path(__file__).parent / "npos"


@pytest.fixture(scope="module")
def npos() -> Path:
    return node.installed(SOURCES)


def read_by(npos: Path, data: bytes) -> list[Image.Image]:
    """Return the pictures that npos finds in ``data``."""
    done = subprocess.run(
        [node.NODE, str(npos / "decode.js")],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [
        Image.frombytes("L", (found["width"], found["height"]), base64.b64decode(found["dots"]))
        for found in json.loads(done.stdout)
    ]


@pytest.mark.parametrize(("paper_width_mm", "width"), [(58, 384), (80, 576)])
def test_npos_our_raster_and_our_virtual_printer_agree_on_every_dot(npos, paper_width_mm, width):
    renderer = PillowSlipRenderer(paper_width_mm)
    slip = a_slip(qr="TRAM1:A012:01J9ZQ5Y7K3M", reprint=True)
    data = renderer.render(slip)
    rows = renderer.rows(slip)

    with in_process(width) as wired:
        wired.printer.send(data)
        drawn = wired.slip(1)
    (read,) = read_by(npos, data)

    meant = Image.frombytes("1", (width, len(rows) * 8 // width), bytes(b ^ 0xFF for b in rows))
    assert read.tobytes() == meant.convert("L").tobytes()
    assert read.tobytes() == drawn.crop((0, 0, *read.size)).convert("L").tobytes()


@pytest.mark.parametrize(("paper_width_mm", "width"), [(58, 384), (80, 576)])
def test_npos_sees_a_certificate_as_it_was_drawn_and_its_code_reads(npos, paper_width_mm, width):
    code = hc1(rsa_key())
    slip = a_slip(kind="certificate", certificate=CertificateOnPaper(code, ()))
    data = PillowSlipRenderer(paper_width_mm).render(slip)

    (read,) = read_by(npos, data)

    assert read.width == width
    assert [found.text for found in zxingcpp.read_barcodes(read)] == [code]


def test_npos_sees_the_difference_of_one_dot(npos):
    rows = bytearray(PillowSlipRenderer(80).rows(a_slip()))
    rows[-1] ^= 1
    picture = bytes((0x1D, 0x76, 0x30, 0, 72, 0)) + (len(rows) // 72).to_bytes(2, "little") + rows

    (read,) = read_by(npos, picture)

    other = Image.frombytes("1", (576, len(rows) // 72), bytes(b ^ 0xFF for b in rows))
    assert read.getpixel((575, read.height - 1)) == 0
    assert read.tobytes() == other.convert("L").tobytes()

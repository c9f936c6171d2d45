"""A second opinion: the npm package npos reads our slips as our virtual printer draws them."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from factories.printers import a_slip, in_process
from PIL import Image

from edge.adapters.slip_pillow import PillowSlipRenderer

pytestmark = pytest.mark.system

SOURCES = Path(__file__).parent / "npos"
INSTALLED = Path(__file__).parents[2] / ".cache" / "npos"


@pytest.fixture(scope="module")
def npos() -> Path:
    """Install what the lock file names, unless that is installed already."""
    stamp = INSTALLED / "package-lock.installed.json"
    lock = (SOURCES / "package-lock.json").read_bytes()
    if not stamp.exists() or stamp.read_bytes() != lock:
        INSTALLED.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCES / name, INSTALLED)
        command = ["npm", "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=INSTALLED, check=True, timeout=300)
        stamp.write_bytes(lock)
    return INSTALLED


def read_by(npos: Path, data: bytes) -> list[Image.Image]:
    """Return the pictures that npos finds in ``data``."""
    done = subprocess.run(
        ["node", str(SOURCES / "decode.js")],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "NODE_PATH": str(npos / "node_modules")},
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


def test_npos_sees_the_difference_of_one_dot(npos):
    rows = bytearray(PillowSlipRenderer(80).rows(a_slip()))
    rows[-1] ^= 1
    picture = bytes((0x1D, 0x76, 0x30, 0, 72, 0)) + (len(rows) // 72).to_bytes(2, "little") + rows

    (read,) = read_by(npos, picture)

    other = Image.frombytes("1", (576, len(rows) // 72), bytes(b ^ 0xFF for b in rows))
    assert read.getpixel((575, read.height - 1)) == 0
    assert read.tobytes() == other.convert("L").tobytes()

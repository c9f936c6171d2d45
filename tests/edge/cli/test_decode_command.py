"""``python -m edge decode``: what is printed for every kind of file."""

import base64
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import segno
from factories import frames
from PIL import Image

from edge.adapters.decoder_burst import thorough_decoder
from edge.cli.decode import run, text_of

CARD = "058185000123|264000456|Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3, Phước Dinh, Thuận Nam, Ninh Thuận|05052021"
TODAY = date(2021, 12, 1)


@pytest.fixture
def decode(capsys: pytest.CaptureFixture[str]):
    def run_on(*arguments: object) -> list[dict]:
        assert run(["--json", *map(str, arguments)], thorough_decoder, TODAY) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run_on


def picture(folder: Path, *payloads: str, name: str = "card.png") -> Path:
    side_by_side = np.hstack([frames.printed(frames.modules(text), 25) for text in payloads])
    path = folder / name
    path.write_bytes(frames.png(side_by_side))
    return path


def test_a_card_gives_its_text_and_its_claim(decode, tmp_path: Path):
    path = picture(tmp_path, CARD)

    [line] = decode(path)

    assert line["file"] == str(path)
    assert line["ms"] > 0
    assert line["codes"] == [
        {
            "text": CARD,
            "symbology": "QRCode",
            "document": {
                "class": "cccd_2021",
                "number": "058185000123",
                "name": "Nguyễn Thị Mẫu",
                "birth": "1985-08-17",
                "sex": "female",
                "warnings": [],
            },
        }
    ]


def test_a_web_address_is_listed_with_the_reason_why_it_checks_nobody_in(decode, tmp_path: Path):
    [line] = decode(picture(tmp_path, "https://example.vn"))

    assert line["codes"][0]["document"] == {"class": "url", "reason": "web_address"}


def test_all_codes_of_a_picture_are_listed(decode, tmp_path: Path):
    [line] = decode(picture(tmp_path, CARD, "https://example.vn"))

    assert {code["text"] for code in line["codes"]} == {CARD, "https://example.vn"}


def test_a_broken_picture_and_a_missing_file_are_lines_with_an_error(decode, tmp_path: Path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8 broken")

    lines = decode(broken, tmp_path / "nowhere.png", tmp_path, picture(tmp_path, CARD))

    assert [line.get("error") for line in lines] == [
        "the file is not a picture",
        "No such file or directory",
        "Is a directory",
        None,
    ]
    assert [len(line["codes"]) for line in lines] == [0, 0, 0, 1]


def test_a_picture_without_a_code_lists_none(decode, tmp_path: Path):
    path = tmp_path / "wall.png"
    path.write_bytes(frames.png(frames.empty(1, width=1280).frame))

    assert decode(path)[0]["codes"] == []


def test_a_payload_that_is_not_utf8_is_kept_exactly(decode, tmp_path: Path):
    payload = "Nguyễn".encode("utf-16")
    segno.make_qr(payload).save(str(tmp_path / "odd.png"), scale=8)

    [code] = decode(tmp_path / "odd.png")[0]["codes"]

    assert base64.b64decode(code["base64"]) == payload


def test_frames_of_a_burst_help_one_another_only_when_told_that_they_are_one(
    decode, tmp_path: Path
):
    burst = frames.burst("low_light", 2, severity=1.6)
    paths = [tmp_path / f"{place}.png" for place in range(8)]
    for path, shot in zip(paths, burst, strict=True):
        path.write_bytes(frames.png(shot.frame))

    alone, together = decode(*paths), decode("--burst", *paths)

    assert [line["codes"] for line in alone] == [[]] * 8
    assert {code["text"] for line in together for code in line["codes"]} == {burst[0].text}


def test_without_json_a_person_can_read_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    paths = [picture(tmp_path, CARD), tmp_path / "nowhere.png"]

    assert run([str(path) for path in paths], thorough_decoder, TODAY) == 0

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{paths[0]}: [cccd_2021] {CARD} (")
    assert second == f"{paths[1]}: No such file or directory"


def test_it_runs_as_a_program_without_any_configuration(tmp_path: Path):
    path = picture(tmp_path, CARD)
    Image.open(path).convert("RGBA").save(tmp_path / "alpha.webp")
    odd = tmp_path / "tên lạ \udcff.png"
    odd.write_bytes(path.read_bytes())

    done = subprocess.run(
        [sys.executable, "-m", "edge", "decode", path, tmp_path / "alpha.webp", odd, "--json"],
        capture_output=True,
        check=True,
    )

    lines = [
        json.loads(line) for line in done.stdout.decode("utf-8", "surrogateescape").splitlines()
    ]
    assert [line["codes"][0]["text"] for line in lines] == [CARD] * 3
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("Chamaléa".encode(), ("Chamaléa", True)),
        (b"Chamale\xcc\x81a", ("Chamaléa", True)),
        ("デザインQR".encode("cp932"), ("デザインQR", False)),
        ("café".encode("latin-1"), ("café", False)),
        (b"\x81", ("\x81", False)),
    ],
)
def test_bytes_become_text(payload: bytes, expected: tuple[str, bool]):
    assert text_of(payload) == expected

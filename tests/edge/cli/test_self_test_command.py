"""The camera's self-test, from the printed target to what somebody on a ladder is told."""

import json
from pathlib import Path

import numpy as np
import pytest
from factories import frames
from PIL import Image

from edge.__main__ import main
from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.target_pillow import DOTS_PER_INCH, draw_target
from edge.domain.self_test import ADVICE, Measured, Remark, remarks
from protocol.events import SelfTested, decode_body, decode_event
from protocol.identity import DeviceId

PX_PER_MM = 10
TARGET = np.asarray(draw_target())
GOOD = Measured(10, 10, sharpness=1.2, light=0.6, glare=0.01, contrast=0.8, module_px=3.0, decode_ms=9)  # fmt: skip


def seen(spoil=lambda frame: frame, *, px_per_mm: float = PX_PER_MM) -> frames.Grey:
    """Return the target as the camera sees it in a dim room."""
    rng = np.random.default_rng(5)
    scale = px_per_mm / (DOTS_PER_INCH / 25.4)
    size = (round(TARGET.shape[1] * scale), round(TARGET.shape[0] * scale))
    small = np.asarray(Image.fromarray(TARGET).resize(size, Image.Resampling.BOX), np.float32)
    room = np.full((1080, 1920), 90, np.uint8)
    height, width = small.shape
    room[100 : 100 + height, 200 : 200 + width] = (20 + small * 0.75)[:980, :1700]
    return frames.noisy(spoil(room), 2, rng)


def result_of(capsys, tmp_path: Path, frame) -> tuple[int, dict]:
    (tmp_path / "seen.png").write_bytes(frames.png(frame))
    code = main(["self-test", "--image", str(tmp_path / "seen.png"), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_good_camera_is_ready(capsys, tmp_path) -> None:
    code, found = result_of(capsys, tmp_path, seen())

    assert (code, found["remarks"]) == (0, ["good"])
    assert found["module_px"] == pytest.approx(20 * 53 / 61 * PX_PER_MM / 53, rel=0.1)
    assert (found["frames"], found["read"]) == (1, 1)


@pytest.mark.parametrize(
    ("frame", "remark"),
    [
        (seen(lambda f: frames.defocused(f, 2.5)), "blurred"),
        (seen(lambda f: frames.lit(f, 0.2)), "too_dark"),
        (seen(lambda f: frames.lit(f, 1.8)), "too_bright"),
        (seen(lambda f: frames.lit(f, 0.2, 120)), "flat"),
        (seen(px_per_mm=5), "too_small"),
        (np.full((720, 1280), 128, np.uint8), "no_target"),
        (np.full((720, 1280), 9, np.uint8), "too_dark"),
    ],
    ids=["blurred", "dark", "bright", "flat", "small", "nothing", "lid_on"],
)
def test_what_is_wrong_is_named(capsys, tmp_path, frame, remark: str) -> None:
    code, found = result_of(capsys, tmp_path, frame)

    assert code == 1
    assert remark in found["remarks"]


def test_advice_is_given_in_words(capsys, tmp_path) -> None:
    (tmp_path / "seen.png").write_bytes(frames.png(np.full((720, 1280), 128, np.uint8)))

    main(["self-test", "--image", str(tmp_path / "seen.png")])

    assert "print it at 100 %" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["target.pdf", "target.png"])
def test_the_target_is_written_at_its_true_size(tmp_path, name: str) -> None:
    assert main(["self-test", "--print-target", str(tmp_path / name)]) == 0

    data = (tmp_path / name).read_bytes()
    assert data.startswith(b"%PDF" if name.endswith("pdf") else b"\x89PNG")
    if name.endswith("png"):
        with Image.open(tmp_path / name) as target:
            assert target.info["dpi"][0] == pytest.approx(300, abs=0.1)


def test_without_a_name_the_target_lies_in_this_folder_and_the_terminal_says_where(
    capsys, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["self-test", "--print-target"]) == 0

    assert (tmp_path / "tram-target.pdf").read_bytes().startswith(b"%PDF")
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'tram-target.pdf'}: print it")


@pytest.mark.parametrize("name", ["target.doc", "no/such/folder.png"])
def test_a_target_that_cannot_be_written_is_refused_in_words(capsys, tmp_path, name) -> None:
    assert main(["self-test", "--print-target", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.startswith("edge: ")


def test_run_with_the_settings_it_is_journalled_for_the_centre(capsys, tmp_path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "target.png").write_bytes(frames.png(seen()))
    (tmp_path / "edge.toml").write_text(
        'device = "kiosk-0001"\nsite = "phuoc-dinh"\nsite_name = "Trạm Y tế Phước Dinh"\n'
        'data_directory = "data"\nkeys_directory = "keys"\n'
        '[camera]\ndriver = "files"\npath = "pictures"\nframes_per_second = 60\n'
    )
    (tmp_path / "data").mkdir()

    assert main(["self-test", "--config", str(tmp_path / "edge.toml"), "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    device = DeviceId("kiosk-0001")
    journal = SqliteJournal(tmp_path / "data/journal.db", device=device, clock=SystemClock())
    (entry,) = journal.entries(0, most=9, most_bytes=1 << 20)
    journal.close()
    body = decode_body(decode_event(entry.data))
    assert isinstance(body, SelfTested)
    assert (body.read, body.remarks) == (found["read"], ("good",))
    assert found["frames"] == 10


def test_a_kiosk_without_a_camera_says_what_to_do(capsys, tmp_path) -> None:
    (tmp_path / "edge.toml").write_text(
        'device = "kiosk-0001"\nsite = "phuoc-dinh"\nsite_name = "x"\n'
        'data_directory = "data"\nkeys_directory = "keys"\n'
    )

    assert main(["self-test", "--config", str(tmp_path / "edge.toml")]) == 75
    assert "systemctl stop tram-edge" in capsys.readouterr().err


def test_every_remark_has_its_advice() -> None:
    assert set(ADVICE) == set(Remark)


def test_a_target_that_is_read_now_and_then_only_is_not_good() -> None:
    assert remarks(GOOD) == (Remark.GOOD,)
    assert remarks(Measured(10, 7, 1.2, 0.6, 0.01, 0.8, 3.0, 9)) == (Remark.BLURRED,)


def test_a_slow_machine_is_named() -> None:
    assert remarks(Measured(10, 10, 1.2, 0.6, 0.01, 0.8, 3.0, 250)) == (Remark.SLOW,)

"""The real picamera2 on libcamera's virtual camera, in a Debian 13 root folder."""

import os
import shutil
import subprocess
from pathlib import Path

import cv2
import pytest
from factories import frames

PROJECT = Path(__file__).parents[2]
ROOT = PROJECT / ".cache" / "picamera2-root"
HARNESS = Path(__file__).parent / "picamera2"
CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")
PACKAGES = ["picamera2==0.3.38", "pytest>=9", "msgspec", "cbor2", "cryptography", "zxing-cpp"]
TUNABLES = "glibc.malloc.perturb=255:glibc.malloc.tcache_count=0"
"""libcamera 0.4 leaves a virtual frame's status unset; picamera2 drops what is not zero there."""

pytestmark = pytest.mark.system


def run(*command: str | Path, **variables: str) -> str:
    """Run a command to its end; its output is the failure's message."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PIP_FIND_LINKS", "PYTHONPATH")}
    done = subprocess.run(
        [str(part) for part in command],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    return done.stdout


@pytest.fixture(scope="module")
def root() -> Path:
    """Return a root with picamera2 in it; made once, then kept."""
    stamp = ROOT / "srv" / "made"
    wanted = "\n".join(PACKAGES)
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(ROOT, ignore_errors=True)
        run(PROJECT / "tests/system/debian_root.sh", ROOT)
        shutil.copy("/etc/resolv.conf", ROOT / "etc/resolv.conf")
        if (Path("/") / CERTIFICATES).exists():
            shutil.copy(Path("/") / CERTIFICATES, ROOT / CERTIFICATES)
        run("chroot", ROOT, "python3", "-m", "venv", "--system-site-packages", "/opt/v")
        pip = ("/opt/v/bin/pip", "install", "-q", *PACKAGES)
        run("chroot", ROOT, *pip, PIP_CERT=f"/{CERTIFICATES}")
        stamp.write_text(wanted)
    return ROOT


def copied(root: Path) -> Path:
    """Put the program and the suite into the root as they are now; return the folder."""
    place = root / "srv" / "tram"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    leave = shutil.ignore_patterns("__pycache__")
    for package in ("edge", "protocol"):
        shutil.copytree(PROJECT / package, place / package, ignore=leave)
    shutil.copytree(HARNESS, place / "harness", ignore=leave)
    shutil.copy(PROJECT / "tests/ports/camera_suite.py", place / "harness")
    return place


def set_scene(root: Path, shot: frames.Shot) -> None:
    """Point libcamera's virtual camera at a folder of pictures of ``shot``."""
    folder = root / "srv" / "frames"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number in range(3):
        assert cv2.imwrite(str(folder / f"{number}.jpg"), shot.frame)
    pipeline = root / "usr/share/libcamera/pipeline/virtual"
    pipeline.mkdir(parents=True, exist_ok=True)
    shutil.copy(HARNESS / "virtual.yaml", pipeline)


def test_picamera2_keeps_the_promises_of_the_camera_port(root: Path):
    shot = frames.shoot("plain", 11, width=1280)
    assert shot.text is not None
    copied(root)
    set_scene(root, shot)

    output = run(
        *("chroot", root, "/opt/v/bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("--rootdir=/srv/tram", "/srv/tram/harness/inside.py"),
        PYTHONPATH="/srv/tram:/srv/tram/harness",
        GLIBC_TUNABLES=TUNABLES,
        LIBCAMERA_LOG_LEVELS="ERROR",
        TRAM_TEXT_IN_VIEW=shot.text,
        LANG="C.UTF-8",
    )

    assert "10 passed" in output


def test_without_a_camera_picamera2_is_unavailable(root: Path):
    copied(root)
    shutil.rmtree(root / "usr/share/libcamera/pipeline/virtual", ignore_errors=True)
    code = (
        "from edge.adapters.camera_picamera2 import Picamera2Camera\n"
        "from edge.ports import CameraUnavailable\n"
        "import sys; sys.path.insert(0, '/srv/tram/harness')\n"
        "try: Picamera2Camera().open()\n"
        "except CameraUnavailable as error: print('unavailable:', error)\n"
    )

    output = run(
        "chroot", root, "/opt/v/bin/python", "-c", code, PYTHONPATH="/srv/tram:/srv/tram/harness"
    )

    assert output.startswith("unavailable: camera 0: ")

"""The camera port's promises, kept by picture files, by the simulated camera and by OpenCV."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from factories import frames
from ports.camera_suite import *  # noqa: F403 - the suite's tests are this module's tests
from ports.camera_suite import CameraUnderTest, texts_in

from edge.adapters.camera_files import FilesCamera
from edge.adapters.camera_opencv import OpencvCamera
from edge.adapters.camera_picamera2 import Picamera2Camera
from edge.ports import CameraUnavailable
from edge.simulated.camera import SimulatedCamera

SHOT = frames.shoot("plain", 11, width=1280)
QUICK = 200.0


def files(folder: Path) -> CameraUnderTest:
    for name in ("1.png", "2.png"):
        (folder / name).write_bytes(frames.png(SHOT.frame))
    missing = FilesCamera([folder / "nowhere"])
    return CameraUnderTest(FilesCamera([folder], frames_per_second=QUICK), SHOT.text, missing)


def opencv(folder: Path) -> CameraUnderTest:
    film = video(folder / "film.avi")
    missing = OpencvCamera(folder / "video99")
    return CameraUnderTest(OpencvCamera(film, frames_per_second=QUICK), SHOT.text, missing)


def simulated(_folder: Path) -> CameraUnderTest:
    camera = SimulatedCamera(frames_per_second=QUICK)
    picture = frames.png(SHOT.frame)
    # A simulated camera is always there: what is missing here is the camera of a machine
    # without picamera2, which a kiosk that is set up wrongly asks for.
    missing = Picamera2Camera()
    return CameraUnderTest(camera, SHOT.text, missing, lambda: camera.hold_up(picture))


def video(path: Path) -> Path:
    """Film a card for eight frames: stands in for a USB camera, which a test machine lacks."""
    height, width = SHOT.frame.shape
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (width, height))
    assert writer.isOpened()
    for _ in range(8):
        writer.write(cv2.cvtColor(SHOT.frame, cv2.COLOR_GRAY2BGR))
    writer.release()
    return path


@pytest.fixture(params=[files, opencv, simulated], ids=lambda make: make.__name__)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CameraUnderTest]:
    under_test = request.param(tmp_path)
    yield under_test
    under_test.camera.close()


def test_a_film_that_ends_is_a_camera_that_went_away(tmp_path: Path):
    camera = OpencvCamera(video(tmp_path / "film.avi"), frames_per_second=QUICK)
    camera.open()
    for _ in range(8):
        camera.frame()

    with pytest.raises(CameraUnavailable):
        camera.frame()

    camera.open()
    assert texts_in(camera.frame()) == [SHOT.text]
    camera.close()


def test_a_device_number_without_a_device_says_so():
    with pytest.raises(CameraUnavailable):
        OpencvCamera(97).open()


def test_a_file_that_is_no_film_says_so(tmp_path: Path):
    path = tmp_path / "film.avi"
    path.write_bytes(b"no film")

    with pytest.raises(CameraUnavailable):
        OpencvCamera(path).open()

"""What every camera promises; run by test_camera.py here and inside a Debian 13 root for picamera2."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import zxingcpp

from edge.ports import Camera, CameraUnavailable


def nothing() -> None:
    """Need no help to see the scene."""


@dataclass(frozen=True)
class CameraUnderTest:
    """A camera, what stands before it, and one that is not there."""

    camera: Camera
    text: str
    missing: Camera
    show: Callable[[], None] = nothing

    def opened(self) -> Camera:
        self.camera.open()
        self.show()
        return self.camera


def texts_in(frame: np.ndarray) -> list[str]:
    return [code.bytes.decode() for code in zxingcpp.read_barcodes(frame)]


def test_a_frame_is_grey_and_shows_the_scene(made: CameraUnderTest):
    frame = made.opened().frame()

    assert (frame.dtype, frame.ndim) == (np.uint8, 2)
    assert frame.flags.c_contiguous
    assert frame.shape[1] > frame.shape[0] > 400
    assert texts_in(frame) == [made.text]


def test_the_caller_owns_the_frame(made: CameraUnderTest):
    camera = made.opened()
    first = camera.frame()

    first[:] = 0
    second = camera.frame()

    assert first.max() == 0
    assert texts_in(second) == [made.text]


def test_a_camera_gives_frame_after_frame(made: CameraUnderTest):
    camera = made.opened()

    shapes = {camera.frame().shape for _ in range(4)}

    assert len(shapes) == 1


def test_a_camera_that_was_not_opened_gives_no_frame(made: CameraUnderTest):
    with pytest.raises(CameraUnavailable):
        made.camera.frame()


def test_closing_twice_is_harmless_and_ends_the_frames(made: CameraUnderTest):
    camera = made.opened()
    camera.frame()

    camera.close()
    camera.close()

    with pytest.raises(CameraUnavailable):
        camera.frame()


def test_a_closed_camera_opens_again(made: CameraUnderTest):
    made.opened().frame()
    made.camera.close()

    frame = made.opened().frame()

    assert texts_in(frame) == [made.text]


def test_opening_an_open_camera_starts_it_anew(made: CameraUnderTest):
    made.opened().frame()

    frame = made.opened().frame()

    assert texts_in(frame) == [made.text]


def test_a_camera_that_is_not_there_says_so(made: CameraUnderTest):
    with pytest.raises(CameraUnavailable):
        made.missing.open()
    made.missing.close()

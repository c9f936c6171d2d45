"""Runs inside the Debian 13 root: the camera port's suite on the real picamera2."""

import os

import pytest
import virtualcam
from camera_suite import *  # noqa: F403 - the suite's tests are this module's tests
from camera_suite import CameraUnderTest

from edge.adapters.camera_picamera2 import Picamera2Camera
from edge.ports import CameraUnavailable

virtualcam.install()
ASKED = (1920, 1080)
GIVEN = (1280, 720)


@pytest.fixture
def made():
    width, height = ASKED
    camera = Picamera2Camera(width=width, height=height)
    yield CameraUnderTest(camera, os.environ["TRAM_TEXT_IN_VIEW"], Picamera2Camera(7))
    camera.close()


def test_the_frame_has_the_size_that_the_camera_gives_not_the_one_asked_for(made):
    frame = made.opened().frame()

    assert frame.shape == (GIVEN[1], GIVEN[0])


def test_a_camera_in_use_is_unavailable_and_free_again_when_closed(made):
    made.opened().frame()
    second = Picamera2Camera()

    with pytest.raises(CameraUnavailable):
        second.open()

    made.camera.close()
    second.open()
    assert second.frame().shape == (GIVEN[1], GIVEN[0])
    second.close()

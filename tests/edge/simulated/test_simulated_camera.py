"""The simulated camera beyond the port's promises: what is held up, and for how long."""

import threading
import time

import numpy as np
import pytest
import zxingcpp
from factories import frames

from edge.simulated.camera import SimulatedCamera

SHOT = frames.shoot("plain", 11, width=1280)
PICTURE = frames.png(SHOT.frame)


@pytest.fixture
def camera() -> SimulatedCamera:
    made = SimulatedCamera(frames_per_second=200, held_seconds=0.2)
    made.open()
    return made


def texts(frame: np.ndarray) -> list[str]:
    return [code.bytes.decode() for code in zxingcpp.read_barcodes(frame)]


def test_nobody_there_is_a_blank_wall(camera: SimulatedCamera):
    frame = camera.frame()

    assert frame.shape == (720, 1280)
    assert frame.min() == frame.max()


def test_a_picture_held_up_from_another_thread_is_seen_and_then_taken_away(camera: SimulatedCamera):
    hand = threading.Thread(target=camera.hold_up, args=(PICTURE,))
    hand.start()
    hand.join()

    seen = camera.frame()
    until = time.monotonic() + 5
    while camera.frame().min() != 96 and time.monotonic() < until:
        pass

    assert texts(seen) == [SHOT.text]
    assert camera.frame().max() == 96


def test_a_slow_reader_still_sees_the_picture_once():
    camera = SimulatedCamera(frames_per_second=200, held_seconds=0)
    camera.open()
    camera.hold_up(PICTURE)

    assert texts(camera.frame()) == [SHOT.text]
    assert camera.frame().max() == 96


def test_a_broken_picture_is_refused_in_words_and_the_camera_goes_on(camera: SimulatedCamera):
    with pytest.raises(ValueError, match="not a picture"):
        camera.hold_up(b"no picture")

    assert camera.frame().max() == 96


def test_frames_come_at_a_cameras_pace():
    camera = SimulatedCamera(frames_per_second=50)
    began = time.monotonic()
    camera.open()
    camera.frame()

    for _ in range(5):
        camera.frame()

    # No upper bound: the machine may be busy.
    assert time.monotonic() - began >= 0.09


def test_a_pace_of_nothing_is_refused():
    with pytest.raises(ValueError, match="more than 0"):
        SimulatedCamera(frames_per_second=0)

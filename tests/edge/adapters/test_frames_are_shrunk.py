"""Small copies of frames are what OpenCV's own mean of areas gives, to a few grey levels."""

import cv2
import numpy as np
import pytest
from factories import frames

from edge.adapters.decoder_frames import shrunk


@pytest.mark.parametrize(
    ("width", "size"),
    [(1280, (320, 180)), (1920, (320, 180)), (2304, (320, 180)), (1280, (160, 90))],
)
def test_a_frame_shrunk_by_halves_looks_as_if_it_was_shrunk_at_once(width, size):
    frame = frames.empty(3, width=width).frame

    small = shrunk(frame, size)

    at_once = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    difference = np.abs(small.astype(int) - at_once)
    assert small.shape == (size[1], size[0])
    assert (difference.mean() < 1, np.percentile(difference, 99) < 10) == (True, True)


def test_odd_pixels_and_one_that_is_small_already_are_shrunk_too():
    odd = np.full((721, 1283), 77, np.uint8)

    assert (shrunk(odd, (320, 180)) == 77).all()
    assert shrunk(odd, (320, 180)).shape == (180, 320)
    assert (shrunk(odd[:180, :320], (320, 180)) == odd[:180, :320]).all()

"""Levels are numpy's own, and looking at a card loads nothing that only numpy's way to them needs."""

import subprocess
import sys

import numpy as np
import pytest

from edge.adapters.levels import levels, levels_of_layers, median

LOOK = """
import sys
import numpy as np
from edge.adapters.aim_opencv import OpencvAimer
from edge.adapters.decoder_burst import BurstDecoder, kiosk_decoder
from edge.simulated.sample_cards import SAMPLE_CARDS
from edge.services.pictures import grey_frames
eyes = OpencvAimer(), kiosk_decoder()
noise = np.random.default_rng(1).integers(0, 255, (720, 1280), np.uint8)
card = grey_frames(SAMPLE_CARDS[0].draw(), 1_000_000)[0]
for at_ms, frame in enumerate((noise, card, card // 8 + 60, noise // 2 + card // 2)):
    eyes[0].measure(frame, 100 * at_ms)
    eyes[1].decode(frame)
print("numpy.ma" in sys.modules)
"""


@pytest.mark.parametrize("count", [1, 2, 3, 8, 1001])
@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64])
def test_levels_and_middle_are_numpys_own(count, kind):
    values = np.random.default_rng(count).integers(0, 255, (count, 3)).astype(kind)

    assert np.allclose(levels(values, 0, 5, 37.5, 95, 100), np.percentile(values, (0, 5, 37.5, 95, 100)))  # fmt: skip
    assert np.isclose(median(values), np.median(values))


@pytest.mark.parametrize("count", [3, 4, 8])
def test_levels_of_layers_are_taken_at_each_place(count):
    layers = np.random.default_rng(count).integers(0, 255, (count, 5, 7)).astype(np.uint8)

    quarter, middle = levels_of_layers(layers, 25, 50)

    assert np.allclose(quarter, np.percentile(layers, 25, axis=0))
    assert np.allclose(middle, np.median(layers, axis=0))


def test_looking_at_cards_does_not_load_numpys_masked_arrays():
    told = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"

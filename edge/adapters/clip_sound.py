"""What is in a recording: length, loudness, silence at its ends; libsndfile reads WAV, MP3, Ogg."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from edge.ports import ClipUnreadable

Samples = npt.NDArray[np.float32]

_FULL_SCALE_FLOOR_DB = -120.0
_QUIETEST_PART = 0.02
_WINDOW_SECONDS = 0.01
_HEARD = 0.03
"""A window this loud beside the loudest is speech: 30 dB below it a room may hum."""
_FULL_SCALE = 0.999
_CUT_OFF_SAMPLES = 3
"""So many at full scale in a row are a wave whose top is missing, not a top that just fits."""


@dataclass(frozen=True, slots=True)
class ClipSound:
    """What is heard in a recording.

    Attributes:
        level_db: Mean of the parts that are not silent, below full scale.
        before_seconds: Silence before the first word.
        after_seconds: Silence after the last.
        cut_off: The recorder was set too loud: the wave has flat tops.
    """

    seconds: float
    level_db: float
    before_seconds: float
    after_seconds: float
    cut_off: bool


def measure(path: Path) -> ClipSound:
    """Return what is heard in the recording at ``path``.

    Raises:
        ClipUnreadable: Not WAV, MP3 or Ogg, or empty.
    """
    samples, rate_hz = read_mono(path)
    first, last = heard(samples, rate_hz)
    return ClipSound(
        seconds=len(samples) / rate_hz,
        level_db=level_db(samples),
        before_seconds=first / rate_hz,
        after_seconds=(len(samples) - last) / rate_hz,
        cut_off=_is_cut_off(samples),
    )


def read_mono(file: Path | BinaryIO) -> tuple[Samples, int]:
    """Return the samples of ``file``, -1 to 1, its channels in one, and how many are a second.

    Raises:
        ClipUnreadable: Not WAV, MP3 or Ogg, or empty.
    """
    try:
        samples, rate_hz = soundfile.read(file, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise ClipUnreadable(str(error)) from error
    if not samples.size:
        raise ClipUnreadable("empty")
    return samples.mean(axis=1), rate_hz


def level_db(samples: Samples) -> float:
    """Return the mean level of those ``samples`` that are not silent, below full scale."""
    loud = samples[np.abs(samples) > _QUIETEST_PART * np.abs(samples).max()]
    power = float(np.mean(loud**2)) if loud.size else 0.0
    return float(10 * np.log10(power)) if power > 0 else _FULL_SCALE_FLOOR_DB


def heard(samples: Samples, rate_hz: int) -> tuple[int, int]:
    """Return where in ``samples`` something is heard: half-open, empty for silence."""
    window = max(1, int(_WINDOW_SECONDS * rate_hz))
    padded = np.pad(samples, (0, -len(samples) % window))
    power = np.sqrt((padded.reshape(-1, window) ** 2).mean(axis=1))
    loud = np.flatnonzero(power > _HEARD * power.max())
    if not loud.size:
        return 0, 0
    return int(loud[0]) * window, min(len(samples), (int(loud[-1]) + 1) * window)


def _is_cut_off(samples: Samples) -> bool:
    full = np.abs(samples) >= _FULL_SCALE
    row = np.convolve(full.astype(np.int8), np.ones(_CUT_OFF_SAMPLES, dtype=np.int8))
    return bool((row == _CUT_OFF_SAMPLES).any())

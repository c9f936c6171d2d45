"""How long and how loud a recording is; libsndfile reads WAV, MP3 and Ogg alike."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

_FULL_SCALE_FLOOR_DB = -120.0
_QUIETEST_PART = 0.02


class ClipUnreadable(Exception):  # noqa: N818 - what it is
    """The file is no recording that can be played."""


@dataclass(frozen=True, slots=True)
class ClipSound:
    """Length, and mean level of the parts that are not silence, below full scale."""

    seconds: float
    level_db: float


def measure(path: Path) -> ClipSound:
    """Return length and level of the recording at ``path``.

    Raises:
        ClipUnreadable: Not WAV, MP3 or Ogg, or empty.
    """
    try:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise ClipUnreadable(str(error)) from error
    if not samples.size:
        raise ClipUnreadable("empty")
    mono = samples.mean(axis=1)
    loud = mono[np.abs(mono) > _QUIETEST_PART * np.abs(mono).max()]
    power = float(np.mean(loud**2)) if loud.size else 0.0
    level_db = 10 * np.log10(power) if power > 0 else _FULL_SCALE_FLOOR_DB
    return ClipSound(len(mono) / rate_hz, float(level_db))

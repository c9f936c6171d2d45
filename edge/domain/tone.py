"""The tones of a result, as WAV: short, soft at both ends, below 1.2 kHz for old ears."""

import math
import struct
from collections.abc import Sequence
from typing import Final

from edge.domain.speech import Tone

RATE_HZ: Final = 22_050
_PEAK: Final = 0.5
_FADE_SECONDS: Final = 0.012
_OVERTONE: Final = 0.25

_NOTES: Final[dict[Tone, tuple[tuple[float, float], ...]]] = {
    # Hertz and seconds; 0 Hz is a rest.
    Tone.READ: ((1046.5, 0.12),),
    Tone.SUCCESS: ((659.3, 0.14), (1046.5, 0.3)),
    Tone.ATTENTION: ((784.0, 0.16), (0, 0.09), (784.0, 0.16)),
    Tone.ERROR: ((392.0, 0.18), (0, 0.05), (329.6, 0.18), (0, 0.05), (261.6, 0.34)),
}


def tone_wav(tone: Tone) -> bytes:
    """Return ``tone`` as a mono 16-bit WAV file."""
    samples = [sample for hertz, seconds in _NOTES[tone] for sample in _note(hertz, seconds)]
    return wav(struct.pack(f"<{len(samples)}h", *samples), RATE_HZ)


def _note(hertz: float, seconds: float) -> Sequence[int]:
    count = int(seconds * RATE_HZ)
    fade = int(_FADE_SECONDS * RATE_HZ)
    step = 2 * math.pi * hertz / RATE_HZ
    return [
        round(32767 * _PEAK * min(1.0, i / fade, (count - i) / fade) * _wave(i * step))
        for i in range(count)
    ]


def _wave(phase: float) -> float:
    # An octave above makes the note carry on a small loudspeaker.
    return (math.sin(phase) + _OVERTONE * math.sin(2 * phase)) / (1 + _OVERTONE)


def wav(samples: bytes, rate_hz: int) -> bytes:
    """Return 16-bit mono ``samples`` with the header of a WAV file.

    Source: RIFF WAVE, format chunk with PCM (1).
    """
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate_hz, rate_hz * 2, 2, 16)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data

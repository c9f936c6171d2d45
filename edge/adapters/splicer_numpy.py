"""Joins clips into one, each cut to what is heard in it and as loud as the others."""

import io
from collections.abc import Sequence

import numpy as np

from edge.adapters.clip_sound import Samples, heard, level_db, read_mono
from edge.domain.clip_judgement import LEVEL_DB
from edge.domain.tone import RATE_HZ, wav
from edge.ports import Clip, ClipUnreadable

GAP_SECONDS = 0.1
"""Between what is heard of two parts: a call stays one sentence, and its digits stay apart."""

_MARGIN_SECONDS = 0.03
"""Kept at both ends: the breath of a consonant is far quieter than its vowel."""
_FADE_SECONDS = 0.005
_PEAK = 0.8


class NumpySplicer:
    """Joins in memory."""

    def join(self, parts: Sequence[Clip]) -> Clip:
        between = np.zeros(int((GAP_SECONDS - 2 * _MARGIN_SECONDS) * RATE_HZ), dtype=np.float32)
        joined: list[Samples] = []
        for part in parts:
            joined += [between] if joined else []
            joined.append(_levelled(_cut(_at_our_rate(part))))
        if not joined:
            raise ClipUnreadable("there are no parts")
        samples = np.concatenate(joined) * 32767
        return Clip(wav(samples.round().astype("<i2").tobytes(), RATE_HZ), "audio/wav")


def _at_our_rate(clip: Clip) -> Samples:
    samples, rate_hz = read_mono(io.BytesIO(clip.data))
    if rate_hz == RATE_HZ:
        return samples
    # Through the spectrum: what our rate cannot carry is left out and does not come back as noise.
    count = max(1, round(len(samples) * RATE_HZ / rate_hz))
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return (np.fft.irfft(spectrum, count) * (count / len(samples))).astype(np.float32)


def _cut(samples: Samples) -> Samples:
    """Return what is heard of ``samples``, with a margin that is the same at every part's ends."""
    first, last = heard(samples, RATE_HZ)
    if first == last:
        raise ClipUnreadable("nothing is heard in it")
    margin = int(_MARGIN_SECONDS * RATE_HZ)
    padded = np.pad(samples, margin)
    kept = padded[first : last + 2 * margin].copy()
    fade = np.linspace(0, 1, int(_FADE_SECONDS * RATE_HZ), dtype=np.float32)
    kept[: len(fade)] *= fade
    kept[-len(fade) :] *= fade[::-1]
    return kept


def _levelled(samples: Samples) -> Samples:
    wanted = 10 ** ((LEVEL_DB - level_db(samples)) / 20)
    return samples * np.float32(min(wanted, _PEAK / float(np.abs(samples).max())))

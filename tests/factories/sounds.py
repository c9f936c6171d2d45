"""Sounds as a person or a recorder would make them, and what is heard in a WAV file."""

import io
import wave
from dataclasses import dataclass

import numpy as np
import soundfile

from edge.ports import Clip

RATE_HZ = 22_050


def hum(
    seconds: float = 0.4,
    level: float = 0.2,
    *,
    before: float = 0.0,
    after: float = 0.0,
    hertz: float = 300.0,
    rate_hz: int = RATE_HZ,
    kind: str = "WAV",
    channels: int = 1,
) -> bytes:
    """Return a recording of one even tone with silence at its ends."""
    at = np.arange(int(seconds * rate_hz)) / rate_hz
    tone = level * np.sin(2 * np.pi * hertz * at)
    sound = np.concatenate([np.zeros(int(before * rate_hz)), tone, np.zeros(int(after * rate_hz))])
    file = io.BytesIO()
    soundfile.write(file, np.column_stack([sound] * channels), rate_hz, format=kind)
    return file.getvalue()


def hum_clip(**how) -> Clip:
    return Clip(hum(**how), "audio/wav")


@dataclass
class Listened:
    """What the wave module finds in a file."""

    channels: int
    rate_hz: int
    bits: int
    samples: np.ndarray

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz

    @property
    def peak(self) -> float:
        return float(np.abs(self.samples).max())

    @property
    def level_db(self) -> float:
        return 20 * np.log10(np.sqrt(np.mean(self.samples**2)))

    def stretches(self, threshold: float = 0.01, window_seconds: float = 0.01):
        """Return (first, last) seconds of every stretch in which something is heard."""
        window = int(window_seconds * self.rate_hz)
        count = len(self.samples) // window
        loud = np.abs(self.samples[: count * window]).reshape(count, window).max(axis=1) > threshold
        edges = np.flatnonzero(np.diff(np.pad(loud, 1).astype(int)))
        length = window / self.rate_hz
        return [(a * length, b * length) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def listen(data: bytes) -> Listened:
    with wave.open(io.BytesIO(data)) as file:
        raw = file.readframes(file.getnframes())
        samples = np.frombuffer(raw, dtype="<i2").astype(np.float64) / 32768
        return Listened(file.getnchannels(), file.getframerate(), 8 * file.getsampwidth(), samples)

"""Speech by espeak-ng, a program that needs neither network nor voice files: the stand-in for people.

The text goes in by standard input, so that it never stands in a list of processes. Where the
program is missing, the kiosk is silent and works on.
"""

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Mapping

from edge.domain.tone import wav
from edge.ports import Clip, VoiceUnavailable

PROGRAM = "espeak-ng"
VOICES: Mapping[str, str] = {"vi": "vi-vn-x-south", "en": "en-us"}
"""Source: espeak-ng --voices; the southern voice is nearest to Ninh Thuan."""

WORDS_PER_MINUTE = {"vi": 135, "en": 145}
"""Slower than its own 175: for people who hear such a voice for the first time."""

_HEADER_BYTES = 44
_RATE_HZ_AT = slice(24, 28)
_PEAK = 0.7 * 32767
_QUIET = 0.01 * 32767
_KEPT_SECONDS = 0.04
_VOICE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+-]*")


class EspeakVoice:
    """Speaks by running the program once for each text."""

    def __init__(
        self,
        voices: Mapping[str, str] = VOICES,
        *,
        program: str = PROGRAM,
        timeout_seconds: float = 5.0,
    ) -> None:
        """Speak the languages in ``voices``: language code -> name of an espeak-ng voice."""
        self._voices = {k: v for k, v in voices.items() if _VOICE_NAME.fullmatch(v)}
        self._program = program
        self._timeout_seconds = timeout_seconds
        self._heard: set[str] = set()

    def speaks(self, language: str) -> bool:
        return language in self._heard or (language in self._voices and self._tries(language))

    def speak(self, text: str, language: str) -> Clip:
        if language not in self._voices:
            raise VoiceUnavailable(f"no voice is known for the language {language}")
        return Clip(_trimmed(self._run(text, language)), "audio/wav")

    def _tries(self, language: str) -> bool:
        try:
            self._run("a", language)
        except VoiceUnavailable:
            return False
        self._heard.add(language)
        return True

    def _run(self, text: str, language: str) -> bytes:
        program = shutil.which(self._program)
        if program is None:
            raise VoiceUnavailable(f"{self._program} is not installed")
        rate = str(WORDS_PER_MINUTE.get(language, 140))
        command = [program, "-v", self._voices[language], "-s", rate, "-b", "1", "--stdin"]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, the text by standard input
                [*command, "--stdout"],
                input=unicodedata.normalize("NFC", text).encode(),
                capture_output=True,
                timeout=self._timeout_seconds,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise VoiceUnavailable(f"{self._program} failed for the language {language}") from error
        if len(done.stdout) <= _HEADER_BYTES:
            raise VoiceUnavailable(f"{self._program} gave no sound for the language {language}")
        return done.stdout


def _trimmed(said: bytes) -> bytes:
    """Return ``said`` without the silence at both ends, in one loudness, with a true length.

    A stream's header tells a length of 2 GiB, which browsers take for the truth.
    """
    import numpy as np  # noqa: PLC0415 - slow to import; nobody speaks before the screen is there

    rate_hz = int.from_bytes(said[_RATE_HZ_AT], "little")
    even = len(said) - (len(said) - _HEADER_BYTES) % 2
    samples = np.frombuffer(said[_HEADER_BYTES:even], dtype="<i2").astype(np.float32)
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    if not loud.size:
        raise VoiceUnavailable("there is nothing to say in this text")
    margin = int(_KEPT_SECONDS * rate_hz)
    kept = samples[max(0, loud[0] - margin) : loud[-1] + margin]
    kept *= _PEAK / np.abs(kept).max()
    return wav(kept.astype("<i2").tobytes(), rate_hz)

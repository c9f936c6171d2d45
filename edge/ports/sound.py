"""What the kiosk says aloud."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound to be played: the bytes of a file, and its media type."""

    data: bytes
    media_type: str


class Voice(Protocol):
    """Says words. Blocking; safe from any thread."""

    def speaks(self, language: str) -> bool:
        """Return whether ``language`` can be spoken here now; never raises."""
        ...

    def speak(self, text: str, language: str) -> Clip:
        """Return ``text``, in NFC, spoken in ``language``.

        Raises:
            VoiceUnavailable: No voice for the language, or it failed.
        """
        ...


class Recordings(Protocol):
    """Clips that people have spoken. Blocking; safe from any thread."""

    def clip(self, name: str, language: str) -> Clip | None:
        """Return the recording of ``name``, or None when there is none that can be read."""
        ...

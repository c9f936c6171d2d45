"""What the kiosk says aloud."""

from collections.abc import Mapping, Sequence
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


class Splicer(Protocol):
    """Makes one sound of several. Blocking; safe from any thread."""

    def join(self, parts: Sequence[Clip]) -> Clip:
        """Return ``parts`` as one WAV file, mono, 22.05 kHz, each as loud as the others.

        Silence at the ends of a part is cut off; a tenth of a second is left between two.

        Raises:
            ClipUnreadable: A part is no recording, or nothing is heard in it.
        """
        ...


class ClipFolder(Protocol):
    """The clips of one language pack. Blocking; one writer."""

    def present(self) -> Mapping[str, str | None]:
        """Return id -> the words that a machine said, or None for a recording of a person."""
        ...

    def put(self, name: str, clip: Clip, words: str) -> None:
        """Store ``clip``, in which a machine says ``words``; whole, or not at all.

        Raises:
            ClipNotStored: The folder cannot be written.
        """
        ...

"""What says how a card is held."""

from typing import Protocol

from edge.domain.aim import Look
from edge.ports.camera import Frame


class Aimer(Protocol):
    """Measures cheaply, in a few milliseconds, how a card is held before the camera."""

    def measure(self, frame: Frame, at_ms: int) -> Look:
        """Return what can be said of ``frame`` beside the frames before it; keeps no readable copy."""
        ...

    def forget(self) -> None:
        """Drop what is kept of the last frame."""
        ...

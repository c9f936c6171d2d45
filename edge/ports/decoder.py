"""What finds codes in frames."""

from dataclasses import dataclass
from typing import Protocol

from edge.ports.camera import Frame


@dataclass(frozen=True, slots=True)
class Code:
    """A code found in a frame.

    Attributes:
        payload: Exact bytes; turn into text by strict UTF-8, then NFC.
        symbology: ``QRCode``, or the name of another symbology that was asked for.
        corners: Four (x, y) in pixels of the frame, clockwise from the code's top left.
    """

    payload: bytes
    symbology: str
    corners: tuple[tuple[int, int], ...] = ()


class Decoder(Protocol):
    """Finds codes in frames. Keeps the last few frames in memory to read what one cannot."""

    def decode(self, frame: Frame) -> list[Code]:
        """Return every wanted code that can be read in ``frame``; never raises on any image."""
        ...

    def forget(self) -> None:
        """Drop the frames kept for reading over time: the person before the camera changed."""
        ...

"""A camera without hardware: somebody holds a picture before it, by a call from another thread."""

import threading
import time

from edge.ports import CameraUnavailable, Frame
from edge.services.pacing import Pace

BLANK = 96


class SimulatedCamera:
    """Sees a blank wall, and for a moment the picture that was held up last.

    What deals with pixels is imported when it opens: the page that holds pictures up is there before.

    Args:
        held_seconds: How long a picture is held.
        most_pixels: Larger pictures are shrunk to it.
    """

    def __init__(
        self,
        *,
        width: int = 1280,
        height: int = 720,
        frames_per_second: float = 10,
        held_seconds: float = 1.5,
        most_pixels: int = 4_000_000,
    ) -> None:
        self._shape = (height, width)
        self._pace = Pace(frames_per_second)
        self._held_seconds = held_seconds
        self._most_pixels = most_pixels
        self._lock = threading.Lock()
        self._held: list[Frame] = []
        self._shown = 0
        self._until = 0.0
        self._open = False

    def open(self) -> None:
        import numpy as np  # noqa: PLC0415 - see the class

        self._blank = np.full(self._shape, BLANK, np.uint8)
        self._open = True

    def hold_up(self, picture: bytes) -> None:
        """Show ``picture`` to the camera from the next frame on. Any thread.

        Raises:
            ValueError: Not a picture that can be read; the text is for the person who sent it.
        """
        from edge.services.pictures import grey_frames  # noqa: PLC0415 - see the class

        frames = grey_frames(picture, self._most_pixels)
        with self._lock:
            self._held, self._shown = frames, 0
            self._until = time.monotonic() + self._held_seconds

    def frame(self) -> Frame:
        if not self._open:
            raise CameraUnavailable("the camera is not open")
        self._pace.wait()
        with self._lock:
            # Shown at least once, however slow the reader is.
            if not self._held or (self._shown and time.monotonic() > self._until):
                self._held = []
                return self._blank.copy()
            frame = self._held[self._shown % len(self._held)]
            self._shown += 1
            return frame.copy()

    def close(self) -> None:
        self._open = False

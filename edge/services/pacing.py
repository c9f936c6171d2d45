"""Hold a source that could be faster to a camera's pace."""

import time


class Pace:
    """Lets one frame through every so often. One thread at a time.

    Args:
        per_second: Frames a second; more than 0.
    """

    def __init__(self, per_second: float) -> None:
        if per_second <= 0:
            raise ValueError(f"frames per second must be more than 0, not {per_second}")
        self._interval = 1 / per_second
        self._next = 0.0

    def wait(self) -> None:
        """Block until the next frame is due; a late caller is not made to catch up."""
        now = time.monotonic()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(self._next, now) + self._interval

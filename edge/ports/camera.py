"""The camera and what it gives."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Frame = npt.NDArray[np.uint8]
    """Grey image, shape (height, width), 0 is black. Lives in memory only."""
else:
    Frame = Any


class Camera(Protocol):
    """Gives grey frames. Blocking; one thread at a time."""

    def open(self) -> None:
        """Start the camera. Safe to call again after ``close`` or an error.

        Raises:
            CameraUnavailable: No such camera, or another program holds it.
        """
        ...

    def frame(self) -> Frame:
        """Block for the next frame and return it; the caller owns it.

        Raises:
            CameraUnavailable: The camera went away or gave no frame within its time-out.
        """
        ...

    def close(self) -> None:
        """Release the camera. Safe to call twice."""
        ...

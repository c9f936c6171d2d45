"""USB cameras by V4L2, and anything else that OpenCV opens by a path, such as a video file."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge.ports import CameraUnavailable, Frame
from edge.services.pacing import Pace


class OpencvCamera:
    """Takes frames from one video device or file.

    Args:
        device: Number of a V4L2 device, or the path of a device or video file. A file ends:
            ``CameraUnavailable``; opened again it begins anew.
        width: Asked of a device; what it gives is what counts.
        height: The same.
        frames_per_second: Asked of a device; a file is held to it.
        timeout_seconds: How long a frame may take, where the driver can be told.
    """

    def __init__(
        self,
        device: int | str | Path = 0,
        *,
        width: int = 1920,
        height: int = 1080,
        frames_per_second: float = 10,
        timeout_seconds: float = 3.0,
    ) -> None:
        self._device = str(device) if isinstance(device, Path) else device
        self._size = (width, height)
        self._per_second = frames_per_second
        self._pace = Pace(frames_per_second)
        self._timeout_seconds = timeout_seconds
        self._capture: Any = None
        self._is_file = isinstance(self._device, str) and Path(self._device).is_file()

    def open(self) -> None:
        self.close()
        self._is_file = isinstance(self._device, str) and Path(self._device).is_file()
        if isinstance(self._device, str) and not Path(self._device).exists():
            raise CameraUnavailable(f"no camera at {self._device}")
        try:
            capture = cv2.VideoCapture(self._device, self._backend(), self._parameters())
        except cv2.error as error:
            raise CameraUnavailable(f"camera {self._device} cannot be opened") from error
        if not capture.isOpened():
            capture.release()
            raise CameraUnavailable(f"camera {self._device} is not there, or in use")
        self._capture = capture
        if not self._is_file:
            self._ask()

    def frame(self) -> Frame:
        if self._capture is None:
            raise CameraUnavailable("the camera is not open")
        if self._is_file:
            self._pace.wait()
        try:
            there, picture = self._capture.read()
        except cv2.error as error:
            raise CameraUnavailable(f"camera {self._device} failed") from error
        if not there or picture is None or picture.size == 0:
            raise CameraUnavailable(f"camera {self._device} gives no more frames")
        if picture.ndim == 3 and picture.shape[2] == 3:
            return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
        return np.ascontiguousarray(picture.reshape(picture.shape[:2]), np.uint8)

    def close(self) -> None:
        if self._capture is not None:
            with suppress(cv2.error):
                self._capture.release()
        self._capture = None

    def _backend(self) -> int:
        if self._is_file or sys.platform != "linux":
            return int(cv2.CAP_ANY)
        return int(cv2.CAP_V4L2)

    def _parameters(self) -> list[int]:
        if not self._is_file:
            return []
        milliseconds = int(self._timeout_seconds * 1000)
        return [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, milliseconds, cv2.CAP_PROP_READ_TIMEOUT_MSEC, milliseconds]  # fmt: skip

    def _ask(self) -> None:
        """Ask for size, pace, and no queue of old frames; a device may decline each."""
        for what, value in (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, self._size[0]),
            (cv2.CAP_PROP_FRAME_HEIGHT, self._size[1]),
            (cv2.CAP_PROP_FPS, self._per_second),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            self._capture.set(what, value)

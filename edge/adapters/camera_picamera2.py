"""The Raspberry Pi's own camera, by picamera2: the bright plane of YUV frames, no conversion.

picamera2 and libcamera come from the operating system and are imported when the camera is opened.
"""

from contextlib import suppress
from typing import Any

import numpy as np

from edge.ports import CameraError, CameraUnavailable, Frame

PLANAR = ("YUV420", "YVU420", "NV12", "NV21")
"""Formats whose rows of brightness come first, one byte a pixel."""


class Picamera2Camera:
    """Takes frames from one camera of libcamera.

    Args:
        device: Number of the camera.
        width: Asked for; libcamera may adjust it, and what it gives is what counts.
        height: The same.
        frames_per_second: Asked for where the camera lets itself be asked.
        timeout_seconds: How long a frame may take.
        focus_dioptres: Fixed distance of a movable lens, 1 / metres; None follows by itself.
        longest_exposure_microseconds: Motion spoils more reads than noise does.
    """

    def __init__(
        self,
        device: int = 0,
        *,
        width: int = 1920,
        height: int = 1080,
        frames_per_second: float = 10,
        timeout_seconds: float = 3.0,
        focus_dioptres: float | None = None,
        longest_exposure_microseconds: int | None = None,
    ) -> None:
        self._device = device
        self._size = (width, height)
        self._per_second = frames_per_second
        self._timeout_seconds = timeout_seconds
        self._focus_dioptres = focus_dioptres
        self._longest_exposure = longest_exposure_microseconds
        self._camera: Any = None
        self._given = (0, 0)

    def open(self) -> None:
        self.close()
        try:
            from picamera2 import Picamera2  # noqa: PLC0415 - only a Pi has it
        except ImportError as error:
            raise CameraUnavailable("picamera2 is not installed on this machine") from error
        try:
            self._camera = Picamera2(self._device)
            self._start()
        except (RuntimeError, IndexError, OSError, ValueError) as error:
            self.close()
            raise CameraUnavailable(f"camera {self._device}: {error}") from error
        except CameraError:
            self.close()
            raise

    def frame(self) -> Frame:
        if self._camera is None:
            raise CameraUnavailable("the camera is not open")
        try:
            planes = self._camera.capture_array("main", wait=self._timeout_seconds)
        except (TimeoutError, RuntimeError, OSError) as error:
            raise CameraUnavailable(f"camera {self._device} gave no frame in time") from error
        width, height = self._given
        # Rows may be longer than the picture is wide; colour follows below the brightness.
        return np.array(planes[:height, :width], dtype=np.uint8, order="C")

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            with suppress(RuntimeError, OSError):
                camera.stop()
            with suppress(RuntimeError, OSError):
                camera.close()

    def _start(self) -> None:
        camera = self._camera
        wanted = {"size": self._size, "format": "YUV420"}
        # queue=False: a frame is one taken after it was asked for, not one that lay waiting.
        camera.configure(camera.create_video_configuration(main=wanted, queue=False))
        main = camera.camera_configuration()["main"]
        if main["format"] not in PLANAR:
            raise CameraError(f"camera {self._device} gives {main['format']}, not brightness rows")
        self._given = main["size"]
        controls = self._controls(camera.camera_controls)
        if controls:
            camera.set_controls(controls)
        camera.start()

    def _controls(self, offered: dict[str, Any]) -> dict[str, Any]:
        """Return the settings that this camera has: pace, focus, shortest exposure first."""
        from libcamera import controls  # noqa: PLC0415 - comes with picamera2

        wanted: dict[str, Any] = {"FrameRate": self._per_second}
        if "AfMode" in offered and self._focus_dioptres is not None:
            wanted["AfMode"] = controls.AfModeEnum.Manual
            wanted["LensPosition"] = self._focus_dioptres
        elif "AfMode" in offered:
            wanted["AfMode"] = controls.AfModeEnum.Continuous
            wanted["AfRange"] = controls.AfRangeEnum.Macro
        if self._longest_exposure is not None:
            wanted["ExposureTime"] = self._longest_exposure
        elif "AeExposureMode" in offered:
            wanted["AeExposureMode"] = controls.AeExposureModeEnum.Short
        return {name: value for name, value in wanted.items() if name in offered}

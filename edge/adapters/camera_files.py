"""A camera made of picture files: a folder or a list of them, shown round and round."""

from collections.abc import Sequence
from pathlib import Path

from edge.ports import CameraUnavailable, Frame
from edge.services.pacing import Pace
from edge.services.pictures import PictureError, grey_frames


class FilesCamera:
    """Shows picture files in the order of their names; one that is broken is passed over.

    Args:
        paths: Files and folders of files.
        most_pixels: Larger pictures are shrunk to it.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        frames_per_second: float = 10,
        most_pixels: int = 4_000_000,
    ) -> None:
        self._paths = list(paths)
        self._pace = Pace(frames_per_second)
        self._most_pixels = most_pixels
        self._files: list[Path] = []
        self._shown: list[Frame] = []
        self._next = 0

    def open(self) -> None:
        self.close()
        self._files = [file for path in self._paths for file in _files_in(path)]
        if not self._files:
            raise CameraUnavailable("no picture file where the camera should take them from")

    def frame(self) -> Frame:
        if not self._files:
            raise CameraUnavailable("the camera is not open")
        self._pace.wait()
        for _ in self._files:
            if self._shown:
                break
            self._shown = self._turn_over()
        if not self._shown:
            raise CameraUnavailable("none of the camera's files is a picture")
        return self._shown.pop(0)

    def close(self) -> None:
        self._files, self._shown, self._next = [], [], 0

    def _turn_over(self) -> list[Frame]:
        file = self._files[self._next % len(self._files)]
        self._next += 1
        try:
            return grey_frames(file.read_bytes(), self._most_pixels)
        except (PictureError, OSError):
            return []


def _files_in(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file())
    return [path] if path.is_file() else []

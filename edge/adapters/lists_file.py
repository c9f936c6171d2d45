"""Signed lists in the data directory: nothing personal, so they may lie there as they came."""

import os
from pathlib import Path

from edge.ports import ListsUnavailable

MOST_BYTES = (32 << 20) + 4096


class FileShelf:
    """The port ``ListShelf``: one file for each name."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self, name: str) -> bytes | None:
        try:
            with self._path(name).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError:
            return None
        return data if len(data) <= MOST_BYTES else None

    def put(self, name: str, message: bytes) -> None:
        path = self._path(name)
        new = path.with_suffix(".new")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
            folder = os.open(self._directory, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise ListsUnavailable(f"cannot keep {name}: {error.strerror}") from error

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}.cose"

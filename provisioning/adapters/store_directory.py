"""The provisioning directory on disk: atomic, durable writes, one writer at a time.

Every directory is 0700, so that no file in it depends on its own mode alone.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provisioning.ports import FileMissing, StoreError

_LOCK = ".lock"


class DirectoryStore:
    """Files below one directory; it is made by the first write."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    @property
    def location(self) -> str:
        return str(self._root)

    def names(self) -> frozenset[str]:
        # No deeper: what programs keep below centre/ or devices/ is theirs.
        found = [path for depth in ("*", "*/*", "*/*/*") for path in self._root.glob(depth)]
        return frozenset(str(path.relative_to(self._root)) for path in found if path.is_file())

    def read(self, name: str) -> bytes:
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(name) from error
        except OSError as error:
            raise _store_error("read", name, error) from error

    def write(self, name: str, content: bytes, *, mode: int) -> None:
        target = self._root / name
        try:
            self._make_directories(target.parent)
            _replace(target, content, mode)
        except OSError as error:
            raise _store_error("write", name, error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        try:
            self._make_directories(self._root)
            handle = os.open(self._root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _store_error("lock", ".", error) from error
        try:
            _take(handle)
            yield
        finally:
            os.close(handle)

    def _make_directories(self, directory: Path) -> None:
        missing = []
        while not directory.exists():
            missing.append(directory)
            directory = directory.parent
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
            _sync(path.parent)


def _take(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StoreError("another tram-provision is at work here; wait for its end") from error


def _replace(target: Path, content: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)
            file.write(content)
            file.flush()
            os.fsync(handle)
        scratch.rename(target)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _store_error(verb: str, name: str, error: OSError) -> StoreError:
    return StoreError(f"cannot {verb} {name}: {error.strerror or error}")

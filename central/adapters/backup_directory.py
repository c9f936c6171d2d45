"""Backups in a folder, one folder each: written aside, made durable, then given their name."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from central.domain import backups
from central.domain.backups import MANIFEST, BackupFile, BackupUnusable, Manifest
from central.ports.backups import BackupError

_PIECE: Final = 1 << 20
_PARTIAL: Final = ".partial-"


class DirectoryShelf:
    """The port ``BackupShelf``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @contextmanager
    def begin(self, made_at: datetime) -> Iterator["_NewFolder"]:
        name = backups.name_of(made_at)
        whole, partial = self._directory / name, self._directory / f"{_PARTIAL}{name}"
        with _said(self._directory):
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if whole.exists():
                raise BackupError(f"{whole} is there already; nothing is overwritten")
            _remove_leftovers(self._directory)
            partial.mkdir(mode=0o700)
        try:
            yield _NewFolder(partial, whole)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def drop_old(self, keep: int) -> list[str]:
        with _said(self._directory):
            whole = [path.parent.name for path in self._directory.glob(f"*/{MANIFEST}")]
            gone = backups.outlived(whole, keep)
            for name in gone:
                shutil.rmtree(self._directory / name)
        return gone


class _NewFolder:
    """The port ``NewBackup``."""

    def __init__(self, partial: Path, whole: Path) -> None:
        self._partial = partial
        self._whole = whole

    def add(self, name: str, data: Iterable[bytes]) -> BackupFile:
        return write_private(self._partial / name, data)

    def read(self, name: str) -> Iterator[bytes]:
        return pieces(self._partial / name)

    def finish(self, manifest: Manifest) -> str:
        self.add(MANIFEST, [backups.encode(manifest)])
        with _said(self._whole):
            _sync(self._partial)
            self._partial.rename(self._whole)
            _sync(self._whole.parent)
        return str(self._whole)


class DirectoryBackup:
    """The port ``OldBackup``."""

    def __init__(self, directory: Path) -> None:
        """Read what it says of itself.

        Raises:
            BackupUnusable: There is none at that place.
        """
        self._directory = directory
        self.manifest = manifest_in(directory)

    def see_that_it_is_whole(self) -> None:
        for file in self.manifest.files:
            digest = hashlib.sha256()
            try:
                for piece in self.read(file.name):
                    digest.update(piece)
            except BackupError as error:
                raise BackupUnusable(str(error)) from error
            if digest.hexdigest() != file.sha256:
                raise BackupUnusable(f"{file.name} is damaged: its checksum is another")

    def read(self, name: str) -> Iterator[bytes]:
        return pieces(self._directory / Path(name).name)


def newest(directory: Path) -> Manifest | None:
    """Return what the newest whole backup in a folder says of itself; None: there is none."""
    try:
        names = sorted(
            (p.name for p in directory.iterdir() if backups.is_name(p.name)), reverse=True
        )
    except OSError:
        return None
    for name in names:
        try:
            return manifest_in(directory / name)
        except BackupUnusable:
            continue
    return None


def manifest_in(backup: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        BackupUnusable: There is none at that place.
    """
    try:
        return backups.decode((backup / MANIFEST).read_bytes())
    except OSError as error:
        raise BackupUnusable(f"no backup at {backup}: {error.strerror}") from error


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file piece by piece.

    Raises:
        BackupError: It cannot be read.
    """
    with _said(path), path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def write_private(path: Path, data: Iterable[bytes]) -> BackupFile:
    """Write a file that is its owner's alone and survives a power cut; there was none before.

    Raises:
        BackupError: There is one, or it cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    with _said(path), _private(path) as file:
        for piece in data:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return BackupFile(path.name, size, digest.hexdigest())


def _remove_leftovers(directory: Path) -> None:
    """Remove what a backup that was killed left behind."""
    for left in directory.glob(f"{_PARTIAL}tram-*"):
        shutil.rmtree(left)


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}") from error

"""The vault as a file: replaced whole, so that a power cut leaves the old one or the new one."""

import os
from pathlib import Path

from edge.ports import VaultError

NAME = "vault.json"
_MOST_BYTES = 2 << 20


class FileVault:
    """The port ``VaultStore``."""

    def __init__(self, data_directory: Path, keys_directory: Path) -> None:
        """Take where the hub's copy lies, and where provisioning's does."""
        self._own = data_directory / NAME
        self._provisioned = keys_directory / NAME

    def own(self) -> bytes | None:
        return _read(self._own)

    def provisioned(self) -> bytes | None:
        # A hub that runs in one folder with its keys has one file, and provisioning's word is in it.
        return None if self._own == self._provisioned else _read(self._provisioned)

    def write(self, data: bytes) -> None:
        aside = self._own.with_suffix(".new")
        try:
            self._own.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self._own)
            _sync_folder(self._own.parent)
        except OSError as error:
            raise VaultError(f"cannot write {self._own}: {error.strerror}") from error


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VaultError(f"cannot read {path}: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The signed command as a file in the data directory, replaced whole; and who may have signed it."""

import os
from collections.abc import Callable
from pathlib import Path

from edge.ports import JournalError
from protocol import cose
from protocol.errors import WireError
from protocol.hub_command import MAX_COMMAND_BYTES, HubCommand, open_hub_command

NAME = "hub-command.cose"


class FileCommand:
    """The port ``CommandFile``."""

    def __init__(self, data_directory: Path) -> None:
        self._path = data_directory / NAME

    def read(self) -> bytes | None:
        try:
            with self._path.open("rb") as file:
                return file.read(MAX_COMMAND_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise JournalError(f"cannot read {self._path}: {error.strerror}") from error

    def write(self, message: bytes) -> None:
        aside = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Readable by the program whoever brought it: nothing in it is secret.
            aside.unlink(missing_ok=True)
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            with os.fdopen(handle, "wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise JournalError(f"cannot write {self._path}: {error.strerror}") from error


def command_reader(keys_directory: Path, site: str) -> Callable[[bytes], HubCommand] | None:
    """Return what verifies commands for ``site``; None where no ``registry.crt`` tells by whom."""
    path = keys_directory / "registry.crt"
    if not path.exists():
        return None

    def read(message: bytes) -> HubCommand:
        try:
            certificate = cose.load_certificate(path.read_bytes())
        except OSError as error:
            raise WireError("bad_certificate", f"cannot read {path}: {error.strerror}") from error
        return open_hub_command(message, certificate, site)

    return read

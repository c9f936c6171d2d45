"""How a database is copied whole and put back, where copies lie, and how they are sealed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from central.domain.backups import BackupFile, Books, DatabaseKind, Manifest
from central.ports.errors import PortError

Told = Callable[[str], None]
"""Takes a line about how far something has come."""


class BackupError(PortError):
    """A copy could not be made or put back; the words say why. Nothing half-made stays."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of one moment.

    Attributes:
        revision: Of the database's schema.
        data: The copy itself, to be read once.
    """

    books: Books
    revision: str
    data: Iterator[bytes]


class DatabaseCopier(Protocol):
    """Copies one kind of database. Blocking, and slow."""

    kind: DatabaseKind
    file_name: str
    """What the copy is called in a backup."""

    def copy(self) -> AbstractContextManager[Copied]:
        """Return a copy of one moment; the database goes on being written to meanwhile.

        Raises:
            BackupError: At once, or while the data are read.
        """
        ...

    def check(self, data: Iterable[bytes], books: Books) -> None:
        """See that a copy can be read to its end and holds what the books say.

        Raises:
            BackupError: It does not.
        """
        ...

    def see_that_there_is_none(self) -> None:
        """Pass where no database is yet.

        Raises:
            BackupError: There is one; it is never overwritten.
        """
        ...

    def restore(self, data: Iterable[bytes], books: Books) -> None:
        """Put a copy where no database is yet, and see that it holds what the books say.

        Leases of before are nobody's afterwards, and no token of before counts any more.

        Raises:
            BackupError: The copy does not hold that.
        """
        ...


class Seal(Protocol):
    """Makes files that only a password opens."""

    def seal(self, name: str, data: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the sealed bytes of a file of that name."""
        ...

    def unseal(self, name: str, data: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the plain bytes, none of a piece that was changed, moved or cut off.

        Raises:
            BackupError: Another password, another name, or not what was sealed.
        """
        ...


class NewBackup(Protocol):
    """A backup that is not whole yet."""

    def add(self, name: str, data: Iterable[bytes]) -> BackupFile:
        """Write a file so that it survives a power cut.

        Raises:
            BackupError: No room, or the disk fails.
        """
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """Yield what was written, as the disk has it."""
        ...

    def finish(self, manifest: Manifest) -> str:
        """Make it a whole backup, and return where it lies.

        Raises:
            BackupError: No room, or the disk fails.
        """
        ...


class OldBackup(Protocol):
    """A whole backup. Blocking."""

    manifest: Manifest

    def see_that_it_is_whole(self) -> None:
        """Compare every file with the checksum that the manifest names.

        Raises:
            BackupUnusable: One is missing or was changed.
        """
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes.

        Raises:
            BackupError: It cannot be read.
        """
        ...


class BackupShelf(Protocol):
    """A folder of backups. Blocking."""

    def begin(self, made_at: datetime) -> AbstractContextManager[NewBackup]:
        """Return a new backup; left without ``finish`` nothing of it stays.

        Raises:
            BackupError: There is one of this moment, or nothing can be written there.
        """
        ...

    def drop_old(self, keep: int) -> list[str]:
        """Remove all but the newest ``keep`` backups and return the names of those that went."""
        ...

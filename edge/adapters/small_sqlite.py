"""Opens a small SQLite file that holds nothing irreplaceable: one that cannot be read is begun anew."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from edge.ports import JournalError


def open_small(path: Path, changes: Sequence[Sequence[str]]) -> sqlite3.Connection:
    """Return the file at ``path``, open for this process alone; each statement in it is durable.

    Args:
        changes: Statements that make each version of the tables from the one before.

    Raises:
        JournalError: The folder cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _opened(path, changes)
        except sqlite3.DatabaseError:
            _discard(path)
            return _opened(path, changes)
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"{path.name} cannot be opened: {error}") from error


def _opened(path: Path, changes: Sequence[Sequence[str]]) -> sqlite3.Connection:
    connection = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, statements in enumerate(changes[version:], version + 1):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
    except BaseException:
        connection.close()
        raise
    return connection


def _discard(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(FileNotFoundError):
            path.with_name(name).unlink()

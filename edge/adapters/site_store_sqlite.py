"""How far journals were taken by the hub, in a small SQLite file beside the journal.

Durable at each note: what the hub was told to be taken is never handed over twice without need.
"""

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from edge.adapters.journal_sqlite_schema import named_errors
from edge.ports import JournalError

_TABLES = (
    "CREATE TABLE taken (line TEXT PRIMARY KEY, through INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)
_MOST_LINES = 4_096
"""Of epochs of devices; a site has tens."""


class SqliteSiteStore:
    """See the port ``SiteStore``. Makes the file; one that cannot be read is begun anew."""

    def __init__(self, path: Path) -> None:
        """Open the store at ``path``.

        Raises:
            JournalError: The folder cannot be used.
        """
        self._guard = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _open(path)
            except sqlite3.DatabaseError:
                _discard(path)
                self._connection = _open(path)
        except (OSError, sqlite3.Error) as error:
            raise JournalError(f"the site's store cannot be opened: {error}") from error

    def taken(self, line: str) -> int:
        with self._guard, named_errors():
            row = self._connection.execute(
                "SELECT through FROM taken WHERE line = ?", (line,)
            ).fetchone()
        return int(row[0]) if row else 0

    def note_taken(self, line: str, through: int) -> None:
        with self._guard, named_errors():
            # One statement is one transaction: durable once it returned.
            self._connection.execute(
                "INSERT INTO taken (line, through) VALUES (?, ?)"
                " ON CONFLICT (line) DO UPDATE SET through = excluded.through",
                (line, through),
            )

    def close(self) -> None:
        with self._guard, suppress(sqlite3.Error):
            self._connection.close()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute("PRAGMA user_version = 1")
        count = connection.execute("SELECT count(*) FROM taken").fetchone()[0]
        if count > _MOST_LINES:
            connection.execute("DELETE FROM taken")
    except BaseException:
        connection.close()
        raise
    return connection


def _discard(path: Path) -> None:
    # Nothing in it is worth salvage: what it held is asked of the hub again.
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)

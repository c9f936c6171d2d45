"""Copies of other devices' journals, in a SQLite file beside the own journal; durable at each page.

Exact bytes, with the hash of each entry in that journal's chain. What the queue needs is two days; some
days more are kept, because nobody else may have them when the first machine's card is gone.
"""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from edge.adapters.journal_sqlite_entries import gap_free
from edge.adapters.journal_sqlite_schema import named_errors
from edge.adapters.sqlite_transaction import transaction
from edge.domain.replica import Replicated
from edge.ports import Entry, JournalError
from protocol.identity import Epoch

_TABLES = (
    """CREATE TABLE copies (
         number INTEGER PRIMARY KEY, device TEXT NOT NULL, epoch TEXT NOT NULL UNIQUE) STRICT""",
    """CREATE TABLE entries (
         place INTEGER PRIMARY KEY, copy INTEGER NOT NULL, seq INTEGER NOT NULL,
         hash BLOB NOT NULL, data BLOB NOT NULL, UNIQUE (copy, seq)) STRICT""",
)
MOST_ENTRIES = 600_000
"""About ten days of the largest site; the oldest go when the program starts."""


class SqliteReplica:
    """The port ``Replica``."""

    def __init__(self, path: Path, *, most: int = MOST_ENTRIES) -> None:
        """Open the copies at ``path``; a file that cannot be read is begun anew.

        Raises:
            JournalError: The folder cannot be used.
        """
        self._guard = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _open(path, most)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                # Set aside, not thrown away: it may be the last copy of something.
                for name in (path.name, f"{path.name}-wal"):
                    with suppress(FileNotFoundError):
                        path.with_name(name).replace(path.with_name(f"{name}.damaged"))
                self._connection = _open(path, most)
        except (OSError, sqlite3.Error) as error:
            raise JournalError(f"the copy of the hub cannot be opened: {error}") from error

    def append(self, device: str, epoch: Epoch, prev: bytes, entries: Sequence[Entry]) -> None:  # noqa: ARG002 - each row has its hash
        run = self._connection.execute
        with self._guard, named_errors(), transaction(self._connection):
            run("INSERT OR IGNORE INTO copies (device, epoch) VALUES (?, ?)", (device, epoch))
            number = run("SELECT number FROM copies WHERE epoch = ?", (epoch,)).fetchone()[0]
            self._connection.executemany(
                "INSERT INTO entries (copy, seq, hash, data) VALUES (?, ?, ?, ?)",
                [(number, each.seq, each.hash, each.data) for each in entries],
            )

    def last(self, device: str, epoch: Epoch) -> tuple[int, bytes]:
        row = self._one(
            "SELECT seq, hash FROM entries JOIN copies ON copy = number"
            " WHERE device = ? AND epoch = ? ORDER BY seq DESC LIMIT 1",
            device,
            epoch,
        )
        return (row[0], row[1]) if row else (0, b"")

    def newest(self) -> Replicated | None:
        row = self._one(
            "SELECT device, epoch, seq FROM entries JOIN copies ON copy = number"
            " ORDER BY place DESC LIMIT 1"
        )
        return Replicated(row[0], Epoch(row[1]), row[2]) if row else None

    def epochs(self, device: str | None = None) -> list[Epoch]:
        with self._guard, named_errors():
            rows = self._connection.execute(
                "SELECT epoch FROM copies WHERE ? IN ('', device) ORDER BY number", (device or "",)
            ).fetchall()
        return [Epoch(row[0]) for row in rows]

    def entries(self, after: int, *, most: int, most_bytes: int, epoch: Epoch) -> list[Entry]:
        with self._guard, named_errors():
            rows = self._connection.execute(
                "SELECT seq, data, hash FROM entries WHERE seq > ? AND copy ="
                " (SELECT number FROM copies WHERE epoch = ?) ORDER BY seq LIMIT ?",
                (after, epoch, most),
            ).fetchall()
        return gap_free([Entry(*row) for row in rows], most_bytes)

    def close(self) -> None:
        with self._guard, suppress(sqlite3.Error):
            self._connection.close()

    def _one(self, sql: str, *values: object) -> tuple | None:  # type: ignore[type-arg]  # any row
        with self._guard, named_errors():
            return self._connection.execute(sql, values).fetchone()  # type: ignore[no-any-return]


def _open(path: Path, most: int) -> sqlite3.Connection:
    connection = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute("PRAGMA user_version = 1")
        connection.execute(
            "DELETE FROM entries WHERE place <= (SELECT max(place) FROM entries) - ?", (most,)
        )
    except BaseException:
        connection.close()
        raise
    return connection

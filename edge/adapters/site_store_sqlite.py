"""How far journals were taken by the hub, and of what copies they told, in a small SQLite file.

Durable at each note: what the hub was told to be taken is never handed over twice without need.
"""

import sqlite3
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from edge.adapters.journal_sqlite_schema import named_errors
from edge.adapters.small_sqlite import open_small
from edge.adapters.sqlite_transaction import transaction

_CHANGES = (
    ("CREATE TABLE taken (line TEXT PRIMARY KEY, through INTEGER NOT NULL) STRICT, WITHOUT ROWID",),
    ("CREATE TABLE copies (place INTEGER PRIMARY KEY, dose TEXT NOT NULL UNIQUE) STRICT",),
)
_MOST_LINES = 4_096
"""Of epochs of devices; a site has tens."""
_MOST_COPIES = 200_000
"""Of months of a busy site; the oldest go first."""


class SqliteSiteStore:
    """See the port ``SiteStore``. Makes the file; one that cannot be read is begun anew."""

    def __init__(self, path: Path) -> None:
        """Open the store at ``path``.

        Raises:
            JournalError: The folder cannot be used.
        """
        self._guard = threading.Lock()
        self._connection = open_small(path, _CHANGES)
        with named_errors():
            count = self._connection.execute("SELECT count(*) FROM taken").fetchone()[0]
            if count > _MOST_LINES:
                self._connection.execute("DELETE FROM taken")
            self._connection.execute(
                "DELETE FROM copies WHERE place <= (SELECT max(place) FROM copies) - ?",
                (_MOST_COPIES,),
            )

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

    def note_copies(self, doses: Iterable[str]) -> None:
        with self._guard, named_errors(), transaction(self._connection):
            for dose in doses:
                self._connection.execute("INSERT OR IGNORE INTO copies (dose) VALUES (?)", (dose,))

    def copied(self, dose: str) -> bool:
        with self._guard, named_errors():
            row = self._connection.execute(
                "SELECT 1 FROM copies WHERE dose = ?", (dose,)
            ).fetchone()
        return row is not None

    def close(self) -> None:
        with self._guard, suppress(sqlite3.Error):
            self._connection.close()

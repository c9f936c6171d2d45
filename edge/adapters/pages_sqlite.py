"""The centre's pages at the hub, sealed, in a small SQLite file."""

import sqlite3
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from edge.adapters.journal_sqlite_schema import named_errors
from edge.adapters.small_sqlite import open_small
from edge.adapters.sqlite_transaction import transaction
from edge.domain.kept import Kept, Kind, Place, SealedPage

_CHANGES = (
    (
        "CREATE TABLE rows (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, began TEXT NOT NULL,"
        " as_of TEXT) STRICT",
        "CREATE TABLE pages (id INTEGER PRIMARY KEY,"
        " row INTEGER NOT NULL REFERENCES rows ON DELETE CASCADE, since INTEGER NOT NULL,"
        " through INTEGER NOT NULL, last INTEGER NOT NULL, mark TEXT NOT NULL,"
        " sealed BLOB NOT NULL) STRICT",
        "CREATE INDEX pages_of_row ON pages (row)",
    ),
)
"""A row of pages counts from when it has ``as_of``; a newer one is on its way."""

_PLACE = "since, through, last, mark"
_COUNTING = "(SELECT max(id) FROM rows WHERE kind = ? AND as_of IS NOT NULL)"


class SqlitePages:
    """See the port ``PageStore``. Makes the file; one that cannot be read is begun anew."""

    def __init__(self, path: Path) -> None:
        """Open the store at ``path``.

        Raises:
            JournalError: The folder cannot be used.
        """
        self._guard = threading.Lock()
        self._connection = open_small(path, _CHANGES)

    def kept(self, kind: Kind) -> Kept:
        with self._guard, named_errors():
            newest = self._newest(kind)
            if newest is None:
                return Kept()
            row, began = newest
            page = self._connection.execute(
                f"SELECT {_PLACE} FROM pages WHERE row = ? ORDER BY id DESC LIMIT 1",  # noqa: S608 - our own names
                (row,),
            ).fetchone()
            counts = self._connection.execute(
                "SELECT max(as_of) FROM rows WHERE kind = ?", (kind,)
            ).fetchone()
        as_of = datetime.fromisoformat(counts[0]) if counts[0] else None
        return Kept(Place(*page), began, as_of)

    def add(self, kind: Kind, page: SealedPage, began: str) -> None:
        place = page.place
        with self._guard, named_errors(), transaction(self._connection):
            newest = self._newest(kind)
            if newest is None or place.since == 0:
                made = self._connection.execute(
                    "INSERT INTO rows (kind, began) VALUES (?, ?)", (kind, began)
                )
                row = made.lastrowid
            else:
                row = newest[0]
            self._connection.execute(
                f"INSERT INTO pages (row, {_PLACE}, sealed) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (row, place.since, place.through, place.last, place.mark,
                 msgspec.json.encode(page.sealed)),
            )  # fmt: skip

    def complete(self, kind: Kind, as_of: datetime) -> None:
        with self._guard, named_errors(), transaction(self._connection):
            newest = self._newest(kind)
            if newest is None:
                return
            self._connection.execute(
                "UPDATE rows SET as_of = ? WHERE id = ?", (as_of.isoformat(), newest[0])
            )
            gone = self._connection.execute(
                "DELETE FROM rows WHERE kind = ? AND id < ?", (kind, newest[0])
            ).rowcount
        if gone:
            # What was taken off by the centre, such as whoever was erased, would lie in the log still.
            with self._guard, named_errors():
                self._truncate_log()

    def places(self, kind: Kind) -> list[Place]:
        with self._guard, named_errors():
            rows = self._connection.execute(
                f"SELECT {_PLACE} FROM pages WHERE row = {_COUNTING} ORDER BY id",  # noqa: S608
                (kind,),
            ).fetchall()
        return [Place(*row) for row in rows]

    def page(self, kind: Kind, place: Place) -> SealedPage | None:
        with self._guard, named_errors():
            found = self._connection.execute(
                f"SELECT sealed FROM pages WHERE row = {_COUNTING}"  # noqa: S608
                " AND since = ? AND through = ? AND last = ? AND mark = ?",
                (kind, place.since, place.through, place.last, place.mark),
            ).fetchone()
        return None if found is None else SealedPage(place, _sealed(found[0]))

    def drop(self, kind: Kind) -> None:
        with self._guard, named_errors():
            run = self._connection.execute
            run("UPDATE rows SET as_of = NULL WHERE kind = ?", (kind,))
            rows = run("SELECT id FROM rows WHERE kind = ? ORDER BY id DESC", (kind,)).fetchall()
            for (row,) in rows:
                self._drop_row(row)
            if run("SELECT 1 FROM rows LIMIT 1").fetchone() is None:
                # Only of an empty file: else it would need as much room again as there is in it.
                run("VACUUM")
                self._truncate_log()

    def _drop_row(self, row: int) -> None:
        """Remove a row page by page: SQLite overwrites them by way of its log, so all at once would fill a full disk.

        The newest goes first: after a power cut what is left leads on from its beginning.
        """
        run = self._connection.execute
        pages = run("SELECT id FROM pages WHERE row = ? ORDER BY id DESC", (row,)).fetchall()
        for page in pages[:-1]:
            run("DELETE FROM pages WHERE id = ?", page)
            self._truncate_log()
        run("DELETE FROM rows WHERE id = ?", (row,))
        self._truncate_log()

    def _truncate_log(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        with self._guard, suppress(sqlite3.Error):
            self._connection.close()

    def _newest(self, kind: Kind) -> tuple[int, str] | None:
        found: tuple[int, str] | None = self._connection.execute(
            "SELECT id, began FROM rows WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,)
        ).fetchone()
        return found


def _sealed(data: bytes) -> dict[str, str]:
    try:
        return msgspec.json.decode(data, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}  # Damaged: sealed to nobody, so whoever opens it finds out.

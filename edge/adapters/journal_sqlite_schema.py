"""The journal's file: how it is opened, what tables it has, and how SQLite's errors are named.

Each row of ``entries`` proves itself (``hash`` = SHA-256 of ``prev`` and ``data``), so that every
row that can still be read from a damaged file can be told from one that cannot be trusted.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from edge.ports import DiskFull, JournalError

if TYPE_CHECKING:
    from sqlite_utils import Database

Connect = Callable[[str], sqlite3.Connection]

_PRIMARY = 0xFF  # the low byte of an extended result code
DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR})


def first_tables(db: "Database") -> None:
    """Create the tables of the journal's first form."""
    for statement in (
        """CREATE TABLE journals (
             number INTEGER PRIMARY KEY, epoch TEXT NOT NULL UNIQUE, device TEXT NOT NULL,
             base INTEGER NOT NULL, base_hash BLOB NOT NULL, acked INTEGER NOT NULL) STRICT""",
        """CREATE TABLE entries (
             place INTEGER PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
             prev BLOB NOT NULL, hash BLOB NOT NULL, data BLOB NOT NULL, UNIQUE (epoch, seq)) STRICT""",
        """CREATE TABLE acknowledged (
             epoch TEXT NOT NULL, day TEXT NOT NULL, through INTEGER NOT NULL,
             PRIMARY KEY (epoch, day)) STRICT""",
        """CREATE TABLE counters (
             name TEXT PRIMARY KEY, day TEXT NOT NULL, value INTEGER NOT NULL) STRICT""",
        """CREATE TABLE jobs (
             number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, visit TEXT NOT NULL,
             ticket TEXT NOT NULL, queued_at TEXT NOT NULL, state TEXT NOT NULL,
             reprint INTEGER NOT NULL) STRICT""",
    ):
        db.execute(statement)


def kinds_of_slips_and_the_roll(db: "Database") -> None:
    """Tell a queue slip's job from a correction's; keep what is known of the paper roll."""
    db.execute("ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'queue'")
    db.execute(
        """CREATE TABLE roll (
             number INTEGER PRIMARY KEY CHECK (number = 1), paper TEXT NOT NULL,
             used_mm INTEGER NOT NULL, since TEXT NOT NULL) STRICT"""
    )


def who_printed(db: "Database") -> None:
    """Keep who printed at a desk, for the event of a job that a stop left open."""
    db.execute("ALTER TABLE jobs ADD COLUMN staff TEXT NOT NULL DEFAULT ''")


MIGRATIONS: tuple[Callable[["Database"], None], ...] = (
    first_tables,
    kinds_of_slips_and_the_roll,
    who_printed,
)


def connect_sqlite(path: str) -> sqlite3.Connection:
    """Return a plain connection; the journal's own lock keeps threads apart."""
    return sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0)


def open_file(path: Path, connect: Connect) -> sqlite3.Connection:
    """Return a connection to a journal file with its tables, safe against a power cut.

    Raises:
        JournalError: SQLite did not grant what safety needs.
        sqlite3.Error: As SQLite says; the caller names it.
    """
    connection = connect(str(path))
    try:
        _make_safe(connection)
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] >= len(MIGRATIONS):
        return
    # Only here: its import takes as long as all else before the screen answers, and 6 MB for good.
    from sqlite_utils import Database, Migrations  # noqa: PLC0415

    journal = Migrations("journal")
    for migration in MIGRATIONS:
        journal()(migration)
    journal.apply(Database(connection, execute_plugins=False))
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _make_safe(connection: sqlite3.Connection) -> None:
    # Exclusive before WAL: no shared memory file, and a second writer is refused by SQLite itself.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or synchronous != 2:
        raise JournalError(f"the journal needs WAL and FULL, SQLite gave {mode} and {synchronous}")


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn SQLite's errors into those of the port."""
    try:
        yield
    except sqlite3.Error as error:
        if primary_code(error) == sqlite3.SQLITE_FULL:
            raise DiskFull("no room is left for the journal; nothing was written") from error
        raise JournalError(f"the journal failed: {error}") from error


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code, 0 for errors of the driver itself."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY

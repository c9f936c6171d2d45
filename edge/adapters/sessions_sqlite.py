"""Who is logged in, in a small SQLite file of its own: tokens' hashes, log-in names and times."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from edge.domain.sessions import Instant, Session
from edge.domain.staff import Role
from edge.ports import SessionsError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
  key TEXT PRIMARY KEY, login TEXT NOT NULL, role TEXT, label TEXT NOT NULL,
  age_seconds REAL NOT NULL, boot TEXT NOT NULL, boot_seconds REAL NOT NULL,
  wall_seconds REAL NOT NULL, clock_ok INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS secrets (number INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT;
"""
_COLUMNS = (
    "key, login, role, label, age_seconds, boot, boot_seconds, wall_seconds, clock_ok"  # as in _row
)

log = structlog.get_logger("sessions")


class SqliteSessions:
    """The port ``SessionStore``."""

    def __init__(self, path: Path | None) -> None:
        """Open the file; a damaged one is set aside, and everybody logs in once more.

        Args:
            path: None for the memory alone.

        Raises:
            SessionsError: It cannot be opened or made.
        """
        self._lock = threading.Lock()
        if path is None:
            self._connection = _open(Path(":memory:"))
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(path)
        except OSError as error:
            raise SessionsError(f"cannot make {path}: {error.strerror}") from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise SessionsError(f"cannot open {path}: {error}") from error
            log.warning("sessions_damaged", problem=str(error))
            _set_aside(path)
            self._connection = _open(path)

    def sessions(self) -> list[Session]:
        with self._using() as connection:
            found = connection.execute(f"SELECT {_COLUMNS} FROM sessions").fetchall()  # noqa: S608
        return [_session(row) for row in found]

    def put(self, session: Session) -> None:
        with self._using() as connection:
            marks = ", ".join("?" * 9)
            connection.execute(
                f"INSERT OR REPLACE INTO sessions ({_COLUMNS}) VALUES ({marks})",  # noqa: S608
                _row(session),
            )

    def remove(self, keys: Sequence[str]) -> None:
        with self._using() as connection:
            connection.executemany("DELETE FROM sessions WHERE key = ?", [(key,) for key in keys])

    def secret(self, fresh: bytes) -> bytes:
        with self._using() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO secrets (number, value) VALUES (1, ?)", (fresh,)
            )
            row = connection.execute("SELECT value FROM secrets").fetchone()
        return bytes(row[0])

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock, self._connection:
                yield self._connection
        except sqlite3.Error as error:
            raise SessionsError(f"the log-ins cannot be stored: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=5)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # A hash that was removed is not left behind in a free page.
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(_SCHEMA)
        connection.execute(f"SELECT {_COLUMNS} FROM sessions").fetchall()  # noqa: S608
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _set_aside(path: Path) -> None:
    path.replace(path.with_suffix(".damaged"))
    for ending in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).unlink()


def _row(session: Session) -> tuple[object, ...]:
    seen = session.seen
    return (
        session.key,
        session.login,
        None if session.role is None else session.role.value,
        session.label,
        session.age_seconds,
        seen.boot,
        seen.boot_seconds,
        seen.wall_seconds,
        int(seen.clock_ok),
    )


def _session(row: tuple[str, str, str | None, str, float, str, float, float, int]) -> Session:
    key, login, role, label, age, boot, boot_seconds, wall_seconds, clock_ok = row
    seen = Instant(boot, boot_seconds, wall_seconds, bool(clock_ok))
    return Session(key, login, None if role is None else Role(role), label, age, seen)

"""Copies an SQLite database while others write to it: one snapshot, by SQLite's own backup."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from central.adapters.backup_books import books_of, revision_of
from central.adapters.backup_directory import pieces, write_private
from central.adapters.leases_sql import outdate
from central.domain.backups import Books, DatabaseKind
from central.ports.backups import BackupError, Copied, Told

_PAGES_AT_A_TIME: Final = 4096


class SqliteCopier:
    """The port ``DatabaseCopier``. What it needs aside it writes beside the database."""

    kind: DatabaseKind = "sqlite"
    file_name: str = "central.db"

    def __init__(self, database: Path, told: Told) -> None:
        self._database = database
        self._told = told

    @contextmanager
    def copy(self) -> Iterator[Copied]:
        with self._aside("backup") as aside:
            with _sqlite_errors("cannot copy"):
                self._copy_to(aside)
            books, revision = _read(aside)
            yield Copied(books, revision, pieces(aside))

    def check(self, data: Iterable[bytes], books: Books) -> None:
        with self._aside("check") as aside:
            write_private(aside, data)
            _see_that_it_holds(aside, books)

    def see_that_there_is_none(self) -> None:
        for path in (self._database, *self._beside()):
            if path.exists():
                raise BackupError(f"{path} is there; stop the centre and move it away first")

    def restore(self, data: Iterable[bytes], books: Books) -> None:
        self.see_that_there_is_none()
        with self._aside("restore") as aside:
            write_private(aside, data)
            _see_that_it_holds(aside, books)
            with _sqlite_errors("cannot restore"):
                _outdate_leases(aside)
            aside.rename(self._database)

    def _copy_to(self, aside: Path) -> None:
        source = f"file:{self._database}?mode=ro"
        with (
            closing(sqlite3.connect(source, uri=True, isolation_level=None)) as database,
            closing(sqlite3.connect(aside)) as copy,
        ):
            # The snapshot is taken here: whatever is committed from now on is not in the copy, and
            # no commit makes SQLite begin again.
            database.execute("BEGIN")
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            database.backup(copy, pages=_PAGES_AT_A_TIME, progress=self._progress, sleep=0)

    def _progress(self, _status: int, remaining: int, total: int) -> None:
        self._told(f"copied {100 * (total - remaining) // max(total, 1)} %")

    def _beside(self) -> list[Path]:
        return [self._database.with_name(f"{self._database.name}-{end}") for end in ("wal", "shm")]

    @contextmanager
    def _aside(self, what: str) -> Iterator[Path]:
        path = self._database.with_name(f".{self._database.name}.{what}")
        self._database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # of one that was killed
        if what == "backup":
            write_private(path, ())
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def _see_that_it_holds(path: Path, books: Books) -> None:
    with (
        _sqlite_errors("the copy is damaged"),
        closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection,
    ):
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError("the copy is damaged: SQLite's integrity check fails")
    held, _ = _read(path)
    if held != books:
        raise BackupError(f"the copy holds {held}, not {books}")


def _read(path: Path) -> tuple[Books, str]:
    engine = sa.create_engine(f"sqlite:///file:{path}?mode=ro&immutable=1&uri=true")
    try:
        with engine.connect() as connection:
            return books_of(connection), revision_of(connection)
    except DBAPIError as error:
        raise BackupError("there is no database of the centre in the copy") from error
    finally:
        engine.dispose()


def _outdate_leases(path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            outdate(connection)
    finally:
        engine.dispose()


@contextmanager
def _sqlite_errors(what: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        raise BackupError(f"{what}: {error}") from error

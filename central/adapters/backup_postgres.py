"""Copies a PostgreSQL database by its own ``pg_dump`` and puts it back by ``pg_restore``.

The custom form can be read by later servers, too, and by people who know PostgreSQL and not us.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Final, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from central.adapters.backup_books import books_of, revision_of
from central.adapters.leases_sql import outdate
from central.domain.backups import Books, DatabaseKind
from central.ports.backups import BackupError, Copied, Told

_PIECE: Final = 1 << 20
_TOLD_EVERY: Final = 64
_DUMP: Final = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-comments")
_RESTORE: Final = ("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error")
_TABLES: Final = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname = current_schema()"
)


class PostgresCopier:
    """The port ``DatabaseCopier``."""

    kind: DatabaseKind = "postgresql"
    file_name: str = "central.dump"

    def __init__(self, url: str, told: Told) -> None:
        self._url = sa.make_url(url)
        self._told = told

    @contextmanager
    def copy(self) -> Iterator[Copied]:
        with self._connected() as connection:
            # The dump sees what this transaction sees, to the row.
            connection.execute(
                sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            )
            snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
            books, revision = books_of(connection), revision_of(connection)
            yield Copied(books, revision, self._dump(snapshot))

    def check(self, data: Iterable[bytes], books: Books) -> None:  # noqa: ARG002 - the port's
        """See that the dump can be read to its end; what is in it is compared when it is restored."""
        self._feed([*_RESTORE, "--file=/dev/null"], data, "the copy is damaged")

    def see_that_there_is_none(self) -> None:
        with self._connected() as connection:
            if connection.execute(sa.text(_TABLES)).scalar_one():
                raise BackupError(
                    f"the database {self._url.database} is not empty; stop the centre and name a"
                    " new one in database_url"
                )

    def restore(self, data: Iterable[bytes], books: Books) -> None:
        self.see_that_there_is_none()
        command = [*_RESTORE, "--single-transaction", f"--dbname={self._place()}"]
        self._feed(command, data, "nothing was restored")
        with self._connected() as connection:
            held = books_of(connection)
            if held != books:
                raise BackupError(
                    f"the database holds {held} now, not {books}; drop it and take another backup"
                )
            outdate(connection)
            connection.commit()

    def _dump(self, snapshot: str) -> Iterator[bytes]:
        command = [*_DUMP, f"--snapshot={snapshot}", f"--dbname={self._place()}"]
        with _started(command, self._environment(), stdout=subprocess.PIPE) as process:
            output = cast("IO[bytes]", process.stdout)
            for number, piece in enumerate(iter(lambda: output.read(_PIECE), b"")):
                if number % _TOLD_EVERY == 0:
                    self._told(f"copied {number} MiB")
                yield piece
            _, said = process.communicate()
        _see(process.returncode, said, "nothing was copied")

    def _feed(self, command: list[str], data: Iterable[bytes], what: str) -> None:
        with _started(command, self._environment(), stdin=subprocess.PIPE) as process:
            taken = cast("IO[bytes]", process.stdin)
            try:
                for piece in data:
                    taken.write(piece)
                taken.close()
            except BrokenPipeError:
                pass  # it says why at once, and its exit code tells
            except BaseException:
                process.kill()
                raise
            said = cast("IO[bytes]", process.stderr).read()
        _see(process.returncode, said, what)

    def _place(self) -> str:
        # What stands on a command line anybody on the machine can read.
        url = self._url.set(drivername="postgresql", password=None)
        return url.render_as_string(hide_password=False)

    def _environment(self) -> dict[str, str]:
        password = self._url.password
        return {**os.environ, "LC_ALL": "C.UTF-8"} | (
            {"PGPASSWORD": str(password)} if password else {}
        )

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self._url, hide_parameters=True)
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise BackupError(
                f"the database does not answer: {type(error.orig).__name__}"
            ) from error
        finally:
            engine.dispose()


@contextmanager
def _started(
    command: list[str],
    environment: dict[str, str],
    *,
    stdin: int | None = None,
    stdout: int | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    try:
        process = subprocess.Popen(  # noqa: S603 - our own words
            command, env=environment, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE
        )
    except OSError as error:
        advice = "install postgresql-client"
        raise BackupError(f"cannot start {command[0]}: {error.strerror}; {advice}") from error
    with process:
        yield process


def _see(code: int, said: bytes, what: str) -> None:
    if code != 0:
        words = said.decode(errors="replace").strip().splitlines()
        raise BackupError(f"{what}: {words[0] if words else f'exit code {code}'}")

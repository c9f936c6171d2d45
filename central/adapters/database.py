"""The centre's database: one schema, how to connect, how to bring it up to date.

SQLite is the embedded default, PostgreSQL the scale; the same tables and the same statements.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import ConnectionPoolEntry

from central.ports import StoreError, StoreRefused, StoreUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

BUSY_TIMEOUT_SECONDS: Final = 5
_MIGRATION_LOCK: Final = 0x7472616D
MIGRATIONS: Final = Path(__file__).parent / "migrations"

# Alembic's own table, which it makes by itself.
_VERSIONS: Final = sa.table("alembic_version", sa.column("version_num"))


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant; SQLite, which keeps no zone, holds it in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002 - fixed by SQLAlchemy
    ) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row for each line of a journal. Line 0 begins at the genesis; a cloned or restored card makes
# another line, and so does a device that has lost entries. A line holds its own entries, gap-free
# from behind ``base`` to ``through``, so a reader needs no other cursor than ``through``.
journals = sa.Table(
    "journals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("device", sa.String(32), nullable=False),
    sa.Column("site", sa.String(32), nullable=False),
    sa.Column("epoch", sa.String(32), nullable=False),
    sa.Column("line", sa.Integer, nullable=False, server_default="0"),
    sa.Column("base", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("through", sa.BigInteger, nullable=False),
    sa.Column("head", sa.LargeBinary(32), nullable=False),
    sa.Column("quarantined", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("first_seen", UtcDateTime, nullable=False),
    sa.Column("last_seen", UtcDateTime, nullable=False),
    sa.UniqueConstraint("device", "epoch", "line"),
)

raw_events = sa.Table(
    "raw_events",
    metadata,
    # No foreign key: its check costs a third of the insert, and the one writer takes the id from a
    # row of ``journals`` that it holds locked.
    sa.Column("journal_id", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
    sa.Column("seq", sa.BigInteger, primary_key=True, nullable=False, autoincrement=False),
    sa.Column("hash", sa.LargeBinary(32), primary_key=True, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("problem", sa.Text, nullable=True),
    sa.Column("received_at", UtcDateTime, nullable=False),
    # The key is nearly all of the index: keep the rows in it.
    sqlite_with_rowid=False,
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    # SHA-256 of topic and data: what comes again is counted.
    sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("times", sa.Integer, nullable=False, server_default="1"),
)

alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("device", sa.String(32), nullable=False),
    sa.Column("journal_id", sa.Integer, sa.ForeignKey("journals.id"), nullable=True),
    sa.Column("seq", sa.BigInteger, nullable=True),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("raised_at", UtcDateTime, nullable=False),
    sa.Column("cleared_at", UtcDateTime, nullable=True),
)

# The last thing each device said of itself; not a fact, so only the newest is kept.
device_states = sa.Table(
    "device_states",
    metadata,
    sa.Column("device", sa.String(32), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
)


def connect(url: str) -> sa.Engine:
    """Return an engine for ``sqlite:///file`` or ``postgresql+psycopg://...``; opens nothing yet.

    A row that SQLite reported committed survives a power cut: WAL with ``synchronous=FULL``.
    """
    engine = sa.create_engine(
        url,
        pool_pre_ping=not url.startswith("sqlite"),
        # An error's text ends in a log, and parameters are people's names and numbers.
        hide_parameters=True,
    )
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def migrate(engine: sa.Engine) -> None:
    """Bring the schema to the newest revision; safe to call at every start.

    Raises:
        StoreUnavailable: The database does not answer.
    """
    with store_errors(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two programs that start at once take turns.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        if not _is_newest(connection):
            # Alembic takes a tenth of a start's time, and most starts find the newest schema.
            from alembic import command  # noqa: PLC0415

            command.upgrade(migration_config(connection), "head")


def reading(engine: sa.Engine) -> sa.Connection:
    """Return a connection for queries only: on SQLite it does not wait for the writer.

    Use as a context manager; ``engine.begin()`` is for all that writes.
    """
    return engine.connect().execution_options(read_only=True)


def migration_config(connection: sa.Connection) -> "Config":
    """Return Alembic's configuration bound to an open connection; there is no ini file."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """Return the revision that this release brings the schema to: its file's name."""
    return max(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _is_newest(connection: sa.Connection) -> bool:
    if not sa.inspect(connection).has_table(_VERSIONS.name):
        return False
    return connection.scalars(sa.select(_VERSIONS.c.version_num)).all() == [newest_revision()]


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn the driver's errors into those of the port, where a statement runs."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable("the database does not answer") from error
    except NoneFree as error:
        raise StoreUnavailable("all connections to the database are in use") from error
    except DataError as error:
        kind = type(error.orig).__name__
        raise StoreRefused(f"the database cannot hold a value: {kind}") from None
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable("the database ended the connection") from error
        # The driver's own words may quote the row, hence a person: only the kind of error is told.
        kind = type(error.orig).__name__
        raise StoreError(f"the database refused a statement: {kind}") from None


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - DBAPI
    # The driver's own BEGIN comes too late and is deferred; _begin_sqlite sends the right one.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is erased is overwritten in the file, however this machine's SQLite was built.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reader that turns writer half-way can only fail; one that may write says so first.
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE")

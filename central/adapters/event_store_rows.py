"""The fast way to insert many raw events, by database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, cast

import psycopg
import sqlalchemy as sa

from central.ports import StoreError, StoreUnavailable

Row = tuple[int, int, bytes, bytes, str | None]
"""journal_id, seq, hash, data, problem"""

_COLUMNS: Final = "journal_id, seq, hash, data, problem, received_at"
_PG_TYPES: Final = ("int4", "int8", "bytea", "bytea", "text", "timestamptz")


def insert_raw_events(
    connection: sa.Connection, rows: Sequence[Row], received_at: datetime
) -> None:
    """Insert rows whose keys are known to be new, inside the connection's transaction."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, rows, received_at)
    else:
        # The text form in which SQLAlchemy writes and reads an instant on SQLite.
        text = received_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        connection.exec_driver_sql(
            f"INSERT INTO raw_events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, '{text}')",  # noqa: S608
            list(rows),
        )


def _copy(connection: sa.Connection, rows: Sequence[Row], received_at: datetime) -> None:
    statement = f"COPY raw_events ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(_PG_TYPES)
            for row in rows:
                copy.write_row((*row, received_at))
    except psycopg.OperationalError as error:
        raise StoreUnavailable("the database does not answer") from error
    except psycopg.Error as error:
        raise StoreError("the database refused raw events") from error

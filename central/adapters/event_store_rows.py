"""The fast ways to ask for and to write many rows at once, by database."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from central.adapters.database import journals
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


def move_watermarks(
    connection: sa.Connection, moved: Sequence[tuple[int, int, bytes]], received_at: datetime
) -> None:
    """Set how far lines of journals go: each a key, a sequence number and the hash there."""
    if not moved:
        return
    if connection.dialect.name == "postgresql":
        keys, numbers, heads = zip(*moved, strict=True)
        connection.exec_driver_sql(
            "UPDATE journals SET through = m.through, head = m.head, last_seen = %s"
            " FROM unnest(%s::int4[], %s::int8[], %s::bytea[]) AS m (key, through, head)"
            " WHERE journals.id = m.key",
            (received_at, list(keys), list(numbers), list(heads)),
        )
        return
    statement = (
        sa.update(journals)
        .where(journals.c.id == sa.bindparam("key"))
        .values(through=sa.bindparam("through_"), head=sa.bindparam("head_"), last_seen=received_at)
    )
    rows = [{"key": key, "through_": through, "head_": head} for key, through, head in moved]
    connection.execute(statement, rows)


def one_of(
    connection: sa.Connection, column: sa.ColumnElement[str], values: Collection[str]
) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of many values.

    They are one parameter: the statement is made and planned once, however many there are.
    """
    if connection.dialect.name == "postgresql":
        return column == sa.any_(sa.literal(sorted(values), ARRAY(sa.String)))
    each = sa.func.json_each(json.dumps(sorted(values))).table_valued("value")
    return column.in_(sa.select(each.c.value))


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

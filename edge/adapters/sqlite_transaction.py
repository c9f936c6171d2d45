"""All or nothing, on a connection of SQLite that begins no transaction by itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write what happens inside durably, or nothing of it; afterwards none is open, whatever failed.

    A COMMIT may fail and leave its transaction open; a full disk may end one before its ROLLBACK.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")

"""Raw events in PostgreSQL: as one table, split by journal, split by month; stored, read, vacuumed.

    python -m bench.partitions [--rows N] [--journals N]

*store*: COPY of 1,000 rows a transaction, spread over all journals as they come, twelve months of
them. *read*: the next hundred of one journal, as the projection asks. *vacuum*: of the largest part
that one worker takes at a time.
"""

import argparse
import json
import os
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import perf_counter

import psycopg

from bench.processor import family_seconds
from tests.factories.postgres import postgres_server

PARTS = 16
MONTHS = 12
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_COLUMNS = (
    "journal_id int NOT NULL, seq bigint NOT NULL, hash bytea NOT NULL, data bytea NOT NULL,"
    " problem text, received_at timestamptz NOT NULL"
)
_KEY = "PRIMARY KEY (journal_id, seq, hash)"
_TYPES = ("int4", "int8", "bytea", "bytea", "text", "timestamptz")


def whole() -> list[str]:
    """Return what makes one table."""
    return [f"CREATE TABLE e ({_COLUMNS}, {_KEY})"]


def by_journal() -> list[str]:
    """Return what makes a table in parts by journal."""
    parts = [
        f"CREATE TABLE e{n} PARTITION OF e FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {n})"
        for n in range(PARTS)
    ]
    return [f"CREATE TABLE e ({_COLUMNS}, {_KEY}) PARTITION BY HASH (journal_id)", *parts]


def by_month() -> list[str]:
    """Return what makes a table in parts by month; only each part can have the key."""
    made = [f"CREATE TABLE e ({_COLUMNS}) PARTITION BY RANGE (received_at)"]
    for month in range(1, MONTHS + 1):
        end = f"{2026 + month // 12}-{month % 12 + 1:02d}-01"
        made.append(
            f"CREATE TABLE e{month} PARTITION OF e FOR VALUES"
            f" FROM ('2026-{month:02d}-01Z') TO ('{end}Z')"
        )
        made.append(f"ALTER TABLE e{month} ADD {_KEY}")
    return made


FORMS = {"one table": whole, "by journal": by_journal, "by month": by_month}


def transactions(rows: int, journals: int) -> Iterator[list[tuple[object, ...]]]:
    """Yield rows as a thousand of them come together: a hundred of each of ten journals."""
    made, seq = 0, 1
    while made < rows:
        for first in range(0, journals, 10):
            at = FIRST + timedelta(days=360) * (made / rows)
            yield [
                (journal, n, os.urandom(32), os.urandom(400), None, at)
                for journal in range(first, first + 10)
                for n in range(seq, seq + 100)
            ]
            made += 1000
            if made >= rows:
                return
        seq += 100


def store(connection: psycopg.Connection, rows: int, journals: int) -> float:
    """Store everything; return the seconds without the making of it."""
    seconds = 0.0
    for batch in transactions(rows, journals):
        begun = perf_counter()
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY e FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(_TYPES)
            for row in batch:
                copy.write_row(row)
        connection.commit()
        seconds += perf_counter() - begun
    return seconds


def read(connection: psycopg.Connection, journals: int, times: int) -> list[float]:
    """Return the milliseconds of asking for the next hundred of a journal."""
    found = []
    for number in range(times):
        begun = perf_counter()
        connection.execute(
            "SELECT * FROM e WHERE journal_id = %s AND seq > 0 AND seq <= 100 ORDER BY seq",
            (number % journals,),
        ).fetchall()
        found.append((perf_counter() - begun) * 1000)
    connection.commit()
    return found


def measure(form: str, url: str, server: int, rows: int, journals: int) -> dict[str, object]:
    """Return the figures of one form."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for statement in FORMS[form]():
            connection.execute(statement.encode())
        connection.commit()
        used = family_seconds(server)
        seconds = store(connection, rows, journals)
        used = family_seconds(server) - used
        connection.autocommit = True
        connection.execute("ANALYZE")
        times = read(connection, journals, 500)
        largest = connection.execute(
            "SELECT oid::regclass::text, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relname ~ '^e[0-9]*$' ORDER BY 2 DESC LIMIT 1"
        ).fetchone()
        assert largest is not None
        part, size = largest
        begun = perf_counter()
        connection.execute(f"VACUUM (FREEZE) {part}".encode())
        vacuum = perf_counter() - begun
    return {
        "rows": rows,
        "stored_per_second": round(rows / seconds),
        "stored_per_cpu_second_of_postgresql": round(rows / max(used, 0.01)),
        "read_p50_ms": round(statistics.median(times), 2),
        "read_p95_ms": round(sorted(times)[int(len(times) * 0.95)], 2),
        "largest_part_mib": round(size / 2**20, 1),
        "vacuum_of_it_seconds": round(vacuum, 2),
    }


def main() -> None:
    """Print one JSON line a form."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.partitions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--journals", type=int, default=500)
    options = parser.parse_args()
    with postgres_server() as server:
        for form in FORMS:
            url = server.new_database()
            figures = measure(form, url, server.pid, options.rows, options.journals)
            print(json.dumps({"bench": "partitions", "what": form, **figures}), flush=True)


if __name__ == "__main__":
    main()

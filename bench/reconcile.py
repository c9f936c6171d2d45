"""Compare check-ins and doses with what the Platform holds, at 10,000, 100,000 and 1,000,000 of each.

    python -m bench.reconcile [--sizes N …] [--databases sqlite postgresql]

*first*: everything is pending and the Platform's list is new: linked, compared, each record's state
set, and every discrepancy named. *again*: the same once more, when nothing changed. Of every 1,000
doses one differs in a field, one was typed in by staff, one stands there twice and one is of nobody
who checked in; one person of 1,000 has two doses too near to each other, and the day is closed. Each
size is compared by a process of its own; ``megabytes`` is the most memory that it took. ``cpu_seconds``
are those of the process and of PostgreSQL's: what the neighbours take of the machine is not in them.

*linear* is seconds for each row of the largest size beside those of the smallest.
"""

import argparse
import json
import multiprocessing as mp
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from bench.processor import cpu_seconds, family_seconds
from central.adapters import database, tables_doses, tables_projection, tables_site
from central.adapters.comparison_sql import SqlComparison
from central.adapters.dose_store import mirror_row
from central.domain.dose_keys import lot_key, vaccine_key
from central.domain.doses import HeldDose
from protocol.documents.names import spelling_key
from tests.factories.postgres import postgres_server

SIZES = (10_000, 100_000, 1_000_000)
GOAL_SECONDS_OF_A_MILLION = 60
MOST_SECONDS = 3600
AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
CHUNK = 20_000
SITES = 300
processes = mp.get_context("spawn")
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Kator", "Chamaléa", "Đổng")
_WHEN = {
    "device_time": "2026-11-22T01:00:00.000Z",
    "clock_ok": True,
    "received_at": AT + timedelta(hours=1),
    "occurred_at": AT,
    "estimated": False,
}


def person(n: int) -> tuple[str, str]:
    """Return number and name of the n-th invented person."""
    return f"058{n:09d}", f"{_FAMILIES[n % len(_FAMILIES)]} Thị Mẫu {n % 997}"


_key = cache(spelling_key)


def event_of(n: int) -> str:
    return f"019aa000-{n >> 16 & 0xFFFF:04x}-7000-9000-{n:012x}"


def visit_of(n: int) -> str:
    return f"019aa000-{n >> 16 & 0xFFFF:04x}-7000-8000-{n:012x}"


def ours(n: int) -> dict[sa.Table, dict[str, Any]]:
    """Return the rows that a check-in and its dose make at the centre."""
    number, name = person(n - 1 if n % 1000 == 5 else n)
    stamp, site = f"{n:012x}-0000/{event_of(n)}", f"site-{n % SITES}"
    common = {"stamp": stamp, "site": site, "device": "kiosk-0001", **_WHEN}
    visit = {
        "visit": visit_of(n), "ticket": "A001", "document": "cccd_2021", "source": "camera",
        "warnings": [], "exception": None, "identity_problem": None, "conflict": False,
        "event": visit_of(n), "standing": "verified", "staff": "", **common,
    }  # fmt: skip
    who = {
        "visit": visit_of(n), "stamp": stamp, "document": "cccd_2021", "number": number,
        "name": name, "birth": "1985-08-17", "sex": "female", "nationality": "VNM",
        "old_number": None, "name_key": _key(name),
    }  # fmt: skip
    dose = {
        "event": event_of(n), "visit": visit_of(n), "vaccine": "VX Một",
        "vaccine_key": vaccine_key("VX Một"), "lot": "AB-12", "lot_key": lot_key("AB-12"),
        "expiry": "2027-01-31", "dose_number": 2, "day": "2026-11-22", "injector": "hoa",
        "staff": "lan", "vial": "", "warnings": [], "replaces": "", "standing": True, **common,
    }  # fmt: skip
    record = {
        "dose": event_of(n), "stamp": stamp[:32], "state": "pending", "opened_at": AT,
        "attempts": 0, "next_try_at": AT, "reason": None, "patient": None, "immunization": None,
        "submitted_at": None, "reconciled_at": None,
    }  # fmt: skip
    return {
        tables_projection.visits: visit,
        tables_projection.identities: who,
        tables_site.doses: dose,
        tables_doses.dose_records: record,
    }


def theirs(n: int) -> Iterator[HeldDose]:
    """Yield what the Platform holds of the n-th dose, and of nobody."""
    number, name = person(n - 1 if n % 1000 == 5 else n)
    held = HeldDose(
        f"p{n:012x}", "" if n % 1000 == 1 else event_of(n), f"p{n}", number, name, "1985-08-17",
        "male" if n % 1000 == 2 else "female", "VX Một", "AB-12", 2, "2026-11-22", f"site-{n % SITES}",
    )  # fmt: skip
    if n % 1000 == 4:
        yield HeldDose(f"q{n:012x}", "", f"q{n}", f"079{n:09d}", name, "1985-08-17", "female",
                       "VX Một", "AB-12", 2, "2026-11-22", "")  # fmt: skip
    if n % 1000 == 3:
        yield HeldDose(f"r{n:012x}", "", f"p{n}", number, name, "1985-08-17", "female",
                       "vx một", "AB-12", 2, "2026-11-22", "")  # fmt: skip
    yield held


_LIKE = mirror_row(next(theirs(6)), AT)


def row(held: HeldDose) -> dict[str, Any]:
    """Return what ``mirror_row`` does, sooner: all the vaccines and lots here have one key."""
    return _LIKE | {
        "id": held.id, "event": held.event, "patient": held.patient, "number": held.number,
        "name": held.name, "name_key": _key(held.name), "sex": held.sex, "site": held.site,
    }  # fmt: skip


def put(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows by the driver itself: a million of them is then a matter of a minute."""
    names = ", ".join(rows[0])
    values = (tuple(map(_as_stored, one.values())) for one in rows)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy,
        ):
            for one in values:
                copy.write_row(one)
        return
    marks = ", ".join("?" * len(rows[0]))
    driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)


def _as_stored(value: object) -> object:
    """Return a value as both drivers take it."""
    if isinstance(value, datetime):
        # As SQLAlchemy writes it on SQLite; PostgreSQL's session is in UTC for it.
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return json.dumps(value) if isinstance(value, list) else value


def fill(engine: sa.Engine, size: int) -> None:
    """Put check-ins, doses and the Platform's list of that size into an empty database."""
    database.migrate(engine)
    closings = [
        {"session": f"site-{n}/2026-11-22", "stamp": "s", "site": f"site-{n}", "day": "2026-11-22",
         "staff": "lan", "open_visits": 0, **_WHEN}
        for n in range(SITES)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(tables_site.sessions_closed), closings)
        connection.execute(
            sa.insert(database.journals),
            [{"device": f"k{n}", "site": f"site-{n}", "epoch": "e", "through": 0, "head": b"",
              "first_seen": AT, "last_seen": AT} for n in range(SITES)],
        )  # fmt: skip
    for first in range(1, size + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, size + 1))
        made = [ours(n) for n in numbers]
        held = [row(one) for n in numbers for one in theirs(n)]
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL timezone TO 'UTC'")
            for table in made[0]:
                put(connection, table, [rows[table] for rows in made])
            put(connection, tables_doses.platform_doses, held)
    if engine.dialect.name == "postgresql":
        # What its autovacuum does in the minutes after; on SQLite nothing ever does.
        with engine.begin() as connection:
            connection.execute(sa.text("ANALYZE"))


def measure(url: str, server: int | None, answers: Any) -> None:
    """Compare twice in this process, and answer with seconds, memory and what was found.

    Args:
        server: Process id of PostgreSQL, if it is that.
    """
    engine = database.connect(url)
    comparison = SqlComparison(engine)
    before = _megabytes()
    for what in ("first", "again"):
        begun, used = perf_counter(), _processor_seconds(server)
        found = comparison.compare(AT + timedelta(hours=2), 14)
        answers.put(
            {
                "what": what,
                "seconds": round(perf_counter() - begun, 2),
                "cpu_seconds": round(_processor_seconds(server) - used, 2),
                "megabytes": _megabytes(),
                "megabytes_before": before,
                "open": {"doses": found.doses, "entries": found.entries, "people": found.people},
            }
        )
    with database.reading(engine) as connection:
        states = tables_doses.dose_records.c.state
        rows = connection.execute(sa.select(states, sa.func.count()).group_by(states))
        answers.put({state: number for state, number in rows})  # noqa: C416 - rows are no mapping
    engine.dispose()


def _processor_seconds(server: int | None) -> float:
    return cpu_seconds(os.getpid()) + (family_seconds(server) if server else 0.0)


def _megabytes() -> int:
    """Return the most memory that this process held; what its parent held is not in it."""
    status = Path("/proc/self/status").read_text()
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak) // 1024


def say(**figures: object) -> None:
    print(json.dumps({"bench": "reconcile", **figures}, ensure_ascii=False), flush=True)


def compare(name: str, url: str, size: int, server: int | None = None) -> float:
    """Fill a database, compare in a process of its own, print the figures, return the seconds."""
    engine = database.connect(url)
    fill(engine, size)
    engine.dispose()
    answers: Any = processes.Queue()
    child = processes.Process(target=measure, args=(url, server, answers))
    child.start()
    child.join(MOST_SECONDS)
    if child.exitcode != 0:
        raise SystemExit(f"{name}, {size}: the comparison ended with {child.exitcode}")
    first, again, states = (answers.get(timeout=10) for _ in range(3))
    thousands = size // 1000
    expected = {"reconciled": size - 2 * thousands, "differs": 2 * thousands}
    if states != expected or first["open"]["entries"] != thousands:
        raise SystemExit(f"{name}, {size}: {states}, {first['open']}: not what was put in")
    for line in (first, again):
        what = f"{name}, {size:,} and {size:,}, {line.pop('what')}"
        goal = {"goal_seconds": GOAL_SECONDS_OF_A_MILLION} if size == 1_000_000 else {}
        say(what=what, rows_per_second=round(size / line["seconds"]), **line, **goal)
    return float(first["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reconcile")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument(
        "--databases", nargs="+", default=("sqlite", "postgresql"), choices=("sqlite", "postgresql")
    )
    options = parser.parse_args()
    sizes = sorted(options.sizes)
    for name in options.databases:
        seconds = [one(name, size) for size in sizes]
        ratio = (seconds[-1] / sizes[-1]) / (seconds[0] / sizes[0])
        say(what=f"{name}, linear", ratio=round(ratio, 2), of=f"{sizes[0]:,} to {sizes[-1]:,}")


def one(name: str, size: int) -> float:
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            return compare(name, f"sqlite:///{Path(folder) / 'central.db'}", size)
    with postgres_server() as server:
        return compare(name, server.new_database(), size, server.pid)


if __name__ == "__main__":
    main()

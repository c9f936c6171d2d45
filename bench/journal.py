"""Measure an append to the journal beside a bare SQLite commit of the same bytes, in the same run.

    python -m bench.journal [--appends N] [--directory DIR]

The three ways take turns, one commit each, so that whatever else the machine does falls on all of
them alike. ``bare`` is one INSERT in a WAL/FULL transaction; ``floor`` is append and fdatasync of a
plain file.
"""

import argparse
import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.ports import Counter, Draft, PrintJob
from protocol.events import CheckedIn
from protocol.identity import DeviceId, uuid7

SEALED = {"0123456789abcdef": "c" * 320, "fedcba9876543210": "s" * 320}


def bare(directory: Path) -> Callable[[bytes], None]:
    """Return one durable INSERT by the driver alone."""
    connection = sqlite3.connect(directory / "bare.db", isolation_level=None)
    for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE entries (place INTEGER PRIMARY KEY, data BLOB)")

    def commit(data: bytes) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO entries (data) VALUES (?)", (data,))
        connection.execute("COMMIT")

    return commit


def floor(directory: Path) -> Callable[[bytes], None]:
    """Return append and fdatasync of a plain file."""
    file = os.open(directory / "floor", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def commit(data: bytes) -> None:
        os.write(file, data)
        os.fdatasync(file)

    return commit


def check_in(clock: SystemClock, number: int) -> tuple[Draft, PrintJob, Counter]:
    """Return what one person's check-in writes."""
    event_id = uuid7(int(clock.now().timestamp() * 1000), clock.entropy(10))
    ticket = f"A{number:05d}"
    draft = Draft(
        id=event_id,
        body=CheckedIn(ticket=ticket, document="cccd_2021"),
        visit=event_id,
        person="5a" * 32,
        sealed=SEALED,
    )
    job = PrintJob(id=f"job-{event_id}", visit=event_id, ticket=ticket, queued_at="2021-12-01")
    return draft, job, Counter("2021-12-01", number)


def measure(directory: Path, appends: int) -> dict[str, list[float]]:
    """Return the milliseconds of each commit, by way."""
    clock = SystemClock()
    journal = SqliteJournal(directory / "journal.db", device=DeviceId("kiosk-0001"), clock=clock)
    taken: dict[str, list[float]] = {"journal": [], "bare": [], "floor": []}
    ways = {"bare": bare(directory), "floor": floor(directory)}
    for number in range(1, appends + 1):
        draft, job, counter = check_in(clock, number)
        started = time.perf_counter()
        entry = journal.append([draft], jobs=[job], counter=counter)[0]
        taken["journal"].append((time.perf_counter() - started) * 1000)
        for name, commit in ways.items():
            started = time.perf_counter()
            commit(entry.data)
            taken[name].append((time.perf_counter() - started) * 1000)
    started = time.perf_counter()
    journal.close()
    SqliteJournal(directory / "journal.db", device=DeviceId("kiosk-0001"), clock=clock).close()
    taken["reopen"] = [(time.perf_counter() - started) * 1000]
    return taken


def figures(milliseconds: list[float]) -> dict[str, float]:
    """Return the percentiles that a reader asks for."""
    if len(milliseconds) == 1:
        return {"ms": round(milliseconds[0], 1)}
    cuts = statistics.quantiles(milliseconds, n=100)
    return {
        "p50_ms": round(cuts[49], 3),
        "p95_ms": round(cuts[94], 3),
        "p99_ms": round(cuts[98], 3),
        "max_ms": round(max(milliseconds), 2),
        "per_second": round(1000 / statistics.fmean(milliseconds)),
    }


def main() -> None:
    """Measure and print one JSON object a line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.journal",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--appends", type=int, default=2000)
    parser.add_argument("--directory", type=Path, help="on the disk to be measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        measured = {
            way: figures(taken) for way, taken in measure(Path(directory), options.appends).items()
        }
    for way, found in measured.items():
        print(json.dumps({"bench": "journal", "way": way, "appends": options.appends, **found}))
    for floor_name in ("bare", "floor"):
        ratios = {
            p: round(value / measured[floor_name][p], 2)
            for p, value in measured["journal"].items()
            if p in {"p50_ms", "p99_ms"}
        }
        print(json.dumps({"bench": "journal", "ratio": f"journal/{floor_name}", **ratios}))


if __name__ == "__main__":
    main()

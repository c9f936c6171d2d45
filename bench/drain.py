"""A fleet comes back after an outage: 500 devices with 2,000 events each, while people use the pages.

    python -m bench.drain [--devices N] [--events N] [--databases sqlite postgresql] [--roles apart]

A real mosquitto and the real centre, as programs. Every device connects, greets, and sends what it
has as signed batches, two under way; *drained* is when the centre has signed for the last event of
the last device. All the while one browser asks for the centre's pages, four a second; *at rest* is
the same before. ``--roles apart`` runs ingest, projection with reconcile, and the pages as processes
of their own (PostgreSQL only). What was acknowledged is counted in the database afterwards, and how
much of it is projected.
"""

import argparse
import json
import multiprocessing as mp
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import httpx  # noqa: E402 - the path is set above
import sqlalchemy as sa  # noqa: E402
from factories.logins import log_in  # noqa: E402
from factories.postgres import PostgresServer, postgres_server  # noqa: E402
from factories.scaled import Process, ScaledCentre, killed_at_the_end  # noqa: E402
from factories.waiting import wait_until  # noqa: E402

from bench import fleet  # noqa: E402
from bench.processor import cpu_seconds, family_seconds  # noqa: E402
from central.adapters import database, tables_projection  # noqa: E402

MOST_SECONDS = 3600.0
PASSWORD = "mot mat khau de do"
ASKED = ("/api/summary", "/figures", "/api/visits")
ASKED_A_SECOND = 4
PUBLISHERS = 2
TOGETHER = {"centre": "ingest,project,reconcile,api"}
APART = {"ingest": "ingest", "project": "project,reconcile", "api": "api"}
processes = mp.get_context("spawn")


@dataclass
class Browser:
    """Asks for pages at a steady pace, and keeps how long each answer took."""

    url: str
    milliseconds: list[float] = field(default_factory=list)
    failed: int = 0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask all the while."""
        over = threading.Event()
        thread = threading.Thread(target=self._ask, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _ask(self, over: threading.Event) -> None:
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as client:
            log_in(client, "bench", PASSWORD)
            for number in range(1 << 30):
                begun = perf_counter()
                try:
                    answer = client.get(ASKED[number % len(ASKED)])
                except httpx.TransportError:
                    self.failed += 1
                else:
                    self.failed += answer.status_code != 200
                self.milliseconds.append((perf_counter() - begun) * 1000)
                if over.wait(max(0.0, 1 / ASKED_A_SECOND - (perf_counter() - begun))):
                    return

    def figures(self) -> dict[str, object]:
        """Return what people waited."""
        times = sorted(self.milliseconds)
        return {
            "answers": len(times),
            "failed": self.failed,
            "p50_ms": round(statistics.median(times), 1),
            "p99_ms": round(times[min(len(times) - 1, int(len(times) * 0.99))], 1),
            "max_ms": round(times[-1], 1),
        }


@dataclass(frozen=True)
class Run:
    """One drain on one database."""

    name: str
    backlog: fleet.Backlog
    devices: int
    workers: dict[str, str]
    rest_seconds: float
    project_seconds: float


def drain(run: Run, centre: ScaledCentre, server: int | None) -> None:
    """Start everything, drain, check the books and print the figures."""
    add_account(centre)
    workers = [centre.worker(name, roles) for name, roles in run.workers.items()]
    (broker,) = centre.brokers
    port = int(config_of(centre, "[api]", "port"))
    with killed_at_the_end(*workers, broker):
        broker.start()
        centre.wait_for_brokers()
        for worker in workers:
            worker.start()
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: served(url) or died(centre, workers), seconds=300)
        rest, busy = Browser(url), Browser(url)
        with rest.asking():
            time.sleep(run.rest_seconds)
        pids = [process.pid for process in (broker, *workers)]
        before = [*map(cpu_seconds, pids), family_seconds(server) if server else 0.0]
        told, seconds = come_back(run, centre, busy)
        after = [*map(cpu_seconds, pids), family_seconds(server) if server else 0.0]
        used = [later - earlier for earlier, later in zip(before, after, strict=True)]
        projected = projection(centre.url, run.project_seconds, lambda: spent(pids, server))
    say(run, told, seconds, used, (rest, busy), projected)


def come_back(run: Run, centre: ScaledCentre, busy: Browser) -> tuple[list[dict[str, Any]], float]:
    """Let the fleet come back; return what its processes told and the seconds until the last word."""
    meet, results = processes.Barrier(PUBLISHERS + 1), processes.Queue()
    numbers = range(1, run.devices + 1)
    children = [
        processes.Process(
            target=fleet.come_back,
            args=(centre.ports[0][0], centre.provisioned, numbers[n::PUBLISHERS], run.backlog,
                  meet, results),
        )
        for n in range(PUBLISHERS)
    ]  # fmt: skip
    for child in children:
        child.start()
    meet.wait(MOST_SECONDS)
    with busy.asking():
        meet.wait(MOST_SECONDS)
        begun = perf_counter()
        told = [results.get(timeout=MOST_SECONDS) for _ in children]
        seconds = perf_counter() - begun
    for child in children:
        child.join()
    held = count(centre.url, database.raw_events)
    if held != run.devices * run.backlog.events:
        raise SystemExit(f"{run.devices * run.backlog.events} events were sent, {held} are held")
    return told, seconds


def projection(url: str, seconds: float, cpu: Callable[[], float]) -> dict[str, object]:
    """Return how much was projected when the last word was said, and how fast it goes on alone."""
    already, begun, used = projected_of(url), perf_counter(), cpu()
    time.sleep(seconds)
    more, passed, used = projected_of(url) - already, perf_counter() - begun, cpu() - used
    return {
        "projected_meanwhile": already,
        "projected_per_second_alone": round(more / passed),
        "projected_per_cpu_second_alone": round(more / max(used, 0.01)),
    }


def spent(pids: Sequence[int], server: int | None) -> float:
    """Return the processor time that broker, centre and PostgreSQL have used."""
    return sum(map(cpu_seconds, pids)) + (family_seconds(server) if server else 0.0)


def projected_of(url: str) -> int:
    cursors = tables_projection.projection_cursors
    return int(scalar(url, sa.select(sa.func.coalesce(sa.func.sum(cursors.c.projected), 0))))


def count(url: str, table: sa.Table) -> int:
    return int(scalar(url, sa.select(sa.func.count()).select_from(table)))


def scalar(url: str, query: sa.Select[Any]) -> Any:
    engine = database.connect(url)
    with database.reading(engine) as connection:
        found = connection.scalar(query)
    engine.dispose()
    return found


def say(
    run: Run,
    told: list[dict[str, Any]],
    seconds: float,
    used: list[float],
    browsers: tuple[Browser, Browser],
    projected: dict[str, object],
) -> None:
    """Print one line of figures."""
    sent = run.devices * run.backlog.events
    of_devices = sorted(at for one in told for at in one["devices"])
    of = dict(zip(("broker", *run.workers, "postgresql"), used, strict=True))
    figures: dict[str, object] = {
        "bench": "drain",
        "what": run.name,
        "devices": run.devices,
        "events_each": run.backlog.events,
        "events_a_message": run.backlog.per_message,
        "connected_seconds": round(max(one["connected_seconds"] for one in told), 1),
        "drained_seconds": round(seconds, 1),
        "half_of_the_devices_seconds": round(statistics.median(of_devices), 1),
        "events_per_second": round(sent / seconds),
        "megabytes": round(sum(one["bytes"] for one in told) / 1e6, 1),
        "messages_sent_again": sum(one["resent"] for one in told),
        "cpu_seconds": {name: round(one, 1) for name, one in of.items()},
        "events_per_cpu_second": round(sent / max(sum(used), 0.01)),
        "load": round(os.getloadavg()[0], 1),
        "pages_at_rest": browsers[0].figures(),
        "pages_meanwhile": browsers[1].figures(),
        **projected,
    }
    print(json.dumps(figures), flush=True)


def add_account(centre: ScaledCentre) -> None:
    config = str(centre.provisioned / "centre" / "central.toml")
    command = [sys.executable, "-m", "central", "account", "add", "bench", "--role", "province"]
    subprocess.run(
        [*command, "--config", config],
        check=True,
        cwd=ROOT,
        env=os.environ | {"TRAM_ACCOUNT_PASSWORD": PASSWORD},
        stdout=subprocess.DEVNULL,
    )


def config_of(centre: ScaledCentre, section: str, name: str) -> str:
    text = (centre.provisioned / "centre" / "central.toml").read_text(encoding="utf-8")
    lines = text.partition(section)[2].splitlines()
    values = [line.partition("=")[2].strip() for line in lines if line.startswith(name)]
    return values[0]


def died(centre: ScaledCentre, workers: list[Process]) -> bool:
    """Fail with the last words of a worker that does not run."""
    if all(worker.runs for worker in workers):
        return False
    words = [log.read_text()[-2000:] for log in centre.directory.glob("*.log")]
    raise SystemExit("a worker ended: " + "\n".join(words))


def served(url: str) -> bool:
    try:
        return httpx.get(f"{url}/login", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def main() -> None:
    """Print one JSON line a database."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.drain",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--devices", type=int, default=500)
    parser.add_argument("--events", type=int, default=2000, help="of each device")
    parser.add_argument("--per-message", type=int, default=100)
    parser.add_argument("--rest-seconds", type=float, default=10.0)
    parser.add_argument("--project-seconds", type=float, default=10.0)
    parser.add_argument("--roles", choices=("together", "apart"), default="together")
    parser.add_argument(
        "--databases", nargs="+", default=("sqlite", "postgresql"), choices=("sqlite", "postgresql")
    )
    options = parser.parse_args()
    for name in options.databases:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tram-bench-")))
            server: PostgresServer | None = None
            url = f"sqlite:///{folder / 'central.db'}"
            if name == "postgresql":
                server = stack.enter_context(postgres_server())
                url = server.new_database()
            centre = ScaledCentre(folder, url, brokers=1)
            fleet.enrol(centre.provisioned, options.devices)
            seal = fleet.seal_key(centre.provisioned)
            backlog = fleet.Backlog(options.events, options.per_message, seal)
            apart = options.roles == "apart" and server is not None
            run = Run(
                f"{name}, apart" if apart else name,
                backlog,
                options.devices,
                APART if apart else TOGETHER,
                options.rest_seconds,
                options.project_seconds,
            )
            drain(run, centre, server.pid if server else None)


if __name__ == "__main__":
    main()

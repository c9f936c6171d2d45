"""A centre at scale: a database, independent brokers, and workers as processes of their own."""

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa
from factories.brokers import answers, free_port
from factories.installations import provisioned
from factories.waiting import wait_until

from central.adapters import database
from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.keys_file import FileKeys
from edge.adapters.link_paho import PahoLink
from edge.services.uplink import Timing, Uplink, presence
from protocol import chain
from protocol.identity import DeviceId

QUICK = Timing(ack_seconds=1.5, least_seconds=0.05, most_seconds=0.4)
Books = Counter[tuple[str, str, int, bytes]]


class Process:
    """One program that may be killed and started again."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def kill(self) -> None:
        """Kill it as ``kill -9`` does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None


class ScaledCentre:
    """Two brokers and as many workers as a test wants, on the database at ``url``."""

    def __init__(self, directory: Path, url: str, *devices: str, brokers: int = 2) -> None:
        self.directory = directory
        self.url = url
        self.provisioned = directory / "provisioned"
        self.ports = [(free_port(), free_port()) for _ in range(brokers)]
        first, worker = self.ports[0]
        provisioned(
            self.provisioned,
            *devices,
            broker_port=first,
            broker_worker_port=worker,
            api_port=free_port(),
            bulk_port=free_port(),
        )
        self.brokers = [self._broker(number) for number in range(brokers)]
        self._settle()

    def worker(self, name: str, roles: str = "ingest") -> Process:
        """Return a worker that does not run yet."""
        config = self.provisioned / "centre" / "central.toml"
        command = [sys.executable, "-m", "central", "--config", str(config)]
        return Process(
            [*command, "--roles", roles, "--worker", name], self.directory / f"{name}.log"
        )

    def wait_for_brokers(self) -> None:
        wait_until(lambda: all(answers(port) for ports in self.ports for port in ports))

    def books(self) -> Books:
        """Return what the centre holds, however often it holds it."""
        engine = database.connect(self.url)
        of, event = database.journals.c, database.raw_events.c
        query = sa.select(of.device, of.epoch, event.seq, event.hash).join_from(
            database.raw_events, database.journals, of.id == event.journal_id
        )
        with database.reading(engine) as connection:
            held: Books = Counter(tuple(row) for row in connection.execute(query))
        engine.dispose()
        return held

    def _broker(self, number: int) -> Process:
        folder = self.provisioned / "broker"
        text = (folder / "mosquitto.conf").read_text(encoding="utf-8")
        for ours, other in zip(self.ports[0], self.ports[number], strict=True):
            text = text.replace(f"listener {ours} ", f"listener {other} ")
        made = folder / f"mosquitto-{number}.conf"
        made.write_text(text, encoding="utf-8")
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        return Process([program, "-c", str(made)], self.directory / f"broker-{number}.log")

    def _settle(self) -> None:
        """Point the centre at the database and at the workers' side of every broker."""
        config = self.provisioned / "centre" / "central.toml"
        text = config.read_text(encoding="utf-8")
        others = [f"127.0.0.1:{worker}" for _, worker in self.ports[1:]]
        text = text.replace("sqlite:///central.db", self.url)
        text = text.replace(f"port = {self.ports[0][0]}", f"port = {self.ports[0][1]}", 1)
        head = "[broker]\n"
        assert head in text
        config.write_text(text.replace(head, f"{head}others = {others}\n"), encoding="utf-8")


class Device:
    """A kiosk's journal and uplink as they are on a Pi, with a list of brokers."""

    def __init__(self, centre: ScaledCentre, name: str, first_broker: int) -> None:
        self.name = DeviceId(name)
        folder = centre.provisioned / "devices" / name
        clock = SystemClock()
        self.journal = SqliteJournal(centre.directory / f"{name}.db", device=self.name, clock=clock)
        ports = [port for port, _ in centre.ports]
        places = cycle(ports[first_broker:] + ports[:first_broker])
        self.uplink = Uplink(
            journal=self.journal,
            keys=FileKeys(folder, day_key=b"day", software="test"),
            clock=clock,
            new_link=lambda: PahoLink(
                "127.0.0.1",
                next(places),
                self.name,
                folder,
                will=presence(clock.boot_id(), online=False),
            ),
            timing=QUICK,
        )

    def books(self) -> Books:
        """Return what the journal holds."""
        epoch = self.journal.position().epoch
        held = self.journal.entries(0, most=1_000_000, most_bytes=1 << 40)
        links = chain.links(chain.genesis(self.name, epoch), [entry.data for entry in held])
        return Counter(
            (self.name, epoch, entry.seq, link) for entry, link in zip(held, links, strict=True)
        )


@contextmanager
def killed_at_the_end(*processes: Process) -> Iterator[None]:
    """Leave none of them behind."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()

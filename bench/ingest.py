"""Events a second, durable and acknowledged, through a real mosquitto with mTLS: ours beside floors.

    python -m bench.ingest [--rounds N] [--load N] [--share SHARE]

*raw*: mosquitto's own QoS 1 rate to the cheapest consumer. *floor*: a bare paho consumer, INSERT,
commit, acknowledge (``ingest_floor``). *copy*: bare COPY of such rows into the same PostgreSQL, a
thousand a commit, without broker or device. *ours*: signed, chained, verified, stored with its watermark,
acknowledged by a signature. All are driven by the same publisher in the same windows; each round
runs all of them in turn, and the figures are medians of the rounds.
"""

import argparse
import asyncio
import json
import multiprocessing as mp
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import cbor2
import sqlalchemy as sa
import structlog

from bench import ingest_floor, ingest_wire
from bench.processor import cpu_seconds
from central.adapters import database
from central.adapters.broker_paho import PahoBroker
from central.adapters.clock import SystemClock
from central.adapters.event_store_sql import SqlEventStore
from central.adapters.keys_file import FileKeys
from central.adapters.registry_file import FileRegistry
from central.services.ingest import Ingest
from protocol import chain, cose, events, messages, topics
from protocol.identity import DeviceId, Epoch, uuid7
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Installation, Kiosk, Printer
from tests.factories.postgres import PostgresServer, postgres_server

MOST_SECONDS = 180.0
MOST_COPIED = 50_000
DATABASES = ("sqlite", "postgresql")
EPOCH = Epoch("0123456789abcdef" * 2)
processes = mp.get_context("spawn")


@dataclass(frozen=True)
class Load:
    """What the devices send.

    Attributes:
        window: Messages of one device that may be unanswered.
        goals: Shares of the floor that are to be reached.
    """

    per_message: int
    devices: int
    window: int
    events: int
    goals: dict[str, float] = field(default_factory=dict)

    @property
    def messages_per_device(self) -> int:
        """How many messages each device publishes."""
        return self.events // self.per_message // self.devices


LOADS = [
    Load(1, devices=16, window=64, events=32_000, goals={"sqlite": 0.6, "postgresql": 1.3}),
    Load(50, devices=16, window=8, events=240_000, goals={"sqlite": 0.5, "postgresql": 1.3}),
    # As kiosks really send: at most two batches of each under way.
    Load(1, devices=200, window=2, events=16_000, goals={"sqlite": 0.6, "postgresql": 1.3}),
]


def event(seq: int) -> bytes:
    """Return a check-in of about 400 bytes."""
    kind, body = events.encode_body(
        events.CheckedIn(ticket=f"A{seq % 1000:03d}", document="cccd_2021")
    )
    return events.encode_event(
        events.Event(
            id=uuid7(1_795_000_000_000 + seq, seq.to_bytes(10, "big")),
            seq=seq,
            type=kind,
            at="2026-11-22T01:00:00.000Z",
            hlc=f"{1_795_000_000_000 + seq:012x}-0000",
            boot="0b7c5e7e-0000-4000-8000-000000000000",
            boottime_ns=seq * 1_000_000,
            clock_ok=True,
            visit=uuid7(1_795_000_000_000 + seq, b"visit-----"),
            person=f"{seq:064x}",
            body=body,
        )
    )


def packets(load: Load, device: DeviceId, keys: Path, *, signed: bool) -> list[bytes]:
    """Return a device's PUBLISH packets: signed batches, or the floor's bare lists."""
    key = cose.load_signing_key((keys / "device.key").read_bytes())
    certificate = cose.load_certificate((keys / "device.crt").read_bytes())
    signer = messages.Signer(key, cose.thumbprint(certificate))
    topic = topics.up(device, "batch")
    made = []
    prev = chain.genesis(device, EPOCH)
    for number in range(load.messages_per_device):
        first = number * load.per_message + 1
        run = tuple(event(seq) for seq in range(first, first + load.per_message))
        if signed:
            batch = messages.Batch(device, EPOCH, first, prev, run)
            payload = messages.encode_batch(batch, signer)
            prev = batch.hashes()[-1]
        else:
            payload = cbor2.dumps([first, run])
        made.append(ingest_wire.publish_packet(topic, payload, number))
    return made


def covered_by_ack(per_message: int, payload: bytes) -> int:
    """Return how many messages a signed acknowledgement covers."""
    return int(cbor2.loads(cose.parse(payload).payload)["through"]) // per_message


def covered_by_number(per_message: int, payload: bytes) -> int:
    """Return how many messages the floor's acknowledgement covers."""
    return int.from_bytes(payload, "big") // per_message


def publish(load: Load, port: int, provisioned: Path, form: str, results: Any) -> None:
    """Publish everything and put the seconds until the last answer into ``results``."""
    answered_by: dict[str, Callable[[bytes], int] | None] = {
        "raw": None,
        "floor": partial(covered_by_number, load.per_message),
        "ours": partial(covered_by_ack, load.per_message),
    }
    senders = []
    for name in device_names(load.devices):
        keys = provisioned / "devices" / name
        wire = ingest_wire.Wire.connect(port, keys, "device", topics.down_filter(name))
        made = packets(load, name, keys, signed=form != "floor")
        senders.append(ingest_wire.Sender(wire, made, load.window, answered_by[form]))
    results.put(ingest_wire.drive(senders, MOST_SECONDS))


def device_names(count: int) -> list[DeviceId]:
    """Return the names of the devices that publish."""
    return [DeviceId(f"kiosk-{number:04d}") for number in range(1, count + 1)]


def serve_raw(port: int, provisioned: Path, _database: str, ready: Any) -> None:
    """Run the cheapest consumer."""
    keys = provisioned / "centre"
    ingest_wire.swallow(port, keys, "centre", topics.up_filter(), ready.set)


def serve_floor(port: int, provisioned: Path, url: str, ready: Any) -> None:
    """Run the bare consumer."""
    ingest_floor.consume(port, provisioned / "centre", url.removeprefix("sqlite:///"), ready.set)


def serve_ours(port: int, provisioned: Path, url: str, ready: Any) -> None:
    """Run the centre's ingest as the centre runs it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    keys = provisioned / "centre"
    engine = database.connect(url)
    database.migrate(engine)
    certificate = cose.load_certificate((keys / "registry.crt").read_bytes())
    ingest = Ingest(
        new_broker=lambda: PahoBroker("127.0.0.1", port, keys),
        registry=FileRegistry(keys / "registry.cose", certificate),
        store=SqlEventStore(engine),
        signer=FileKeys(keys),
        clock=SystemClock(),
    )

    async def run() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(ingest.run())
            while not ingest.status().connected:  # noqa: ASYNC110 - it has no event to offer
                await asyncio.sleep(0.01)
            ready.set()

    asyncio.run(run())


SERVERS = {"raw": serve_raw, "floor": serve_floor, "ours": serve_ours}


@dataclass(frozen=True)
class Rate:
    """Events a second of the clock and of the consumer's own processor time."""

    wall: float
    cpu: float


def measure(load: Load, form: str, port: int, provisioned: Path, url: str) -> Rate:
    """Return the rates from the first packet to the last answer."""
    ready = processes.Event()
    results = processes.Queue()
    server = processes.Process(target=SERVERS[form], args=(port, provisioned, url, ready))
    server.start()
    if not ready.wait(60):
        raise TimeoutError("the consumer did not get ready")
    publisher = processes.Process(target=publish, args=(load, port, provisioned, form, results))
    assert server.pid is not None
    before = cpu_seconds(server.pid)
    publisher.start()
    try:
        seconds: float = results.get(timeout=MOST_SECONDS + 60)
        used = cpu_seconds(server.pid) - before
    finally:
        publisher.join(10)
        server.kill()
        server.join()
    sent = load.messages_per_device * load.devices * load.per_message
    if form == "ours":
        check(url, sent)
    return Rate(sent / seconds, sent / max(used, 0.01))


def check(url: str, sent: int) -> None:
    """Fail unless every event that was acknowledged is in the database."""
    engine = database.connect(url)
    with database.reading(engine) as connection:
        count = sa.select(sa.func.count()).select_from(database.raw_events)
        held = connection.execute(count).scalar_one()
    engine.dispose()
    if held != sent:
        raise RuntimeError(f"{sent} events were sent and acknowledged, {held} are held")


@contextmanager
def mosquitto(directory: Path, port: int, devices: int) -> Iterator[Path]:
    """Provision, start a broker, and stop it at the end; yields what provisioning made."""
    provisioned = directory / "provisioned"
    provisioner = open_provisioner(provisioned)
    provisioner.init(Installation(broker_bind="127.0.0.1", broker_port=port))
    provisioner.add_site("phuoc-dinh", "Trạm Y tế Phước Dinh")
    for name in device_names(devices):
        printer = Printer(driver="network", host="127.0.0.1", port=9100)
        provisioner.issue_device(
            Kiosk(
                device=name,
                site="phuoc-dinh",
                camera=Camera(driver="simulated"),
                printer=printer,
            )
        )
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    configuration = provisioned / "broker" / "mosquitto.conf"
    with (directory / "mosquitto.log").open("wb") as log:
        process = subprocess.Popen([program, "-c", configuration], stdout=log, stderr=log)
    try:
        yield provisioned
    finally:
        process.terminate()
        process.wait(10)


def rounds(
    load: Load,
    count: int,
    port: int,
    directory: Path,
    postgres: PostgresServer,
    databases: Sequence[str],
) -> None:
    """Measure every form ``count`` times in turn and print medians and ratios."""
    provisioned = directory / "provisioned"
    rates: dict[str, list[Rate]] = {}
    for number in range(count):
        for form, kind in forms(databases):
            name = f"{form}_{kind}" if kind else form
            file = directory / f"{name}-{load.per_message}-{load.devices}-{number}.db"
            url = postgres.new_database() if kind == "postgresql" else f"sqlite:///{file}"
            rate = measure(load, form, port, provisioned, url)
            rates.setdefault(name, []).append(rate)
        if "postgresql" in databases:
            rates.setdefault("copy", []).append(copied(load, postgres.new_database()))
    medians = {name: statistics.median(r.wall for r in values) for name, values in rates.items()}
    cpu = {name: statistics.median(r.cpu for r in values) for name, values in rates.items()}
    figures: dict[str, object] = {
        "bench": "ingest",
        "events_a_message": load.per_message,
        "devices": load.devices,
        "window": load.window,
        "rounds": count,
        "raw_messages_per_second": round(medians["raw"] / load.per_message),
    }
    for kind in databases:
        ours, floor = medians[f"ours_{kind}"], medians[f"floor_{kind}"]
        figures[f"{kind}_events_per_second"] = round(ours)
        figures[f"{kind}_floor_events_per_second"] = round(floor)
        figures[f"{kind}_ratio"] = round(ours / floor, 2)
        figures[f"{kind}_goal"] = load.goals[kind]
        figures[f"{kind}_events_per_cpu_second"] = round(cpu[f"ours_{kind}"])
        figures[f"{kind}_floor_events_per_cpu_second"] = round(cpu[f"floor_{kind}"])
    if "copy" in medians:
        figures["postgresql_copy_rows_per_second"] = round(medians["copy"])
        figures["postgresql_of_copy"] = round(medians["ours_postgresql"] / medians["copy"], 3)
    print(json.dumps(figures), flush=True)


def copied(load: Load, url: str) -> Rate:
    """Return how fast bare COPY takes as many events as the devices send, if no more than it needs."""
    number = min(load.events, MOST_COPIED)
    devices = device_names(load.devices)
    rows: ingest_floor.Rows = [
        (devices[seq % len(devices)], seq, event(seq)) for seq in range(1, number + 1)
    ]
    rate = number / ingest_floor.bare_copy(url, rows)
    return Rate(rate, rate)


def forms(databases: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is measured in turn, and on which database."""
    return [("raw", ""), *((form, kind) for kind in databases for form in ("floor", "ours"))]


def main() -> None:
    """Print one JSON line a load."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.ingest",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="of the events to send")
    parser.add_argument("--port", type=int, default=18_884)
    parser.add_argument("--load", type=int, choices=range(len(LOADS)), action="append")
    parser.add_argument("--databases", nargs="+", default=DATABASES, choices=DATABASES)
    options = parser.parse_args()
    loads = [LOADS[number] for number in options.load or range(len(LOADS))]
    with (
        tempfile.TemporaryDirectory(prefix="tram-bench-") as directory,
        postgres_server() as postgres,
        mosquitto(Path(directory), options.port, max(load.devices for load in loads)),
    ):
        for load in loads:
            step = load.devices * load.per_message
            part = replace(load, events=max(step, int(load.events * options.share)))
            rounds(part, options.rounds, options.port, Path(directory), postgres, options.databases)


if __name__ == "__main__":
    main()

"""A thousand devices come back at once: TLS, hello, the centre's signed answer; beside mosquitto alone.

    python -m bench.storm [--devices N] [--rounds N] [--databases sqlite postgresql] [--roles ROLES]

A real mosquitto by the project's own configuration, the real centre as a program, and devices with
certificates of their own that have been here before. In turn, in each round, the same devices over the
same listener:

*bare*: CONNECT, and one message of a hello's bytes that nobody hears, until the broker's PUBACK;
*echo*: CONNECT, SUBSCRIBE, the same message, until the least of all consumers has sent eight bytes back;
*ours*: CONNECT with the will, SUBSCRIBE, state and hello as the edge has them, until the centre's signed
acknowledgement. All signatures are checked after the clock has stopped.

*seconds* is from the first connection to the last answer. At most fifty at a time have not heard the
broker's CONNACK yet (real ones are spread by their back-off), so that nothing waits for a lost SYN.
"""

import argparse
import json
import multiprocessing as mp
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from factories.postgres import PostgresServer, postgres_server  # noqa: E402 - the path is set above
from factories.scaled import ScaledCentre, killed_at_the_end  # noqa: E402
from factories.waiting import wait_until  # noqa: E402

from bench import fleet, storm_wire  # noqa: E402
from bench.ingest_wire import (  # noqa: E402
    CONNACK,
    PUBACK,
    PUBLISH,
    SUBACK,
    connect_packet,
    publish_packet,
    subscribe_packet,
)
from bench.processor import cpu_seconds, family_seconds  # noqa: E402
from bench.storm_wire import Caller, Step  # noqa: E402
from edge.services.uplink import presence  # noqa: E402
from protocol import cose, messages, topics  # noqa: E402
from protocol.identity import DeviceId  # noqa: E402

GOAL = 1.3
MOST_SECONDS = 120.0
KNOCK_SECONDS = 1.0
BOOT = "0b7c5e7e-0000-4000-8000-000000000000"
FORMS = ("bare", "echo", "ours")
# No thread runs yet, and what is imported need not be imported again.
processes = mp.get_context("fork")


@dataclass(frozen=True)
class Device:
    """A device of the fleet, and what it says."""

    name: DeviceId
    caller: Caller
    first: tuple[Step, ...]
    signer: messages.Signer

    @classmethod
    def load(cls, number: int, provisioned: Path, backlog: fleet.Backlog) -> "Device":
        """Read its keys; its first words tell the centre of one event."""
        name = fleet.name_of(number)
        keys = provisioned / "fleet" / name
        hello, batch = backlog.packets(number, keys)
        key = cose.load_signing_key((keys / "device.key").read_bytes())
        certificate = cose.load_certificate((keys / "device.crt").read_bytes())
        return cls(
            name,
            Caller(storm_wire.context_of(keys), ()),
            (*cls._comes(name), (hello, PUBLISH), (batch, PUBLISH)),
            messages.Signer(key, cose.thumbprint(certificate)),
        )

    @staticmethod
    def _comes(name: DeviceId) -> tuple[Step, ...]:
        will = topics.up(name, "state"), presence(BOOT, online=False)
        return (
            (connect_packet(will), CONNACK),
            (subscribe_packet(topics.down_filter(name)), SUBACK),
        )

    def steps(self, form: str, known: messages.Ack) -> tuple[Step, ...]:
        """Return what it does when it comes back."""
        hello = messages.encode_hello(
            messages.Hello(
                self.name, known.epoch, known.through, known.through, known.head, BOOT, "bench"
            ),
            self.signer,
        )
        if form == "ours":
            state = publish_packet(topics.up(self.name, "state"), presence(BOOT, online=True), 0)
            said = state + publish_packet(topics.up(self.name, "hello"), hello, 1)
            return (*self._comes(self.name), (said, PUBLISH))
        aside = topics.up(self.name, "hello").replace("/hello", f"/{form}/hello")
        said = publish_packet(aside, hello, 1)
        if form == "echo":
            listen = subscribe_packet(topics.down_filter(self.name))
            return ((connect_packet(), CONNACK), (listen, SUBACK), (said, PUBLISH))
        return ((connect_packet(), CONNACK), (said, PUBACK))


@dataclass
class Turns:
    """What each round took in one form."""

    seconds: list[float] = field(default_factory=list)
    of_devices: list[float] = field(default_factory=list)
    cpu: list[dict[str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Hall:
    """Everything that runs, and how to ask what it used."""

    centre: ScaledCentre
    devices: Sequence[Device]
    spent: Callable[[], dict[str, float]]

    @property
    def port(self) -> int:
        return self.centre.ports[0][0]

    def come(self, steps: Callable[[Device], tuple[Step, ...]], seconds: float) -> float:
        """Let all devices come with these steps."""
        for device in self.devices:
            device.caller.steps = steps(device)
        return storm_wire.storm([device.caller for device in self.devices], self.port, seconds)

    def acks(self) -> list[messages.Ack]:
        """Return what the centre said to each, every signature checked."""
        folder = self.centre.provisioned / "centre"
        key = cose.load_certificate((folder / "ack.crt").read_bytes()).public_key()
        found = []
        for device in self.devices:
            signed = cose.parse(device.caller.answer)
            cose.verify(signed, key)  # type: ignore[arg-type]  # our own certificate, on a curve
            ack = messages.decode_ack(signed)
            if ack.device != device.name or ack.through != 1:
                raise SystemExit(f"{device.name} was answered as {ack.device}: {ack.through}")
            found.append(ack)
        return found


def rounds(hall: Hall, count: int) -> dict[str, Turns]:
    """Let the devices come ``count`` times in each form."""
    hall.come(lambda device: device.first, MOST_SECONDS)
    known = dict(zip((device.name for device in hall.devices), hall.acks(), strict=True))
    turns = {form: Turns() for form in FORMS}
    for _ in range(count):
        for form, kept in turns.items():
            before = hall.spent()
            seconds = hall.come(
                lambda device, form=form: device.steps(form, known[device.name]), MOST_SECONDS
            )
            after = hall.spent()
            kept.seconds.append(seconds)
            kept.of_devices += [device.caller.seconds for device in hall.devices]
            kept.cpu.append({name: after[name] - before[name] for name in after})
            if form == "ours":
                hall.acks()
    return turns


def say(name: str, devices: int, turns: dict[str, Turns]) -> None:
    """Print a line a form, then the ratios of the rounds' medians."""
    for form, kept in turns.items():
        cuts = statistics.quantiles(kept.of_devices, n=100, method="inclusive")
        line = {
            "bench": "storm",
            "what": f"{name}, {form}",
            "devices": devices,
            "rounds": len(kept.seconds),
            "seconds": round(statistics.median(kept.seconds), 3),
            "per_second": round(devices / statistics.median(kept.seconds)),
            "device_p50_ms": round(cuts[49] * 1000, 1),
            "device_p99_ms": round(cuts[98] * 1000, 1),
            "cpu_seconds": {
                who: round(statistics.median(used[who] for used in kept.cpu), 2)
                for who in kept.cpu[0]
            },
            "load": round(os.getloadavg()[0], 1),
        }
        print(json.dumps(line), flush=True)
    for other in ("bare", "echo"):
        pairs = zip(turns["ours"].seconds, turns[other].seconds, strict=True)
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        line = {"bench": "storm", "what": f"{name}, ours/{other}", "ratio": round(ratio, 2)}
        print(json.dumps(line | ({"goal_ratio": GOAL} if other == "bare" else {})), flush=True)


@contextmanager
def echoing(centre: ScaledCentre) -> Iterator[int]:
    """Run the bare consumer; gives its process id."""
    ready = processes.Event()
    child = processes.Process(
        target=_echo, args=(centre.ports[0][1], centre.provisioned / "centre", ready)
    )
    child.start()
    try:
        if not ready.wait(60):
            raise TimeoutError("the bare consumer did not get ready")
        assert child.pid is not None
        yield child.pid
    finally:
        child.kill()
        child.join()


def _echo(port: int, keys: Path, ready: Any) -> None:
    storm_wire.echo(port, keys, "echo", ready.set)


def measure(
    name: str, folder: Path, url: str, options: argparse.Namespace, server: int | None
) -> None:
    """Start everything, let the devices come, print the figures."""
    centre = ScaledCentre(folder, url, brokers=1)
    fleet.enrol(centre.provisioned, options.devices)
    backlog = fleet.Backlog(1, 1, fleet.seal_key(centre.provisioned))
    numbers = range(1, options.devices + 1)
    devices = [Device.load(number, centre.provisioned, backlog) for number in numbers]
    (broker,), worker = centre.brokers, centre.worker("centre", options.roles)
    with killed_at_the_end(worker, broker):
        broker.start()
        centre.wait_for_brokers()
        worker.start()
        with echoing(centre) as echo:

            def spent() -> dict[str, float]:
                found = {
                    "devices": time.process_time(),
                    "broker": cpu_seconds(broker.pid),
                    "echo": cpu_seconds(echo),
                    "centre": cpu_seconds(worker.pid),
                }
                return found | ({"postgresql": family_seconds(server)} if server else {})

            hall = Hall(centre, devices, spent)
            wait_until(lambda: _answers(hall), seconds=MOST_SECONDS)
            turns = rounds(hall, options.rounds)
    say(name, len(devices), turns)


def _answers(hall: Hall) -> bool:
    """Knock as one device, until the centre listens."""
    knocking = hall.devices[0]
    knocking.caller.steps = knocking.first
    try:
        storm_wire.storm([knocking.caller], hall.port, KNOCK_SECONDS)
    except TimeoutError:
        return False
    return True


def main() -> None:
    """Print the lines of each database."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.storm",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--roles", default="ingest,project,reconcile,api", help="of the centre")
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
            measure(name, folder, url, options, server.pid if server else None)


if __name__ == "__main__":
    main()

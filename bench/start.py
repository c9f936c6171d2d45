"""Measure the kiosk's program: cold start to the first page, memory after a day, idle CPU.

    python -m bench.start [--starts N] [--people N] [--idle-seconds N]

*lean set*: only the imports that the screen needs before it answers, in a bare interpreter. *floor*:
the imports of the leanest kiosk thinkable (sqlite3, paho, cryptography, cbor2), which has no screen.
The start counts from the program's exec to the first 200 of its page, journal opened and keys read.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from edge.bootstrap.running import GIVE_BACK_SECONDS
from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Installation, Kiosk, Printer

LEAN_SET = "asyncio, sqlite3, cbor2, cryptography.x509, msgspec, structlog, jinja2, uvicorn, starlette.applications"
WITHOUT_RICH = "import sys; sys.modules['rich'] = None; "
"""The provisioning tools bring the package rich, which structlog then loads; a Pi does not have it."""
PROGRAM = WITHOUT_RICH + "import runpy; runpy.run_module('edge', run_name='__main__')"
FLOOR = "sqlite3, paho.mqtt.client, cryptography.hazmat.primitives.asymmetric.ec, cbor2"


def provisioned(directory: Path, port: int) -> Path:
    """Return the settings file of a kiosk that looks at a simulated camera and has no printer."""
    provisioner = open_provisioner(directory)
    provisioner.init(Installation(broker_bind="127.0.0.1"))
    provisioner.add_site("phuoc-dinh", "Trạm Y tế Phước Dinh", "Asia/Ho_Chi_Minh")
    kiosk = Kiosk(
        device="kiosk-0001",
        site="phuoc-dinh",
        camera=Camera(driver="simulated"),
        printer=Printer(driver="none"),
        ui_port=port,
    )
    provisioner.issue_device(kiosk)
    return directory / "devices" / "kiosk-0001" / "edge.toml"


def seconds_of(command: list[str]) -> float:
    """Return how long ``command`` runs."""
    begun = perf_counter()
    subprocess.run(command, check=True)
    return perf_counter() - begun


@contextmanager
def kiosk(settings: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run the kiosk; yield its process and the seconds until its page was there."""
    begun = perf_counter()
    command = [sys.executable, "-c", PROGRAM, "--config", str(settings)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            while not answers(port):
                if process.poll() is not None:
                    raise SystemExit(f"the kiosk ended with {process.returncode}")
                sleep(0.002)
            yield process, perf_counter() - begun
        finally:
            process.terminate()


def answers(port: int) -> bool:
    """Return whether the page can be had."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def post(port: int, path: str, body: bytes) -> None:
    """Post ``body`` to the kiosk."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data=body, timeout=5):
        pass


def unsent(port: int) -> int:
    """Return how many entries the kiosk says are not at the centre."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/state", timeout=5) as answer:
        return json.load(answer)["unsent"] or 0


def resident_mib(process: int) -> float:
    """Return the resident memory of a process."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise SystemExit("the process is gone")


def cpu_seconds(process: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def starts(settings: Path, port: int, count: int) -> dict[str, float]:
    """Return medians of the three, measured in turn."""
    taken: dict[str, list[float]] = {"kiosk": [], "lean_set": [], "floor": []}
    for _ in range(count):
        with kiosk(settings, port) as (_, seconds):
            taken["kiosk"].append(seconds)
        for name, modules in (("lean_set", LEAN_SET), ("floor", FLOOR)):
            taken[name].append(
                seconds_of([sys.executable, "-c", f"{WITHOUT_RICH}import {modules}"])
            )
    return {name: round(statistics.median(found) * 1000) for name, found in taken.items()}


def a_day(settings: Path, port: int, people: int, idle_seconds: float) -> dict[str, float]:
    """Return memory before and after ``people`` typed check-ins, and the idle load."""
    with kiosk(settings, port) as (process, _):
        while unsent(port) < 1:
            sleep(0.05)
        sleep(3)
        before, used = resident_mib(process.pid), cpu_seconds(process.pid)
        sleep(idle_seconds)
        idle = (cpu_seconds(process.pid) - used) / idle_seconds
        # Each person leaves two entries: the check-in, and the slip that no printer took.
        for number in range(people):
            post(port, "/number", f"058185{number:06d}".encode())
        while unsent(port) < 2 * people:
            sleep(0.05)
        sleep(GIVE_BACK_SECONDS + 2)
        return {
            "resident_mib_idle": before,
            "resident_mib_after": resident_mib(process.pid),
            "idle_cpu_at_10_frames_per_s": round(idle, 3),
        }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.start",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--idle-seconds", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        port = free_ports(1)[0]
        settings = provisioned(Path(directory), port)
        found = starts(settings, port, options.starts)
        day = a_day(settings, port, options.people, options.idle_seconds)
    line = {f"{name}_ms": milliseconds for name, milliseconds in found.items()}
    line["ratio"] = round(found["kiosk"] / found["lean_set"], 2)
    line["ratio_to_floor"] = round(found["kiosk"] / found["floor"], 2)
    print(json.dumps({"bench": "start", **line, "goal": 2.5}))
    print(json.dumps({"bench": "day", "people": options.people, **day, "goal_mib": 100}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

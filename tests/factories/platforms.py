"""Platforms to talk to: our sandbox on a real socket, and Medplum's FHIR router, not ours."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

import httpx
import uvicorn
from factories import node
from factories.devices import AT
from factories.waiting import wait_until

from central.api.server import listen
from central.domain.records import VisitRecord
from central.simulated.platform.app import build_app
from central.simulated.platform.faults import Fault, FaultKind, Faults
from central.simulated.platform.signing import load_signers
from central.simulated.platform.store import ResourceStore

_MEDPLUM = Path(__file__).parents[1] / "system" / "medplum"
_numbers = count(1)


def record(**changes: object) -> VisitRecord:
    """Return what is told of the visit of an invented person, another one at each call."""
    number = next(_numbers)
    told = VisitRecord(
        visit=f"019aa000-0000-7000-8000-{number:012x}",
        site="phuoc-dinh",
        checked_in_at="2026-11-22T01:02:03.004+00:00",
        number=f"058185{number:06d}",
        document="cccd_2021",
        name="Nguyễn Thị Mẫu",
        birth="1985-08-17",
        sex="female",
        nationality="VNM",
    )
    return replace(told, **changes)


@dataclass
class Sandbox:
    """The sandbox Platform, running."""

    url: str
    faults: Faults
    store: ResourceStore

    def fault(self, kind: FaultKind, times: int | None = 1, **settings: object) -> None:
        self.faults.set(Fault(kind, times, **settings))

    def held(self, kind: str, value: str) -> int:
        """Return how many resources of ``kind`` carry the identifier ``value``."""
        return len(self.store.search(kind, [("identifier", value)], 100))


@contextmanager
def sandbox(
    directory: Path, now: Callable[[], datetime] = lambda: AT, *, signs: bool = False
) -> Iterator[Sandbox]:
    """Run the sandbox in a thread, on a port of its own; with ``signs`` it issues certificates."""
    store, faults = ResourceStore(directory), Faults()
    socket = listen("127.0.0.1", 0)
    app = build_app(store, faults, now, load_signers(directory) if signs else None)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([socket],))
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield Sandbox(f"http://127.0.0.1:{socket.getsockname()[1]}/fhir", faults, store)
    finally:
        server.should_exit = True
        thread.join()
        socket.close()
        store.close()


@contextmanager
def medplum() -> Iterator[str]:
    """Run Medplum's FHIR router and return its address; installed once from the lock file."""
    folder = node.installed(_MEDPLUM)
    with subprocess.Popen(
        [node.NODE, "server.mjs"], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}/fhir"
        try:
            yield url
        finally:
            process.terminate()


def ask(url: str, **settings: object) -> httpx.Response:
    """Return the answer to one plain request, with no help from our own adapter."""
    method = str(settings.pop("method", "GET"))
    with httpx.Client(trust_env=False, timeout=10, verify=False) as client:
        return client.request(method, url, **settings)

"""A hub as it is, alone, on a free port of this machine: real sockets, certificates and journal."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from factories import vaults
from factories.installations import SITE, kiosk, provisioned
from factories.kept import HubCopy, SigningCentre

from edge.adapters.clock import SystemClock
from edge.adapters.hub_https import HttpsHub
from edge.adapters.hub_line import Ways
from edge.adapters.journal_sqlite import SqliteJournal
from edge.adapters.keys_file import FileKeys, site_seal_key
from edge.adapters.registry_file import FileRegistry
from edge.adapters.shelf_https import HttpsShelf
from edge.adapters.site_store_sqlite import SqliteSiteStore
from edge.domain.lan import HubState
from edge.domain.vault import SiteKeys
from edge.services.claims import Ledger
from edge.services.naming import Naming
from edge.services.numbers import Numbers
from edge.services.site_queue import SiteQueue
from edge.ui.lan.app import build_lan_app
from edge.ui.lan.server import LanServer
from edge.ui.server import listen
from protocol import cose
from protocol.identity import DeviceId
from protocol.messages import Signer
from protocol.vault_keys import Secrets
from provisioning.domain.installation import Hub
from provisioning.services.provisioner import Provisioner

HUB, ZONE = "hub-0001", ZoneInfo("Asia/Ho_Chi_Minh")
T = TypeVar("T")


@dataclass(frozen=True)
class Installed:
    """An installation on disk with a hub and kiosks."""

    directory: Path
    provisioner: Provisioner

    def keys_of(self, device: str) -> Path:
        return self.directory / "devices" / device

    def secrets(self) -> Secrets:
        """Return what a log-in opens: the site's own key, and a secret that stays the same."""
        key = load_pem_private_key(
            (self.directory / "sites" / "phuoc-dinh" / "seal.key").read_bytes(), None
        )
        assert isinstance(key, X25519PrivateKey)
        return Secrets(b"s" * 32, key)


def installed(directory: Path, *devices: str) -> Installed:
    """Provision a site with a hub and these kiosks."""
    provisioner = provisioned(directory, *devices)
    provisioner.add_staff(SITE.site, vaults.HEAD)
    provisioner.issue_device(kiosk(HUB, hub=Hub(addresses=("127.0.0.1",))))
    return Installed(directory, provisioner)


class RunningHub:
    """A hub in a thread of its own."""

    def __init__(self, made: Installed, data: Path, port: int) -> None:
        self.made = made
        self.port = port
        self.loop = asyncio.new_event_loop()
        self._data = data
        self._ready = threading.Event()
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> "RunningHub":
        self._running = self._pool.submit(self._run)
        assert self._ready.wait(60)
        if self._running.done():
            self._running.result()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()
        self._running.result(60)
        self._pool.shutdown()

    def client(self, device: str, **settings: object) -> HttpsHub:
        """Return the hub as a kiosk reaches it."""
        known = {"site": SITE.site, "claim_seconds": 2.0} | settings
        addresses = known.pop("addresses", [("127.0.0.1", self.port)])
        return HttpsHub(addresses, self.made.keys_of(device), **known)  # type: ignore[arg-type]

    def shelf_of(self, device: str, **settings: float) -> HttpsShelf:
        """Return what the hub keeps, as a kiosk reaches it."""
        keys = self.made.keys_of(device)
        ways = Ways([("127.0.0.1", self.port)], keys, site=SITE.site)
        return HttpsShelf(ways, **({"person_seconds": 5.0} | settings))

    def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """Return what the hub's own loop says."""

        async def asked() -> T:
            return await question()

        return asyncio.run_coroutine_threadsafe(asked(), self.loop).result(60)

    def unlock(self) -> None:
        """Let somebody log in."""
        self.keys.unlock(self.made.secrets())

    def events(self) -> list[bytes]:
        return [entry.data for entry in self.journal.entries(0, most=10_000, most_bytes=1 << 30)]

    def _run(self) -> None:
        try:
            self.loop.run_until_complete(self._serve())
        finally:
            self._ready.set()
            # The program ends with its process; here connections in mid-handshake would stay open.
            for transport in list(self.loop._transports.values()):  # type: ignore[attr-defined]
                transport.abort()
            self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()

    async def _serve(self) -> None:
        clock, folder = SystemClock(), self.made.keys_of(HUB)
        self.journal = SqliteJournal(self._data / "journal.db", device=DeviceId(HUB), clock=clock)
        self.store = SqliteSiteStore(self._data / "site.db")
        self.keys = SiteKeys(SITE.site, site_seal_key(folder))
        numbers = Numbers(journal=self.journal, clock=clock, zone=ZONE, prefix="H")
        self.queue = SiteQueue(journal=self.journal, clock=clock, zone=ZONE, numbers=numbers)
        await self.queue.start()
        self.ledger = Ledger(
            queue=self.queue,
            keys=self.keys,
            store=self.store,
            clock=clock,
            zone=ZONE,
            hub=HubState(device=HUB, site=SITE.site, epoch=self.journal.position().epoch),
        )
        self.kept = self._kept(clock)
        naming = Naming(
            journal=self.journal, keys=self.keys, queue=self.queue, clock=clock, zone=ZONE
        )
        registry = FileRegistry(folder)
        self.shelf = self.kept.shelf(asks_centre=False)
        app = build_lan_app(ledger=self.ledger, registry=registry, site=SITE.site, shelf=self.shelf)
        self.server = LanServer(app, folder)
        listening = listen("127.0.0.1", self.port)
        self.port = listening.getsockname()[1]
        try:
            serving = asyncio.ensure_future(self.server.serve([listening]))
            named = asyncio.ensure_future(naming.run())
            await self.server.answers.wait()
            self._ready.set()
            await serving
            named.cancel()
        finally:
            listening.close()
            self.store.close()
            self.journal.close()

    def _kept(self, clock: SystemClock) -> HubCopy:
        """Return what it keeps of what a centre signs with this installation's own key."""
        centre = centre_signer(self.made.directory / "centre")
        site_key = site_seal_key(self.made.keys_of(HUB))
        device_keys = FileKeys(self.made.keys_of(HUB), day_key=b"k" * 32, software="test")
        return HubCopy(
            SigningCentre(centre, site_key), self.keys, device_keys, clock,
            site_store=self.store, history=self.journal, lists=self.lists,
        )  # fmt: skip

    def lists(self, name: str, serial: int) -> bytes | None:
        """Return what stands for a signed list, newer than issue 6."""
        return f"signed {name} 7".encode() if serial < 7 else None


def centre_signer(folder: Path) -> Signer:
    """Return the key with which the centre of an installation signs."""
    certificate = cose.load_certificate((folder / "ack.crt").read_bytes())
    key = cose.load_signing_key((folder / "ack.key").read_bytes())
    return Signer(key, cose.thumbprint(certificate))


def running_hub(made: Installed, data: Path, port: int = 0) -> RunningHub:
    """Return a hub to enter; the same ``data`` and ``port`` again is the same hub, started anew."""
    return RunningHub(made, data, port)


class _SlowWay:
    """Passes connections on; every piece waits before it goes further."""

    def __init__(self, port: int, seconds: float) -> None:
        self._port, self._seconds = port, seconds
        self._stop = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    @property
    def port(self) -> int:
        return self._listening.getsockname()[1]

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(5)
        self._listening.close()

    def _start(self, what: Callable[..., None], *values: object) -> None:
        self._threads.append(threading.Thread(target=what, args=values))
        self._threads[-1].start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            with suppress(TimeoutError):
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                self._start(self._pass_on, near, far)
                self._start(self._pass_on, far, near)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        source.settimeout(0.05)
        with suppress(OSError), source:
            while not self._stop.is_set():
                with suppress(TimeoutError):
                    data = source.recv(65536)
                    if not data or self._stop.wait(self._seconds):
                        break
                    sink.sendall(data)


@contextmanager
def slow_way(port: int, seconds: float) -> Iterator[int]:
    """Give a port behind which everything takes ``seconds`` more, each way of a connection."""
    way = _SlowWay(port, seconds)
    try:
        yield way.port
    finally:
        way.close()

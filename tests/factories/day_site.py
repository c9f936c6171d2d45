"""The programs of a simulated day: hub and kiosks each on a network of its own, broker and centre."""

import os
import re
import sqlite3
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import paho.mqtt.client as mqtt
from factories import web
from factories.day_installation import HUB, LISTENER, PEOPLE, UI_PORT, install
from factories.day_kiosks import Engine
from factories.site_networks import SiteNetwork, site_network
from factories.waiting import wait_until
from paho.mqtt.enums import CallbackAPIVersion

from protocol.events import Event, decode_event
from provisioning.adapters.local_processes import free_ports


class DaySite:
    """A provisioned site with its centre; every program can be killed and started.

    Attributes:
        desks: Station -> its tables.
        staff: Log-in name -> name, of everybody who works here.
        engines: Kiosk -> the scan engine that people hold their cards to.
        cpu_seconds: Program -> processor time until it was killed; all its lives together.
        peak_mib: Program -> most memory that was resident.
    """

    def __init__(
        self, directory: Path, network: SiteNetwork, kiosks: Sequence[str], desks: dict[str, int]
    ) -> None:
        self.directory, self.network, self.kiosks = directory, network, list(kiosks)
        self.desks = {
            name: [str(table) for table in range(1, most + 1)] for name, most in desks.items()
        }
        self.engines = {each: Engine() for each in kiosks}
        self.broker_port, self.centre_port, self.bulk_port = free_ports(3)
        self.staff = dict(PEOPLE)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.cpu_seconds = Counter[str]()
        self.peak_mib = Counter[str]()
        self._listener: mqtt.Client | None = None
        install(self)
        self.trust = ssl.create_default_context(cafile=str(directory / "ca" / "ca.crt"))

    @property
    def devices(self) -> list[str]:
        return [HUB, *self.kiosks]

    @property
    def hub_host(self) -> str:
        return self.network.address[HUB]

    def folder(self, device: str) -> Path:
        return self.directory / "devices" / device

    def start(self, *devices: str) -> None:
        """Run devices until their pages answer."""
        for device in devices:
            command = [
                sys.executable,
                "-m",
                "edge",
                "--config",
                str(self.folder(device) / "edge.toml"),
            ]
            self._run(device, self.network.inside(device, command))
        for device in devices:
            wait_until(lambda device=device: self._serves(device), seconds=90)

    def _serves(self, device: str) -> bool:
        assert self.running[device].poll() is None, f"{device} ended; see its log"
        return self.screen(device) is not None

    def kill(self, *programs: str) -> None:
        """Pull plugs."""
        for name in programs:
            self._account(name)
            self.running[name].kill()
        for name in programs:
            self.running.pop(name).wait()

    def screen(self, device: str) -> dict | None:
        try:
            url = f"http://{self.network.address[device]}:{UI_PORT}/state"
            return web.get(url, timeout=5).json()
        except httpx.TransportError:
            return None

    def start_centre(self) -> None:
        """Run the broker and the centre, which were there all day beyond a line that was cut."""
        self._run("broker", ["mosquitto", "-c", str(self.directory / "broker" / "mosquitto.conf")])
        settings = str(self.directory / "centre" / "central.toml")
        self._run("centre", [sys.executable, "-m", "central", "--config", settings])
        wait_until(self._centre_answers, seconds=60)

    def listen(self) -> list[tuple[str, bytes]]:
        """Let one more device hear all that anybody says at the broker; return what fills up."""
        heard: list[tuple[str, bytes]] = []
        client = mqtt.Client(CallbackAPIVersion.VERSION2, LISTENER, protocol=mqtt.MQTTv5)
        keys = self.folder(LISTENER)
        context = ssl.create_default_context(cafile=str(keys / "ca.crt"))
        context.load_cert_chain(str(keys / "device.crt"), str(keys / "device.key"))
        client.tls_set_context(context)
        granted: list[object] = []
        client.on_subscribe = lambda *_: granted.append(True)
        client.on_connect = lambda connected, *_: connected.subscribe("#", qos=1)
        client.on_message = lambda _c, _u, told: heard.append((told.topic, told.payload))
        client.connect(self.network.here, self.broker_port)
        client.loop_start()
        self._listener = client
        wait_until(lambda: granted)
        return heard

    def cut_wan(self) -> None:
        for device in self.devices:
            ports = (self.broker_port, self.bulk_port)
            self.network.cut(device, "wan", self.network.here, *ports)

    def join_wan(self) -> None:
        for device in self.devices:
            self.network.join(device, "wan")

    def cut_lan(self, device: str) -> None:
        """Cut a kiosk off from the hub."""
        self.network.cut(device, "lan", self.hub_host)

    def join_lan(self, device: str) -> None:
        self.network.join(device, "lan")

    def unsent(self) -> dict[str, object]:
        return {each: (self.screen(each) or {}).get("unsent") for each in self.devices}

    def events(self, device: str) -> list[Event]:
        """Return what a killed device wrote, in its order."""
        rows = self._rows(device, "SELECT data FROM entries ORDER BY place")
        return [decode_event(row[0]) for row in rows]

    def journal_keys(self) -> "Counter[tuple[str, str, int, bytes]]":
        """Return device, epoch, seq and hash of every entry of all journals."""
        return Counter(
            (device, *row)
            for device in self.devices
            for row in self._rows(device, "SELECT epoch, seq, hash FROM entries")
        )

    def centre(self, query: str) -> list[tuple]:
        """Return what the stopped centre holds."""
        with closing(sqlite3.connect(self.directory / "centre" / "data" / "central.db")) as rows:
            return rows.execute(query).fetchall()

    def device_files(self) -> Iterator[Path]:
        """Yield every file that hub and kiosks leave on their disks."""
        return (path for device in self.devices for path in self.folder(device).rglob("*"))

    def logs(self) -> list[Path]:
        return sorted(self.directory.glob("*.log"))

    def end(self) -> None:
        if self._listener is not None:
            self._listener.disconnect()
            self._listener.loop_stop()
        for name in list(self.running):
            self.kill(name)
        for engine in self.engines.values():
            engine.close()

    def _rows(self, device: str, query: str) -> list[tuple]:
        path = self.folder(device) / "data" / "journal.db"
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(query).fetchall()

    def _run(self, name: str, command: list[str]) -> None:
        with (self.directory / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _centre_answers(self) -> bool:
        assert self.running["centre"].poll() is None, "the centre ended; see its log"
        try:
            url = f"http://127.0.0.1:{self.centre_port}/api/summary"
            return web.get(url, timeout=5).status_code < 500  # 401: nobody asked to be let in
        except httpx.TransportError:
            return False

    def _account(self, name: str) -> None:
        """Add up what a program took, before it is gone."""
        if self.running[name].poll() is not None:
            return
        process = Path(f"/proc/{self.running[name].pid}")
        ticks = (process / "stat").read_text().rpartition(")")[2].split()
        hertz = os.sysconf("SC_CLK_TCK")
        self.cpu_seconds[name] += (int(ticks[11]) + int(ticks[12])) / hertz
        peak = re.search(r"VmHWM:\s+(\d+)", (process / "status").read_text())
        self.peak_mib[name] = max(self.peak_mib[name], int(peak[1]) // 1024 if peak else 0)


@contextmanager
def day_site(directory: Path, kiosks: int, desks: dict[str, int]) -> Iterator[DaySite]:
    """Provision a site on networks of its own; end whatever runs at the end."""
    names = [f"kiosk-{place:04d}" for place in range(1, kiosks + 1)]
    with site_network([HUB, *names]) as network:
        site = DaySite(directory, network, names, desks)
        try:
            yield site
        finally:
            site.end()


def wall() -> float:
    """Return now by this machine's clock, by which its programs date their events as well."""
    return time.time()  # noqa: TID251 - compared with what the programs wrote

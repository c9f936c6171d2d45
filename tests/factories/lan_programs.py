"""The hub and two kiosks of a site as real programs, each of which can be killed and started."""

import sqlite3
import ssl
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

import httpx
from factories import web
from factories.installations import kiosk
from factories.kiosk_programs import command_of, screen_of
from factories.vaults import HEAD, HEAD_PASSWORD
from factories.waiting import wait_until

from edge.adapters.hub_https import HttpsHub
from protocol.events import decode_body, decode_event
from protocol.site_events import Arrived
from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Hub, Installation, Printer
from provisioning.services.provisioner import Provisioner

SITE, HUB = "phuoc-dinh", "hub-0001"
FIRST, SECOND = "kiosk-0001", "kiosk-0002"


class Site:
    """Three programs on this machine, each of which can be killed and started."""

    def __init__(
        self,
        directory: Path,
        provisioner: Provisioner | None = None,
        made_of: Callable[[str], Mapping[str, object]] = lambda _: {},
    ) -> None:
        """Provision them; with a ``provisioner``, into its installation, which has the site already.

        Args:
            made_of: What a device is made of besides.
        """
        self.directory = directory
        ports = free_ports(5)
        self.pages = dict(zip((HUB, FIRST, SECOND), ports[:3], strict=True))
        self.device_port = ports[3]
        hub = Hub(
            addresses=("127.0.0.1",), device_port=ports[3], page_port=ports[4], bind="127.0.0.1"
        )
        if provisioner is None:
            provisioner = open_provisioner(directory)
            provisioner.init(Installation(broker_bind="127.0.0.1"))
            provisioner.add_site(SITE, "Trạm Y tế Phước Dinh", head=HEAD)
        bare = {"camera": Camera(driver="none"), "printer": Printer(driver="none")}
        for device, port in self.pages.items():
            provisioner.issue_device(
                kiosk(
                    device,
                    ui_port=port,
                    hub=hub if device == HUB else None,
                    **{**bare, **made_of(device)},
                )
            )
        context = ssl.create_default_context(cafile=str(directory / "ca" / "ca.crt"))
        url = f"https://127.0.0.1:{ports[4]}"
        self.desk = httpx.Client(verify=context, base_url=url, headers={"origin": url}, timeout=60)
        self.running = {}

    def folder(self, device):
        return self.directory / "devices" / device

    def url(self, device):
        return f"http://127.0.0.1:{self.pages[device]}"

    def start(self, *devices):
        for device in devices:
            with (self.directory / f"{device}.log").open("ab") as log:
                self.running[device] = subprocess.Popen(command_of(self.folder(device)), stderr=log)
        for device in devices:
            wait_until(lambda device=device: screen_of(self.url(device)), seconds=40)

    def kill(self, device):
        process = self.running.pop(device)
        process.kill()
        process.wait()

    def unlock(self):
        wait_until(self._logged_in, seconds=30)

    def _logged_in(self):
        with suppress(httpx.TransportError):
            answer = self.desk.post("/login", data={"login": HEAD.login, "password": HEAD_PASSWORD})
            return answer.status_code == 303
        return False

    def key_of_the_day(self, device):
        """Tell whether a kiosk has the site's key."""
        return '"day_key"' in self.log(device)

    def log(self, device):
        """Return what a program said."""
        return (self.directory / f"{device}.log").read_text()

    def bar(self, device):
        """Return the words at the foot of a kiosk's screen."""
        return web.get(f"{self.url(device)}/state").json()["bar"]["vi"]

    def files(self):
        """Return everything that a thief of the switched-off devices would hold, and their logs."""
        return [*(self.directory / "devices").rglob("*"), *self.directory.glob("*.log")]

    def check_in(self, device, number):
        """Type a number at a kiosk; return what its page says then."""
        web.post(f"{self.url(device)}/touch/back")
        wait_until(lambda: screen_of(self.url(device)) == "attract")
        web.post(f"{self.url(device)}/number", content=number).raise_for_status()
        wait_until(lambda: screen_of(self.url(device)) == "done")
        return web.get(f"{self.url(device)}/state").json()

    def hub_as(self, device, seconds=5.0):
        return HttpsHub(
            [("127.0.0.1", self.device_port)],
            self.folder(device),
            site=SITE,
            claim_seconds=seconds,
        )

    def journal(self, device):
        """Return every event of a program that was killed."""
        path = self.folder(device) / "data" / "journal.db"
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT data FROM entries ORDER BY place").fetchall()
        return [decode_event(row[0]) for row in rows]

    def arrivals(self):
        bodies = [decode_body(event) for event in self.journal(HUB)]
        return [body for body in bodies if isinstance(body, Arrived)]

    def close(self):
        """End them all."""
        for device in list(self.running):
            self.kill(device)
        self.desk.close()

"""A hub, its standby and a kiosk as real programs on this machine; each can be killed and started."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from factories.installations import kiosk
from factories.kiosk_programs import command_of, screen_of
from factories.site_hubs import PASSWORD, SITE, SITE_NAME, STAFF, _put_staff
from factories.vaults import HEAD, HEAD_PASSWORD
from factories.waiting import wait_until

from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Hub, Installation, Printer

FIRST, SECOND, KIOSK = "hub-0001", "hub-0002", "kiosk-0001"
STANDBY_GOOD = "Máy dự phòng đã có đủ"


class HubPair:
    """The site."""

    def __init__(self, directory: Path, *, settings: str = "") -> None:
        self.directory = directory
        ports = free_ports(7)
        self.ui = dict(zip((FIRST, SECOND, KIOSK), ports[:3], strict=True))
        self.page_ports = {FIRST: ports[4], SECOND: ports[6]}
        provisioner = open_provisioner(directory)
        provisioner.init(Installation(broker_bind="127.0.0.1"))
        provisioner.add_site(SITE, SITE_NAME, head=HEAD)
        _put_staff(directory / "sites" / SITE, STAFF)
        hubs = {
            device: Hub(
                addresses=("127.0.0.1",), device_port=port, page_port=page, bind="127.0.0.1"
            )
            for device, port, page in ((FIRST, *ports[3:5]), (SECOND, *ports[5:7]))
        }
        for device, port in self.ui.items():
            provisioner.issue_device(
                kiosk(
                    device,
                    camera=Camera(driver="none"),
                    printer=Printer(driver="none"),
                    ui_port=port,
                    hub=hubs.get(device),
                    standby=device == SECOND,
                )
            )
        for device in (FIRST, SECOND):
            with (self.folder(device) / "edge.toml").open("a", encoding="utf-8") as file:
                file.write(settings)
        self.provisioner = provisioner
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def folder(self, device: str) -> Path:
        return self.directory / "devices" / device

    def log_of(self, device: str) -> str:
        return (self.directory / f"{device}.log").read_text()

    def start(self, *devices: str) -> None:
        for device in devices:
            with (self.directory / f"{device}.log").open("ab") as log:
                self.running[device] = subprocess.Popen(command_of(self.folder(device)), stderr=log)
        for device in devices:
            wait_until(lambda device=device: screen_of(self.screen(device)), seconds=60)  # type: ignore[misc]

    def screen(self, device: str) -> str:
        return f"http://127.0.0.1:{self.ui[device]}"

    def kill(self, device: str) -> None:
        process = self.running.pop(device)
        process.kill()
        process.wait()

    def promote(self, device: str) -> Path:
        """Sign the command; return its file."""
        self.provisioner.promote_hub(SITE, device)
        return self.directory / "sites" / SITE / "hub-command.cose"

    def browser(self, device: str, trust: ssl.SSLContext | None = None) -> httpx.Client:
        url = f"https://127.0.0.1:{self.page_ports[device]}"
        return httpx.Client(
            verify=trust or self.trust(), base_url=url, headers={"origin": url}, timeout=30
        )

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.directory / "ca" / "ca.crt"))

    @contextmanager
    def logged_in(
        self, device: str, login: str = STAFF[0].login, password: str = PASSWORD
    ) -> Iterator[httpx.Client]:
        with self.browser(device) as http:
            wait_until(lambda: log_in(http, login, password), seconds=60)
            yield http

    @contextmanager
    def head_at(self, device: str) -> Iterator[httpx.Client]:
        with self.logged_in(device, HEAD.login, HEAD_PASSWORD) as http:
            yield http


def log_in(http: httpx.Client, login: str, password: str) -> bool:
    with suppress(httpx.TransportError):
        form = {"login": login, "password": password}
        return http.post("/login", data=form).status_code == 303
    return False


@contextmanager
def hub_pair(directory: Path, *, settings: str = "") -> Iterator[HubPair]:
    """Make a site; end its programs whatever happens."""
    pair = HubPair(directory, settings=settings)
    try:
        yield pair
    finally:
        for device in list(pair.running):
            pair.kill(device)

"""A site's hub as its program runs it: by real https, with staff who log in at desks."""

import os
import re
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx
from factories.installations import kiosk
from factories.kiosk_programs import command_of
from factories.vaults import HEAD, HEAD_PASSWORD, QUICK
from factories.waiting import wait_until

from protocol.staff import Role
from protocol.vault import decode_vault, encode_vault
from protocol.vault_keys import NewMember, with_member
from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Hub, Installation, Printer

SITE = "phuoc-dinh"
SITE_NAME = "Trạm Y tế Phước Dinh"
PASSWORD = "nắng gió Phan Rang"
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def member(login: str, role: Role, name: str) -> NewMember:
    """Somebody of staff with the password of all these tests."""
    return NewMember(login, role, name, PASSWORD)


STAFF = (
    member("tiep-don-1", Role.RECEPTION, "Chamaléa Thị Đón"),
    member("tiep-don-2", Role.RECEPTION, "Katơr Thị Hàng"),
    member("kham-1", Role.SCREENING, "Kator Văn Khám"),
    member("tiem-1", Role.INJECTION, "Đổng Thị Tiêm"),
    member("nhap-1", Role.DATA_ENTRY, "Pi Năng Nhập"),
    member("theo-doi-1", Role.OBSERVATION, "Tain Thị Theo"),
)


class SiteHub:
    """A provisioned hub; may be killed and started again."""

    def __init__(
        self, directory: Path, *, staff: Sequence[NewMember] = STAFF, settings: str = ""
    ) -> None:
        self.directory = directory
        self.ui, self.devices, self.pages = free_ports(3)
        self.url = f"https://127.0.0.1:{self.pages}"
        provisioner = open_provisioner(directory)
        provisioner.init(Installation(broker_bind="127.0.0.1"))
        provisioner.add_site(SITE, SITE_NAME, head=HEAD)
        hub = Hub(
            addresses=("127.0.0.1",),
            device_port=self.devices,
            page_port=self.pages,
            bind="127.0.0.1",
        )
        _put_staff(directory / "sites" / SITE, staff)
        provisioner.issue_device(
            kiosk(
                camera=Camera(driver="none"),
                printer=Printer(driver="none"),
                ui_port=self.ui,
                hub=hub,
            )
        )
        self.folder = directory / "devices" / "kiosk-0001"
        if settings:
            with (self.folder / "edge.toml").open("a", encoding="utf-8") as file:
                file.write(settings)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run the hub until its pages answer."""
        with (self.directory / "hub.log").open("ab") as log:
            self.process = subprocess.Popen(command_of(self.folder), stderr=log)
        with self.browser() as http:
            wait_until(lambda: _answers(http), seconds=60)

    def kill(self) -> None:
        """Pull the plug."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def browser(self) -> httpx.Client:
        """A browser that trusts the installation's authority and keeps its cookies."""
        return httpx.Client(
            verify=self.trust(), base_url=self.url, headers={"origin": self.url}, timeout=60
        )

    def trust(self) -> ssl.SSLContext:
        """Return what makes a client believe this hub."""
        return ssl.create_default_context(cafile=str(self.directory / "ca" / "ca.crt"))

    @contextmanager
    def logged_in(self, login: str, password: str = PASSWORD) -> Iterator[httpx.Client]:
        """A browser at which somebody logged in."""
        with self.browser() as http:
            answer = http.post("/login", data={"login": login, "password": password})
            assert answer.status_code == 303, answer.text
            yield http


def _answers(http: httpx.Client) -> bool:
    try:
        return http.get("/login").status_code == 200
    except httpx.TransportError:
        return False


def _put_staff(site: Path, staff: Sequence[NewMember]) -> None:
    """Put staff into a site's vault with passwords that cost a test nothing."""
    key = (site / "vault.key").read_bytes()
    vault = decode_vault((site / "vault.json").read_bytes()).vault
    for each in (NewMember(HEAD.login, HEAD.role, HEAD.name, HEAD_PASSWORD), *staff):
        vault = with_member(vault, key, each, os.urandom, kdf=QUICK)
    (site / "vault.json").write_bytes(encode_vault(vault, key))


def hidden(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that does ``action`` on a page."""
    forms = re.findall(rf'data-action="{action}">(.*?)</form>', page, re.DOTALL)
    assert forms, f"no form that does {action}"
    return {name: unescape(text) for name, text in _HIDDEN.findall(forms[0])}


@contextmanager
def running_hub(
    directory: Path, *, staff: Sequence[NewMember] = STAFF, settings: str = ""
) -> Iterator[SiteHub]:
    """Run a hub; end it whatever happens."""
    hub = SiteHub(directory, staff=staff, settings=settings)
    hub.start()
    try:
        yield hub
    finally:
        hub.kill()

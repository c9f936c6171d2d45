"""A real hub: log-in by a browser, a power cut, and nothing readable on its disk."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from factories.canaries import traces
from factories.chromium import chromium
from factories.installations import kiosk
from factories.kiosk_programs import command_of
from factories.vaults import HEAD, HEAD_PASSWORD, NURSE
from factories.waiting import wait_until
from playwright.sync_api import expect

from protocol.vault import decode_vault
from protocol.vault_keys import open_secrets
from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Hub, Installation, Printer

pytestmark = pytest.mark.system

SITE = "phuoc-dinh"


class RunningHub:
    """A hub without camera and printer, provisioned as for a site; may be killed and started."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        ui, devices, pages = free_ports(3)
        self.url = f"https://127.0.0.1:{pages}"
        provisioner = open_provisioner(directory)
        provisioner.init(Installation(broker_bind="127.0.0.1"))
        provisioner.add_site(SITE, "Trạm Y tế Phước Dinh", head=HEAD)
        provisioner.add_staff(SITE, NURSE)
        hub = Hub(addresses=("127.0.0.1",), device_port=devices, page_port=pages, bind="127.0.0.1")
        provisioner.issue_device(
            kiosk(camera=Camera(driver="none"), printer=Printer(driver="none"), ui_port=ui, hub=hub)
        )
        self.folder = directory / "devices" / "kiosk-0001"
        self.process: subprocess.Popen[bytes] | None = None
        context = ssl.create_default_context(cafile=str(directory / "ca" / "ca.crt"))
        self.http = httpx.Client(
            verify=context, base_url=self.url, headers={"origin": self.url}, timeout=60
        )

    def start(self) -> None:
        with (self.directory / "hub.log").open("ab") as log:
            self.process = subprocess.Popen(command_of(self.folder), stderr=log)
        wait_until(self.answers, seconds=30)

    def answers(self) -> bool:
        try:
            return self.http.get("/login").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def on_disk(self) -> bytes:
        """Everything that a thief of the switched-off hub would hold, its log included."""
        files = [*self.folder.rglob("*"), self.directory / "hub.log"]
        return b"\n".join(file.read_bytes() for file in files if file.is_file())


@contextmanager
def running_hub(directory: Path) -> Iterator[RunningHub]:
    hub = RunningHub(directory)
    hub.start()
    try:
        yield hub
    finally:
        hub.kill()
        hub.http.close()


def test_after_a_power_cut_desks_stay_logged_in_and_the_disk_names_nobody(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        entered = hub.http.post("/login", data={"login": HEAD.login, "password": HEAD_PASSWORD})
        added = hub.http.post(
            "/staff",
            data={
                "login": "kham-1", "role": "screening", "name": "Kator Văn Khám",
                "password": "mười hai con cá",
            },
        )  # fmt: skip
        hub.kill()
        disk = hub.on_disk()
        hub.start()
        home = hub.http.get("/")
        locked = hub.http.get("/staff")
        again = hub.http.post("/login", data={"login": "kham-1", "password": "mười hai con cá"})

    assert entered.status_code == 303
    assert "Kator Văn Khám" in added.text
    assert "Chưa hiện được họ tên" in home.text
    assert "Kator Văn Khám" not in locked.text
    assert "kham-1" in locked.text
    assert again.status_code == 303
    assert _found(disk, hub) == []


def _found(disk: bytes, hub: RunningHub) -> list[str]:
    vault_key = (hub.directory / f"sites/{SITE}/vault.key").read_bytes()
    provisioned = (hub.directory / f"sites/{SITE}/vault.json").read_bytes()
    secrets = open_secrets(decode_vault(provisioned).vault, vault_key)
    keys = [vault_key, secrets.site_secret, secrets.site_key.private_bytes_raw()]
    texts = [HEAD.name, NURSE.name, "Kator Văn Khám", HEAD_PASSWORD, "mười hai con cá"]
    found = [text for text in texts for trace in traces(text) if trace in disk]
    return found + [key.hex() for key in keys if key in disk or key.hex().encode() in disk]


def test_the_head_logs_in_by_keys_alone_and_axe_finds_nothing(tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with running_hub(tmp_path) as hub, chromium() as browser:
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.goto(hub.url)
        expect(page.locator("[name=login]")).to_be_focused()
        page.keyboard.type(HEAD.login)
        page.keyboard.press("Tab")
        page.keyboard.type("không phải mật khẩu")
        page.keyboard.press("Enter")
        refused = page.get_by_role("alert").inner_text()
        expect(page.locator("[name=password]")).to_be_focused()
        page.keyboard.type(HEAD_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{hub.url}/")
        faults = {}
        for path in ("/", "/staff", "/boards", "/password", "/login", "/board/enter"):
            page.goto(hub.url + path)
            faults[path] = [each["id"] for each in Axe().run(page).response["violations"]]

    assert refused.startswith("Tên đăng nhập hoặc mật khẩu không đúng.")
    assert [path for path, found in faults.items() if found] == []

"""A kiosk whose journal cannot be opened: it says so on its screen, and is started anew."""

import fcntl
import subprocess
import sys

import httpx
import pytest
from factories.installations import SITE, kiosk
from factories.waiting import wait_until

from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Installation, Printer

pytestmark = pytest.mark.system


def test_it_shows_out_of_order_sends_people_to_the_desk_and_ends_to_be_started_anew(tmp_path):
    port = free_ports(1)[0]
    provisioner = open_provisioner(tmp_path)
    provisioner.init(Installation(broker_bind="127.0.0.1"))
    provisioner.add_site(SITE.site, SITE.name, SITE.time_zone)
    provisioner.issue_device(kiosk(printer=Printer(driver="none"), ui_port=port))
    device = tmp_path / "devices" / "kiosk-0001"
    (device / "data").mkdir()
    command = [sys.executable, "-m", "edge", "--config", str(device / "edge.toml")]
    url = f"http://127.0.0.1:{port}"

    def screen() -> dict:
        try:
            return httpx.get(f"{url}/state").json()
        except httpx.TransportError:
            return {"screen": None}

    with (device / "data" / "journal.db.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            wait_until(lambda: screen()["screen"] == "out_of_order", seconds=30)
            shown = screen()
            httpx.post(f"{url}/number", content="058185000123").raise_for_status()
            after = screen()

            code = process.wait(60)

    assert shown["fault"] == "D02"
    assert "bàn đón tiếp" in shown["html"]["vi"]
    assert after["screen"] == "out_of_order"
    assert code == 75

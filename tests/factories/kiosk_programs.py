"""The kiosk's program on a port of this machine: simulated camera, no printer, no broker."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from factories import web
from factories.installations import SITE, kiosk
from factories.waiting import wait_until

from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Installation, Printer

_HURRIED = "[conversation]\nconfirm_seconds = 2\n\n[sound]\nspeech = false\n"
"""Nobody waits here for what was read to be said to its end."""


def installed_kiosk(directory: Path) -> tuple[Path, str]:
    """Provision a kiosk below ``directory``; return its device folder and its page's address."""
    port = free_ports(1)[0]
    provisioner = open_provisioner(directory)
    provisioner.init(Installation(broker_bind="127.0.0.1"))
    provisioner.add_site(SITE.site, SITE.name, SITE.time_zone)
    provisioner.issue_device(kiosk(printer=Printer(driver="none"), ui_port=port, more=_HURRIED))
    return directory / "devices" / "kiosk-0001", f"http://127.0.0.1:{port}"


def command_of(device: Path) -> list[str]:
    """Return the command that runs the kiosk of a device folder."""
    return [sys.executable, "-m", "edge", "--config", str(device / "edge.toml")]


@contextmanager
def running_kiosk(directory: Path) -> Iterator[str]:
    """Run a kiosk and yield its page's address; it must end well."""
    device, url = installed_kiosk(directory)
    with subprocess.Popen(command_of(device), stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: screen_of(url) == "attract", seconds=30)
            yield url
        finally:
            process.terminate()
            assert process.wait(60) == 0


def screen_of(url: str) -> str | None:
    """Return the name of the screen that is up, or None while nobody answers."""
    try:
        return web.get(f"{url}/state").json()["screen"]
    except httpx.TransportError:
        return None


def go_home(url: str) -> bool:
    """Touch "back"; return whether the kiosk is at its beginning."""
    web.post(f"{url}/touch/back")
    return screen_of(url) == "attract"


def bring_home(url: str) -> None:
    """Take away what the test before held up, and wait for the kiosk's beginning."""
    web.post(f"{url}/simulator/hold-up/nothing")
    wait_until(lambda: go_home(url))

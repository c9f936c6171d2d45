"""Provisioned directories for tests; the people, sites and devices in them are invented."""

from pathlib import Path

from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Installation, Kiosk, Printer, Site
from provisioning.services.provisioner import Provisioner

SITE = Site("phuoc-dinh", "Trạm Y tế Phước Dinh")


def kiosk(device: str = "kiosk-0001", **changes: object) -> Kiosk:
    """Return a kiosk with simulated camera and network printer."""
    fields: dict[str, object] = {
        "site": SITE.site,
        "camera": Camera(driver="simulated"),
        "printer": Printer(driver="network", host="127.0.0.1", port=9100),
    }
    return Kiosk(device=device, **(fields | changes))  # type: ignore[arg-type]


def provisioned(directory: Path, *devices: str, **settings: object) -> Provisioner:
    """Return a real installation on disk with one site and these devices."""
    provisioner = open_provisioner(directory)
    provisioner.init(Installation(**({"broker_bind": "127.0.0.1"} | settings)))  # type: ignore[arg-type]
    provisioner.add_site(SITE.site, SITE.name, SITE.time_zone)
    for device in devices:
        provisioner.issue_device(kiosk(device))
    return provisioner

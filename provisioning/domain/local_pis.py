"""The Pis of the demo's site: a hub and a kiosk that follows it, or one kiosk that is both."""

from provisioning.domain.installation import Camera, Hub, Kiosk, Printer
from provisioning.domain.local_people import SITE
from provisioning.domain.local_site import DEVICE, HUB_DEVICE, LocalPorts, hub_url, url

OBSERVATION_MINUTES = 2
_CLOCK = """\
# A machine that people try it out on is right about the date, also where nothing keeps its clock in step.
[clock]
trusted = true
"""
_DECIDED = f"""\
{_CLOCK}
# Nobody who tries it out waits for half an hour.
[queue]
training_observation_minutes = {OBSERVATION_MINUTES}

[[vaccines]]
name = "COVID-19 Vaccine Comirnaty"
lots = ["TN-2101", "TN-2102"]
doses = 10
interval_days = 21
course_doses = 2
"""


def pis(ports: LocalPorts) -> list[Kiosk]:
    """Return what is to be issued, in that order."""
    hub = Hub(
        addresses=("127.0.0.1", "localhost"),
        device_port=ports.hub_devices,
        page_port=ports.hub_pages,
        bind="127.0.0.1",
    )
    if ports.hub_screen is None:
        return [_kiosk(ports, hub=hub)]
    phones = hub_url(ports, "")
    apart = Kiosk(
        device=HUB_DEVICE,
        site=SITE,
        prefix="H",
        camera=Camera(driver="none"),
        ui_port=ports.hub_screen,
        phone_address=phones,
        more=_DECIDED,
        hub=hub,
    )
    return [apart, _kiosk(ports, phone_address=phones, records="centre", more=_CLOCK)]


def _kiosk(
    ports: LocalPorts,
    *,
    hub: Hub | None = None,
    phone_address: str | None = None,
    records: str | None = None,
    more: str = "",
) -> Kiosk:
    return Kiosk(
        device=DEVICE,
        site=SITE,
        prefix="A",
        camera=Camera(driver="simulated"),
        printer=Printer(driver="network", host="127.0.0.1", port=ports.printer),
        ui_port=ports.kiosk,
        virtual_printer=url(ports.printer_page),
        phone_address=phone_address,
        records=records,
        more=more,
        hub=hub,
    )

"""One whole site with its centre on one machine: which programs run, and how each is started.

The demo, the system tests and the measurements run these programs; there is no second way to start
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from provisioning.domain.local_people import SITE

BROKER, PLATFORM, CENTRE, PRINTER = "broker", "platform", "centre", "printer"
HUB, KIOSK = "hub", "kiosk"
DEVICE, HUB_DEVICE = "kiosk-0001", "hub-0001"


@dataclass(frozen=True, slots=True)
class LocalPorts:
    """Ports of the loopback interface that the programs listen on.

    Attributes:
        hub_screen: Of a hub that is a program of its own; None: the kiosk is the hub, too.
    """

    broker: int = 18883
    platform: int = 18090
    centre: int = 18070
    printer: int = 19100
    printer_page: int = 19101
    kiosk: int = 18080
    bulk: int = 18443
    hub_devices: int = 18445
    hub_pages: int = 18446
    hub_screen: int | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the machine.

    Attributes:
        listens: Loopback ports that must be free before it starts.
        ready_url: Answers 200 once the program serves; None: its ports answering is enough.
    """

    name: str
    command: tuple[str, ...]
    listens: tuple[int, ...]
    ready_url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def url(port: int, path: str = "/") -> str:
    """Return the address of a page on this machine."""
    return f"http://127.0.0.1:{port}{path}"


def hub_url(ports: LocalPorts, path: str = "/") -> str:
    """Return the address of a page of the hub on this machine."""
    return f"https://127.0.0.1:{ports.hub_pages}{path}"


def accounts_import(directory: str, python: str, file: str) -> Program:
    """Return the command that adds the accounts of a file at the centre; it ends by itself."""
    settings = f"{directory}/provisioned/centre/central.toml"
    command = (python, "-m", "central", "account", "import", f"{directory}/{file}")
    return Program("accounts-import", (*command, "--config", settings), ())


def roster_import(directory: str, python: str, people: str, *, replace: bool) -> Program:
    """Return the command that takes the site's list from the file ``people``; it ends by itself."""
    settings = f"{directory}/provisioned/centre/central.toml"
    command = [python, "-m", "central", "roster", "import", people, "--site", SITE]
    return Program(
        "roster-import", (*command, "--config", settings, *(["--replace"] if replace else [])), ()
    )


def programs(directory: str, ports: LocalPorts, python: str, mosquitto: str) -> list[Program]:
    """Return the programs in the order in which they start.

    Args:
        directory: Absolute path of what provisioning made, and of all that the programs keep.
        python: Path of the interpreter that has the packages.
        mosquitto: Path of the broker.
    """
    provisioned = f"{directory}/provisioned"
    return [
        Program(BROKER, (mosquitto, "-c", f"{provisioned}/broker/mosquitto.conf"), (ports.broker,)),
        Program(
            PLATFORM,
            (
                python,
                "-m",
                "central.simulated.platform",
                "--port",
                str(ports.platform),
                "--data",
                f"{directory}/platform",
            ),
            (ports.platform,),
            url(ports.platform, "/fhir/metadata"),
        ),
        Program(
            CENTRE,
            (python, "-m", "central", "--config", f"{provisioned}/centre/central.toml"),
            (ports.centre, ports.bulk),
            url(ports.centre, "/health"),
        ),
        Program(
            PRINTER,
            (
                python,
                "-m",
                "edge.simulated.printer",
                "--port",
                str(ports.printer),
                "--http-port",
                str(ports.printer_page),
                "--slips",
                f"{directory}/slips",
            ),
            (ports.printer, ports.printer_page),
            url(ports.printer_page, "/slips"),
        ),
        *_pis(f"{provisioned}/devices", ports, (python, "-m", "edge", "--config")),
    ]


def _pis(devices: str, ports: LocalPorts, command: tuple[str, ...]) -> list[Program]:
    hub = (ports.hub_devices, ports.hub_pages)
    kiosk = (*command, f"{devices}/{DEVICE}/edge.toml")
    if ports.hub_screen is None:
        return [Program(KIOSK, kiosk, (ports.kiosk, *hub), url(ports.kiosk))]
    apart = (*command, f"{devices}/{HUB_DEVICE}/edge.toml")
    return [
        Program(HUB, apart, (ports.hub_screen, *hub), url(ports.hub_screen)),
        Program(KIOSK, kiosk, (ports.kiosk,), url(ports.kiosk)),
    ]

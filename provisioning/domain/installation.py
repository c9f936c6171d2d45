"""What the person decides: one installation, its sites, and the kiosks of each site."""

import re
from dataclasses import dataclass, field

from protocol.identity import PAPER_PREFIX
from provisioning.domain.refusal import Refused

_HOST = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+\Z"
)
_PREFIX = re.compile(r"[A-Z]{1,2}\Z")
_UNSAFE_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f]")


def _check_host(host: str) -> None:
    if not _HOST.match(host):
        raise Refused(
            f"{host!r} is neither a host name nor an address",
            "give it without scheme, port or path, such as broker.example",
        )


def _check_port(port: int) -> None:
    if not 1 <= port <= 65535:
        raise Refused(f"{port} is no port", "give a number from 1 to 65535")


def _check_line(text: str | None) -> None:
    if text is not None and _UNSAFE_IN_A_LINE.search(text):
        raise Refused("a setting holds a line break or a control character", "leave it out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Broker and centre of one province or one test.

    Attributes:
        broker_hosts: Names and addresses in the broker's certificate; kiosks use the first.
        broker_bind: Address that the broker listens on; None for all.
        broker_worker_port: Port for the centre's workers where several share a broker; None for
            one worker, which connects as devices do.
        broker_user: Account that the broker runs as when root starts it; None for the person who
            provisions, or ``mosquitto`` when the files are installed elsewhere.
        broker_store: Directory in which the broker keeps sessions over a restart; None for not at
            all, because nothing depends on it.
        centre_data: Where the centre keeps its data, absolute or relative to ``central.toml``.
        centre_hosts: Names and addresses under which kiosks reach the centre's bulk https, in its
            certificate; kiosks use the first. Empty for the broker's: the centre runs beside it.
        bulk_bind: Address that the bulk https listens on.
        lists_url: Below which the Platform publishes its signers and revocations; None for nowhere.
        more: Further tables of the centre's settings, as TOML.
        installed_at: Directory to which ``broker/`` and ``centre/`` are copied on their machines;
            None when they are used where they are made.
    """

    broker_hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    broker_port: int = 8883
    broker_bind: str | None = None
    broker_worker_port: int | None = None
    broker_user: str | None = None
    broker_store: str | None = None
    api_host: str = "127.0.0.1"
    api_port: int = 8070
    platform_url: str = "http://127.0.0.1:8090/fhir"
    database_url: str = "sqlite:///central.db"
    centre_data: str | None = None
    installed_at: str | None = None
    centre_hosts: tuple[str, ...] = ()
    bulk_bind: str = "0.0.0.0"  # noqa: S104 - kiosks are elsewhere; only their certificates get in
    bulk_port: int = 8443
    lists_url: str | None = None
    more: str = ""

    def __post_init__(self) -> None:
        if not self.broker_hosts:
            raise Refused("the broker has no name", "give at least one --broker-host")
        for host in (*self.broker_hosts, *self.centre_hosts):
            _check_host(host)
        for port in (self.broker_port, self.api_port, self.bulk_port):
            _check_port(port)
        if self.broker_worker_port is not None:
            _check_port(self.broker_worker_port)
        if self.installed_at is not None and not self.installed_at.startswith("/"):
            raise Refused(
                f"{self.installed_at!r} is not an absolute path",
                "say where the files will lie, such as --installed-at /etc/tram",
            )
        for text in (
            self.broker_bind,
            self.bulk_bind,
            self.broker_user,
            self.broker_store,
            self.installed_at,
            self.lists_url,
        ):
            _check_line(text)

    @property
    def bulk_hosts(self) -> tuple[str, ...]:
        """Where kiosks find the centre's bulk https; never empty."""
        return self.centre_hosts or self.broker_hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Where a site's hub answers.

    Attributes:
        addresses: Names or addresses on the site's network, the fixed one first; the certificate
            names them all.
    """

    addresses: tuple[str, ...]
    device_port: int = 8445
    page_port: int = 8446
    bind: str | None = None

    def __post_init__(self) -> None:
        if not self.addresses:
            raise Refused(
                "the hub has no address",
                "give its fixed address on the site's network, such as --hub-address 192.168.10.2",
            )
        for host in (*self.addresses, *([self.bind] if self.bind else [])):
            _check_host(host)
        for port in (self.device_port, self.page_port):
            _check_port(port)
        if self.device_port == self.page_port:
            raise Refused("the hub's two ports are one", "give --hub-page-port another number")


@dataclass(frozen=True, slots=True)
class Site:
    """One vaccination site.

    Attributes:
        hub: Where kiosks of the site find the hub; None while it has none.
        hub_device: Which device the hub is.
        standby: Where the device answers that stands by to become the hub; None without one.
        standby_device: Which device that is.
        hub_serial: Of the last command that named a hub; 0 before the first.
        prefixes: Ticket prefix of every kiosk that the site ever had; none is given twice, so that
            no number is printed twice on one day.
    """

    site: str
    name: str
    time_zone: str = "Asia/Ho_Chi_Minh"
    prefixes: dict[str, str] = field(default_factory=dict)
    hub: Hub | None = None
    hub_device: str = ""
    standby: Hub | None = None
    standby_device: str = ""
    hub_serial: int = 0

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Refused("the site has no name", "give --name, as it stands on the slips")
        _check_line(self.name)

    def prefix_for(self, device: str, wish: str | None) -> str:
        """Return the ticket prefix of a kiosk: the one it has, the one wished for, or the next free.

        Raises:
            Refused: The wish is no prefix, or another kiosk's, or all are given away.
        """
        mine = self.prefixes.get(device)
        if mine is not None and wish in {None, mine}:
            return mine
        if wish is None:
            return self._next_free()
        if not _PREFIX.match(wish):
            raise Refused(f"{wish!r} is no ticket prefix", "give one or two letters A to Z")
        if mine is not None:
            raise Refused(
                f"{device} prints numbers with {mine}, not {wish}",
                "leave --prefix out, or issue a device with a new id",
            )
        if wish == PAPER_PREFIX:
            raise Refused(
                f"{wish} is for slips printed beforehand",
                f"choose another --prefix; {self._next_free()} is free",
            )
        for other, taken in self.prefixes.items():
            if taken == wish:
                raise Refused(
                    f"{other} at this site prints numbers with {wish} already",
                    f"choose another --prefix; {self._next_free()} is free",
                )
        return wish

    def _next_free(self) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        pairs = [first + second for first in letters for second in letters]
        taken = {*self.prefixes.values(), PAPER_PREFIX}
        for candidate in list(letters) + pairs:
            if candidate not in taken:
                return candidate
        raise Refused("the site has used every ticket prefix", "add a new site for further kiosks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """The kiosk's camera: a driver of ``edge.toml`` and what that driver needs."""

    driver: str = "picamera2"
    device: int | str | None = None
    path: str | None = None
    width: int | None = None
    height: int | None = None
    frames_per_second: int | None = None

    def __post_init__(self) -> None:
        if self.driver == "files" and self.path is None:
            raise Refused("the camera 'files' needs a folder of pictures", "give --camera-path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """The kiosk's printer: a driver of ``edge.toml`` and what that driver needs."""

    driver: str = "none"
    host: str | None = None
    port: int | None = None
    vendor_id: int | None = None
    product_id: int | None = None
    device: str | None = None
    baud_rate: int | None = None
    paper_width_mm: int = 80
    timeout_seconds: int | None = None

    def __post_init__(self) -> None:
        if self.driver == "network" and self.host is None:
            raise Refused("a network printer needs an address", "give --printer-host")
        if self.driver == "usb" and None in {self.vendor_id, self.product_id}:
            raise Refused(
                "a USB printer needs its two ids, which lsusb shows",
                "give --printer-vendor and --printer-product, or another --printer",
            )
        if self.driver == "serial" and self.device is None:
            raise Refused("a serial printer needs its device file", "give --printer-device")
        if self.paper_width_mm not in {58, 80}:
            raise Refused(f"paper of {self.paper_width_mm} mm is unknown", "give 80 or 58")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """The kiosk's scan engine: a driver of ``edge.toml``, or none, and where it is plugged in."""

    driver: str = "none"
    device: str | None = None

    def __post_init__(self) -> None:
        if self.driver != "none" and not self.device:
            raise Refused(
                "a scan engine needs its device file",
                "give --scanner-device, such as /dev/input/by-id/NAME or /dev/ttyACM0",
            )
        if self.driver == "none" and self.device:
            raise Refused("a scan engine needs its driver", "give --scanner hid or serial")
        _check_line(self.device)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """One Pi of a site.

    Attributes:
        first_stage: Where the slip sends people first; None for the usual words.
        broker_host: None for the first name of the broker.
        centre_host: Where this kiosk finds the centre's bulk https; None for its first name.
        data_directory: Where the journal lies, absolute or relative to ``edge.toml``; None for
            ``/var/lib/tram-edge`` when the files are installed elsewhere, else ``data``.
        virtual_printer: Address of the virtual printer's page, where the printer is one.
        phone_address: Where phones reach the hub's page of a number; None for no such QR on slips.
        records: Who is asked for certificates; None for what goes with the camera.
        more: Further tables of ``edge.toml``, as they are to stand there.
        hub: Where it answers, if this Pi is the site's hub or stands by to become it.
        standby: Whether it stands by.
    """

    device: str
    site: str
    prefix: str | None = None
    first_stage: str | None = None
    camera: Camera = Camera()
    scanner: Scanner = Scanner()
    printer: Printer = Printer()
    ui_host: str = "127.0.0.1"
    ui_port: int = 8080
    broker_host: str | None = None
    broker_port: int | None = None
    centre_host: str | None = None
    centre_port: int | None = None
    data_directory: str | None = None
    virtual_printer: str | None = None
    phone_address: str | None = None
    records: str | None = None
    more: str = ""
    hub: Hub | None = None
    standby: bool = False

    def __post_init__(self) -> None:
        for host in (self.broker_host, self.centre_host, self.printer.host):
            if host is not None:
                _check_host(host)
        for port in (self.ui_port, self.broker_port, self.centre_port, self.printer.port):
            if port is not None:
                _check_port(port)

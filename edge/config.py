"""The settings of one Pi: a TOML file, read once, checked whole, never changed.

Secrets are files in ``keys_directory``; the settings hold none. Relative paths count from the file.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from protocol.errors import WireError
from protocol.identity import device_id, site_id


class ConfigError(Exception):
    """The settings cannot be used; the text says which and what to do."""


def _device(text: str) -> str:
    return _wire_name(device_id, text)


def _site(text: str) -> str:
    return _wire_name(site_id, text)


def _wire_name(check: Any, text: str) -> str:  # noqa: ANN401 - device_id or site_id
    try:
        return str(check(text))
    except WireError as error:
        raise ValueError(str(error)) from error


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("no such time zone; write it like Asia/Ho_Chi_Minh") from error
    return text


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{1,2}", text):
        raise ValueError("one or two letters A-Z, another for each device of a site")
    return text


Port = Annotated[int, Field(ge=1, le=65535)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClockSettings(_Section):
    """How far the machine's clock is believed; ``trusted``: also when nothing keeps it in step."""

    trusted: bool = False


class Broker(_Section):
    """Where the broker answers; ``others`` are tried in turn when it fails, each ``HOST:PORT``."""

    host: str = "127.0.0.1"
    port: Port = 8883
    others: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.\-]+:[1-9]\d{0,4}$")], ...] = ()

    @property
    def places(self) -> list[tuple[str, int]]:
        """Host and port of every broker, the preferred one first."""
        parts = (place.rpartition(":") for place in self.others)
        return [(self.host, self.port), *((host, int(port)) for host, _, port in parts)]


class Centre(_Section):
    """Where the centre hands out rosters, by https; without a host there is no roster."""

    host: str = ""
    port: Port = 8443


class RosterSettings(_Section):
    """How the site's roster is kept fresh, and from which age on nothing is read from it."""

    refresh_minutes: float = Field(default=5, gt=0, le=24 * 60)
    limit_hours: float = Field(default=36, gt=0, le=7 * 24)


class DeskSettings(_Section):
    """Where the slip sends people of each standing; empty is ``first_stage``."""

    verified: str = ""
    to_supplement: str = ""
    exempt: str = ""
    unknown: str = ""


class CameraSettings(_Section):
    """Which camera, and how it is asked. ``path`` is the pictures' folder of driver ``files``."""

    driver: Literal["simulated", "picamera2", "opencv", "files", "none"] = "none"
    device: int | str = 0
    path: Path | None = None
    width: int = Field(default=1280, ge=160, le=4608)
    height: int = Field(default=720, ge=120, le=2592)
    frames_per_second: float = Field(default=10, gt=0, le=60)
    focus_cm: float | None = Field(default=None, ge=5, le=200)
    longest_exposure_ms: float | None = Field(default=None, gt=0, le=100)


class ScannerSettings(_Section):
    """Which scan engine, if there is one. ``hid`` types like a keyboard, ``serial`` is USB-COM too."""

    driver: Literal["hid", "serial", "none"] = "none"
    device: str = ""
    baud_rate: int = Field(default=115200, ge=300, le=4_000_000)

    @model_validator(mode="after")
    def _has_device(self) -> Self:
        if self.driver != "none" and not self.device:
            raise ValueError("device must be given, such as /dev/input/by-id/NAME or /dev/ttyACM0")
        return self


class PrinterSettings(_Section):
    """Which printer, how it is reached, and what the site decides about slips."""

    driver: Literal["network", "usb", "serial", "file", "none"] = "none"
    host: str = "127.0.0.1"
    port: Port = 9100
    vendor_id: int | None = None
    product_id: int | None = None
    device: str | None = None
    baud_rate: int = 115200
    paper_width_mm: Literal[58, 80] = 80
    timeout_seconds: float = Field(default=3, gt=0, le=60)
    large_type: bool = False
    slip_expires_seconds: float = Field(default=60, ge=5, le=3600)
    reprints_per_visit: int = Field(default=2, ge=0, le=20)
    roll_metres: float = Field(default=50, gt=0, le=500)


class UiSettings(_Section):
    """Where the screen's pages answer: this machine alone, unless somebody writes otherwise.

    ``virtual_printer`` is the address that the simulator's page links to.
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    virtual_printer: str = "http://127.0.0.1:9101/"


class SoundSettings(_Section):
    """How the kiosk sounds.

    Attributes:
        output: Where sound goes; only ``headphones`` are told what is a person's own. With ``auto``
            the socket says whether they are in; without a socket that can tell it is ``speaker``.
        jack: Input device of that socket; empty for the first that there is.
        level: Loudness when a person comes, 1 to 5, 6 dB apart; they may change it for themselves.
        speech: Whether screens are said without being asked; tones come in any case.
        voice: What says words that nobody has recorded.
    """

    output: Literal["speaker", "headphones", "auto", "off"] = "speaker"
    jack: str = ""
    level: Annotated[int, Field(ge=1, le=5)] = 3
    speech: bool = True
    voice: Literal["espeak", "none"] = "espeak"


class ConversationSettings(_Section):
    """What a site decides about the conversation.

    Attributes:
        confirm_seconds: How long a card's holder can say "that is not me" before the number is
            given by itself; 0 gives it at once.
        guardian_under_years: Below this age somebody is asked for a parent or guardian.
    """

    confirm_seconds: Annotated[float, Field(ge=0, le=20)] = 2.0
    guardian_under_years: Annotated[int, Field(ge=0, le=25)] = 16


class RecordsSettings(_Section):
    """Who is asked for certificates and recorded doses."""

    driver: Literal["centre", "simulated", "none"] = "centre"


class CertificateSettings(_Section):
    """How the lists for certificates are kept fresh, and from which age on they are called old.

    Attributes:
        news_seconds: How often the hub asks the centre for news of its site's doses.
    """

    refresh_minutes: float = Field(default=60, gt=0, le=7 * 24 * 60)
    news_seconds: float = Field(default=30, ge=0.1, le=3600)
    limit_hours: float = Field(default=7 * 24, gt=0, le=365 * 24)


class VerifySettings(_Section):
    """Whether this Pi is a verify station: it says what certificates are worth, and serves nobody."""

    station: bool = False


class HubSettings(_Section):
    """The site's hub: whether this Pi is it, and where it is found.

    Attributes:
        addresses: Names or addresses at which kiosks of the site find the hub, the fixed one first.
            Without any there is no hub: each kiosk works alone.
        answer_ms: How long a kiosk waits for the hub's word on a person before it goes on alone.
        session_hours: After how long a log-in ends, whatever is done with it.
        idle_minutes: After how long without any action it ends.
        standby: Device that stands by to take this hub's place.
        standby_of: Device whose place this one takes by a signed command; until then it only listens.
        other_addresses: Where the other of the two is.
    """

    enabled: bool = False
    standby: str = ""
    standby_of: str = ""
    addresses: tuple[str, ...] = ()
    other_addresses: tuple[str, ...] = ()
    answer_ms: int = Field(default=400, ge=50, le=2000)
    bind: str = "0.0.0.0"  # noqa: S104 - desks and kiosks are elsewhere; both must show who they are
    device_port: Port = 8445
    page_port: Port = 8446
    session_hours: float = Field(default=12, gt=0, le=24)
    idle_minutes: float = Field(default=60, gt=0, le=24 * 60)

    @model_validator(mode="after")
    def _two_ports(self) -> Self:
        if self.enabled and self.device_port == self.page_port:
            raise ValueError("device_port and page_port must differ")
        return self

    @property
    def peer(self) -> str:
        """Return the device that takes turns with this one as the site's hub; empty without one."""
        return self.standby or self.standby_of


class QueueSettings(_Section):
    """What a site decides about its queue.

    Attributes:
        late_minutes: How late somebody with an appointment may come and still counts as in time.
        early_minutes: How early likewise.
        aging_minutes: After waiting this long somebody is as urgent as the next class.
    """

    observation_minutes: int = Field(default=30, ge=1, le=240)
    late_minutes: int = Field(default=30, ge=0, le=24 * 60)
    early_minutes: int = Field(default=15, ge=0, le=24 * 60)
    aging_minutes: int = Field(default=20, ge=1, le=24 * 60)
    elderly_years: int = Field(default=65, ge=1, le=150)


class BoardSettings(_Section):
    """How the boards of the hall look and sound.

    Attributes:
        languages: What calls are said in, one after the other; empty: tones alone.
        reading_metres: From where a board must be read; letters are at least that large.
        screen_inches: Diagonal of the screen, 16:9.
        next_shown: How many numbers a station shows before they are called.
    """

    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ("vi",)
    reading_metres: float = Field(default=6, gt=0, le=60)
    screen_inches: float = Field(default=55, gt=0, le=200)
    next_shown: int = Field(default=5, ge=0, le=20)


_STATION_ID = r"^[a-z][a-z0-9_]{0,31}$"
DeskName = Annotated[str, Field(min_length=1, max_length=8, pattern=r"^[0-9A-Za-z]+$")]


class StationSettings(_Section):
    """One station of the site; people pass the stations in the order of the settings."""

    id: Annotated[str, Field(pattern=_STATION_ID)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Literal["reception", "screening", "injection", "data_entry", "observation"]
    desks: Annotated[tuple[DeskName, ...], Field(min_length=1, max_length=100)] = ("1",)

    @model_validator(mode="after")
    def _desks_differ(self) -> Self:
        if len(set(self.desks)) != len(self.desks):
            raise ValueError(f"two desks of station {self.id} have one name")
        return self


class VaccineSettings(_Section):
    """A vaccine that the site gives; with ``lots`` a dose of another lot is warned about.

    Attributes:
        doses: In one vial.
        interval_days: Sooner after the dose before is warned about; None: never.
        course_doses: Doses of the usual course, more are warned about; None: never.
    """

    name: Annotated[str, Field(min_length=1, max_length=120)]
    lots: tuple[str, ...] = ()
    doses: int = Field(default=10, ge=1, le=1000)
    interval_days: int | None = Field(default=None, ge=1, le=3650)
    course_doses: int | None = Field(default=None, ge=1, le=20)


STATIONS = (
    StationSettings(id="reception", name="Đón tiếp", kind="reception", desks=("1", "2")),
    StationSettings(id="screening", name="Khám sàng lọc", kind="screening", desks=("1", "2")),
    StationSettings(id="injection", name="Tiêm", kind="injection", desks=("1", "2")),
    StationSettings(id="data_entry", name="Nhập liệu", kind="data_entry", desks=("1", "2")),
    StationSettings(id="observation", name="Theo dõi sau tiêm", kind="observation", desks=("1",)),
)


def _stations_differ(stations: tuple[StationSettings, ...]) -> tuple[StationSettings, ...]:
    if len({station.id for station in stations}) != len(stations):
        raise ValueError("two stations have one id")
    return stations


class Settings(_Section):
    """Everything that one Pi is told."""

    device: Annotated[str, AfterValidator(_device)]
    site: Annotated[str, AfterValidator(_site)]
    site_name: str
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Ho_Chi_Minh"
    ticket_prefix: Annotated[str, AfterValidator(_prefix)] = "A"
    first_stage: str = "Bàn đón tiếp"
    phone_address: Annotated[str, Field(pattern=r"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?$")] = ""
    data_directory: Path
    keys_directory: Path
    language_packs_directory: Path | None = None
    clock: ClockSettings = ClockSettings()
    broker: Broker = Broker()
    centre: Centre = Centre()
    roster: RosterSettings = RosterSettings()
    desks: DeskSettings = DeskSettings()
    camera: CameraSettings = CameraSettings()
    scanner: ScannerSettings = ScannerSettings()
    printer: PrinterSettings = PrinterSettings()
    ui: UiSettings = UiSettings()
    sound: SoundSettings = SoundSettings()
    conversation: ConversationSettings = ConversationSettings()
    records: RecordsSettings = RecordsSettings()
    certificates: CertificateSettings = CertificateSettings()
    verify: VerifySettings = VerifySettings()
    hub: HubSettings = HubSettings()
    queue: QueueSettings = QueueSettings()
    board: BoardSettings = BoardSettings()
    stations: Annotated[
        tuple[StationSettings, ...], Field(min_length=1), AfterValidator(_stations_differ)
    ] = STATIONS
    vaccines: tuple[VaccineSettings, ...] = ()


def read_settings(path: Path) -> Settings:
    """Return the settings in the file at ``path``.

    Raises:
        ConfigError: No such file, not TOML, or a setting that is unknown, missing or out of range.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; give it with --config") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        return Settings.model_validate(_absolute(data, path.resolve().parent))
    except ValidationError as error:
        raise ConfigError(f"{path}: {_in_words(error)}") from error


def show(settings: Settings) -> str:
    """Return the effective settings as text, one a line. They hold no secret, only where keys are."""
    return "\n".join(f"{name} = {value}" for name, value in _flat(settings.model_dump(mode="json")))


def _absolute(data: dict[str, Any], base: Path) -> dict[str, Any]:
    found = dict(data)
    for name in ("data_directory", "keys_directory", "language_packs_directory"):
        if isinstance(found.get(name), str):
            found[name] = base / found[name]
    camera = found.get("camera")
    if isinstance(camera, dict) and isinstance(camera.get("path"), str):
        found["camera"] = {**camera, "path": base / camera["path"]}
    return found


def _in_words(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_input=False, include_url=False)
    )


def _flat(data: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for name, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = {str(place): each for place, each in enumerate(value, start=1)}  # noqa: PLW2901
        if isinstance(value, dict):
            lines.extend(_flat(value, f"{prefix}{name}."))
        else:
            lines.append((prefix + name, "-" if value is None else str(value)))
    return lines

"""The settings of one Pi: a TOML file, read once, checked whole, never changed.

Secrets are files in ``keys_directory``; the settings hold none. Relative paths count from the file.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, json

from edge.config.device import (
    Broker,
    CameraSettings,
    Centre,
    CertificateSettings,
    ClockSettings,
    ConversationSettings,
    PrinterSettings,
    RecordsSettings,
    ScannerSettings,
    SoundSettings,
    UiSettings,
    VerifySettings,
)
from edge.config.plain import NotValidError
from edge.config.section import Section
from edge.config.site import (
    STATIONS,
    BoardSettings,
    DeskSettings,
    HubSettings,
    QueueSettings,
    RosterSettings,
    StationSettings,
    VaccineSettings,
    stations_differ,
)
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


class Settings(Section, frozen=True, kw_only=True):
    """Everything that one Pi is told."""

    device: Annotated[str, _device]
    site: Annotated[str, _site]
    site_name: str
    time_zone: Annotated[str, _zone] = "Asia/Ho_Chi_Minh"
    ticket_prefix: Annotated[str, _prefix] = "A"
    first_stage: str = "Bàn đón tiếp"
    phone_address: Annotated[str, Meta(pattern=r"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?$")] = ""
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
    stations: Annotated[tuple[StationSettings, ...], Meta(min_length=1), stations_differ] = STATIONS
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
    except ValueError as error:  # Not TOML, not UTF-8, or a number of thousands of digits.
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        return Settings.of(_absolute(data, path.resolve().parent))
    except NotValidError as error:
        raise ConfigError(f"{path}: {error}") from error


def show(settings: Settings) -> str:
    """Return the effective settings as text, one a line. They hold no secret, only where keys are."""
    data = json.decode(json.encode(settings, enc_hook=str))
    return "\n".join(f"{name} = {value}" for name, value in _flat(data))


def _absolute(data: dict[str, Any], base: Path) -> dict[str, Any]:
    found = dict(data)
    for name in ("data_directory", "keys_directory", "language_packs_directory"):
        if isinstance(found.get(name), str):
            found[name] = base / found[name]
    camera = found.get("camera")
    if isinstance(camera, dict) and isinstance(camera.get("path"), str):
        found["camera"] = {**camera, "path": base / camera["path"]}
    return found


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

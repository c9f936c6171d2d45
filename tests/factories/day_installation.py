"""What a simulated day is provisioned with: a hub, kiosks with scan engines, staff, and one listener."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from factories.day_kiosks import Engine
from factories.day_staff import LOTS, VACCINE
from factories.installations import kiosk
from factories.site_hubs import PASSWORD, member
from factories.site_networks import SiteNetwork
from factories.vaults import HEAD, HEAD_PASSWORD, QUICK

from protocol.staff import Role
from protocol.vault import decode_vault, encode_vault
from protocol.vault_keys import NewMember, with_member
from provisioning.adapters.local_processes import free_ports
from provisioning.bootstrap import open_provisioner
from provisioning.domain.installation import Camera, Hub, Installation, Printer, Scanner
from provisioning.services.provisioner import Provisioner

SITE, SITE_NAME, HUB, LISTENER = "phuoc-dinh", "Trạm Y tế Phước Dinh", "hub-0001", "listener-0001"
DEVICE_PORT, PAGE_PORT, UI_PORT = 8445, 8446, 8080
STATIONS = (
    ("reception", "Đón tiếp", Role.RECEPTION),
    ("screening", "Khám sàng lọc", Role.SCREENING),
    ("injection", "Tiêm", Role.INJECTION),
    ("data_entry", "Nhập liệu", Role.DATA_ENTRY),
    ("observation", "Theo dõi sau tiêm", Role.OBSERVATION),
)
STAFF = tuple(
    member(f"{station.replace('_', '-')}-1", role, f"Katơr Thị {station.title()}")
    for station, _, role in STATIONS
)
PEOPLE = {each.login: each.name for each in (HEAD, *STAFF)}
"""Log-in name -> name of everybody who works here."""
_HUB_SETTINGS = """
[queue]
training_observation_minutes = 1

[[vaccines]]
name = "{vaccine}"
lots = {lots}
doses = 10
"""
_STATION = """
[[stations]]
id = "{id}"
name = "{name}"
kind = "{id}"
desks = {desks}
"""
_KIOSK_SETTINGS = """
[conversation]
confirm_seconds = 0

[sound]
output = "off"
"""


class Planned(Protocol):
    """The site that is to be made."""

    directory: Path
    network: SiteNetwork
    kiosks: list[str]
    engines: Mapping[str, Engine]
    desks: Mapping[str, list[str]]
    broker_port: int
    centre_port: int
    bulk_port: int

    def folder(self, device: str) -> Path: ...


def install(site: Planned) -> None:
    """Make authority, keys and settings of everything."""
    made = open_provisioner(site.directory)
    made.init(
        Installation(
            broker_hosts=(site.network.here, "localhost"),
            broker_port=site.broker_port,
            broker_bind=site.network.here,
            api_port=site.centre_port,
            bulk_bind=site.network.here,
            bulk_port=site.bulk_port,
            platform_url=f"http://127.0.0.1:{free_ports(1)[0]}/fhir",
        )
    )
    made.add_site(SITE, SITE_NAME, head=HEAD)
    _hire(site.directory / "sites" / SITE)
    _issue(made, site)
    _set_up(site)


def _hire(folder: Path) -> None:
    """Put everybody into the vault, with passwords that cost a test nothing."""
    key = (folder / "vault.key").read_bytes()
    vault = decode_vault((folder / "vault.json").read_bytes()).vault
    for each in (NewMember(HEAD.login, HEAD.role, HEAD.name, HEAD_PASSWORD), *STAFF):
        vault = with_member(vault, key, each, os.urandom, kdf=QUICK)
    (folder / "vault.json").write_bytes(encode_vault(vault, key))


def _issue(made: Provisioner, site: Planned) -> None:
    at = site.network.address
    pages = {"camera": Camera(driver="none"), "ui_port": UI_PORT}
    hub = Hub(addresses=(at[HUB],), device_port=DEVICE_PORT, page_port=PAGE_PORT)
    none = Printer(driver="none")
    made.issue_device(kiosk(HUB, **pages, ui_host=at[HUB], hub=hub, prefix="H", printer=none))
    for device in site.kiosks:
        scanner = Scanner(driver="serial", device=site.engines[device].device)
        # Takes every slip, as a printer that cannot speak does.
        printer = Printer(driver="file", device="/dev/null")
        made.issue_device(
            kiosk(device, **pages, ui_host=at[device], scanner=scanner, printer=printer)
        )
    made.issue_device(kiosk(LISTENER, printer=none))


def _set_up(site: Planned) -> None:
    """Say what a site decides by itself."""
    stations = "".join(
        _STATION.format(id=station, name=name, desks=_toml(site.desks[station]))
        for station, name, _ in STATIONS
    )
    hub = _HUB_SETTINGS.format(vaccine=VACCINE, lots=_toml(LOTS)) + stations
    for device in (HUB, *site.kiosks):
        with (site.folder(device) / "edge.toml").open("a", encoding="utf-8") as file:
            file.write(hub if device == HUB else _KIOSK_SETTINGS)
    with (site.directory / "broker" / "acl").open("a") as rules:
        rules.write(f"\nuser {LISTENER}\ntopic read #\n")


def password_of(login: str) -> str:
    return HEAD_PASSWORD if login == HEAD.login else PASSWORD


def _toml(texts: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"

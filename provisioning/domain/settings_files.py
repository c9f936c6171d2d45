"""The settings files that the parts read: ``central.toml``, ``edge.toml``, and provisioning's own."""

import re
from dataclasses import asdict

from provisioning.domain import toml
from provisioning.domain.installation import Camera, Hub, Installation, Kiosk, Site

_MADE = "Made by tram-provision; every setting is explained in docs/operations.md."


def tram_toml(installation: Installation) -> str:
    """Return what later commands must know of the installation."""
    return toml.render(
        f"{_MADE}\nThe settings of this installation, as init was given them.", asdict(installation)
    )


_BACKUPS = "/var/backups/tram-centre"


def central_toml(installation: Installation) -> str:
    """Return the settings of the centre; the broker runs beside it or under its first name."""
    default = "/var/lib/tram-centre" if installation.installed_at else "data"
    settings = toml.render(
        _MADE,
        {
            "database_url": installation.database_url,
            "data_directory": installation.centre_data or default,
            "keys_directory": ".",
        },
        {
            "broker": {"host": installation.broker_hosts[0], "port": installation.broker_port},
            "platform": {"url": installation.platform_url},
            "api": {"host": installation.api_host, "port": installation.api_port},
            "bulk": {"host": installation.bulk_bind, "port": installation.bulk_port},
            "certificates": _lists(installation.lists_url),
            "backup": {"directory": _BACKUPS if installation.installed_at else None},
        },
    )
    return f"{settings}\n{installation.more}" if installation.more else settings


def _lists(url: str | None) -> toml.Table:
    if url is None:
        return {}
    return {"trust_url": f"{url}/signers", "revocations_url": f"{url}/revocations"}


def site_toml(site: Site) -> str:
    """Return what is known of a site."""
    return toml.render(
        _MADE,
        {"site": site.site, "name": site.name, "time_zone": site.time_zone},
        {
            "prefixes": site.prefixes,
            "hub": {} if site.hub is None else {"device": site.hub_device, **asdict(site.hub)},
            "standby": {}
            if site.standby is None
            else {"device": site.standby_device, **asdict(site.standby)},
            "command": {"serial": site.hub_serial or None},
        },
    )


def with_hub(edge_toml: str, device: str, site: Site) -> str:
    """Return the settings of a device that was issued before its site had this hub and standby.

    What somebody wrote there besides stays.
    """
    begun = _HUB_TABLE.search(edge_toml)
    before = begun.group().rstrip("\n") if begun else "[hub]"
    rest = edge_toml.replace(begun.group(), "") if begun else edge_toml
    lines = [line for line in before.splitlines() if _name(line) not in _WRITTEN]
    table = toml.render("", {}, {"hub": _hub_of(device, site)})
    lines[1:1] = table[table.index("[hub]") :].splitlines()[1:]
    return rest.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"


_HUB_TABLE = re.compile(r"^\[hub\]\n.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_WRITTEN = frozenset(
    {"enabled", "addresses", "other_addresses", "standby", "standby_of"}
    | {"device_port", "page_port", "bind"}
)


def _name(line: str) -> str:
    return line.partition("=")[0].strip()


def _hub_of(device: str, site: Site) -> toml.Table:
    """Return what a device of a site is told of the site's hub and of the one that stands by."""
    hub, standby = site.hub, site.standby
    if hub is None:
        return {}
    if device == site.hub_device:
        other = {} if standby is None else _other(site.standby_device, standby, "standby")
        return {"enabled": True, **asdict(hub), **other}
    if standby is not None and device == site.standby_device:
        return {"enabled": True, **asdict(standby), **_other(site.hub_device, hub, "standby_of")}
    more = () if standby is None else _with_port(standby, hub.device_port)
    addresses = tuple(dict.fromkeys((*hub.addresses, *more)))
    return {"addresses": addresses, "device_port": hub.device_port, "page_port": hub.page_port}


def _other(device: str, other: Hub, name: str) -> toml.Table:
    return {name: device, "other_addresses": _with_port(other, None)}


def _with_port(hub: Hub, usual: int | None) -> tuple[str, ...]:
    """Return a hub's addresses with its port, where that is another than the usual one."""
    if hub.device_port == usual:
        return hub.addresses
    return tuple(
        f"[{each}]:{hub.device_port}" if ":" in each else f"{each}:{hub.device_port}"
        for each in hub.addresses
    )


def edge_toml(kiosk: Kiosk, site: Site, prefix: str, installation: Installation) -> str:
    """Return the settings of one kiosk."""
    default = "/var/lib/tram-edge" if installation.installed_at else "data"
    settings = toml.render(
        _MADE,
        {
            "device": kiosk.device,
            "site": site.site,
            "site_name": site.name,
            "time_zone": site.time_zone,
            "ticket_prefix": prefix,
            "first_stage": kiosk.first_stage,
            "phone_address": kiosk.phone_address,
            "data_directory": kiosk.data_directory or default,
            "keys_directory": ".",
        },
        {
            "broker": {
                "host": kiosk.broker_host or installation.broker_hosts[0],
                "port": kiosk.broker_port or installation.broker_port,
            },
            "centre": {
                "host": kiosk.centre_host or installation.bulk_hosts[0],
                "port": kiosk.centre_port or installation.bulk_port,
            },
            "camera": asdict(kiosk.camera),
            "scanner": asdict(kiosk.scanner) if kiosk.scanner.device else {},
            "printer": asdict(kiosk.printer),
            "ui": {
                "host": kiosk.ui_host,
                "port": kiosk.ui_port,
                "virtual_printer": kiosk.virtual_printer,
            },
            "records": {"driver": kiosk.records or _records_beside(kiosk.camera)},
            "hub": _hub_of(kiosk.device, site),
        },
    )
    return f"{settings}\n{kiosk.more}" if kiosk.more else settings


def _records_beside(camera: Camera) -> str | None:
    # Invented people's certificates go with an invented camera, never with a real one.
    return "simulated" if camera.driver == "simulated" else None

"""The settings files that the parts read: ``central.toml``, ``edge.toml``, and provisioning's own."""

from dataclasses import asdict

from provisioning.domain import toml
from provisioning.domain.installation import Hub, Installation, Kiosk, Site

_MADE = "Made by tram-provision; every setting is explained in docs/operations.md."


def tram_toml(installation: Installation) -> str:
    """Return what later commands must know of the installation."""
    return toml.render(
        f"{_MADE}\nThe settings of this installation, as init was given them.", asdict(installation)
    )


def central_toml(installation: Installation) -> str:
    """Return the settings of the centre; the broker runs beside it or under its first name."""
    default = "/var/lib/tram-centre" if installation.installed_at else "data"
    return toml.render(
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
        },
    )


def site_toml(site: Site) -> str:
    """Return what is known of a site."""
    return toml.render(
        _MADE,
        {"site": site.site, "name": site.name, "time_zone": site.time_zone},
        {
            "prefixes": site.prefixes,
            "hub": {} if site.hub is None else {"device": site.hub_device, **asdict(site.hub)},
        },
    )


def with_hub(edge_toml: str, hub: Hub) -> str:
    """Return the settings of a kiosk that was issued before its site had a hub."""
    table = toml.render("", {}, {"hub": _hub_of_others(hub)})
    return edge_toml.rstrip("\n") + "\n\n" + table[table.index("[hub]") :]


def _hub_of_others(hub: Hub) -> toml.Table:
    return {"addresses": hub.addresses, "device_port": hub.device_port, "page_port": hub.page_port}


def _hub(kiosk: Kiosk, site: Site) -> toml.Table:
    if kiosk.hub is not None:
        return {"enabled": True, **asdict(kiosk.hub)}
    return {} if site.hub is None else _hub_of_others(site.hub)


def edge_toml(kiosk: Kiosk, site: Site, prefix: str, installation: Installation) -> str:
    """Return the settings of one kiosk."""
    default = "/var/lib/tram-edge" if installation.installed_at else "data"
    return toml.render(
        _MADE,
        {
            "device": kiosk.device,
            "site": site.site,
            "site_name": site.name,
            "time_zone": site.time_zone,
            "ticket_prefix": prefix,
            "first_stage": kiosk.first_stage,
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
            # Invented people's certificates go with an invented camera, never with a real one.
            "records": {"driver": "simulated" if kiosk.camera.driver == "simulated" else None},
            "hub": _hub(kiosk, site),
        },
    )

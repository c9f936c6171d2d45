"""What the demo tells: its addresses, who may log in where, and what the browser will warn of."""

from collections.abc import Mapping

from protocol.staff import Role
from provisioning.domain.local_people import LEADERS, STAFF
from provisioning.domain.local_pis import OBSERVATION_MINUTES
from provisioning.domain.local_site import LocalPorts, hub_url, url

_AT_THE_SITE = {
    Role.HEAD: "head of the site; every desk, the quickest way round",
    Role.RECEPTION: "reception: đón tiếp",
    Role.SCREENING: "screening: khám sàng lọc",
    Role.INJECTION: "injection: tiêm",
    Role.DATA_ENTRY: "data entry: nhập liệu",
    Role.OBSERVATION: "observation: theo dõi sau tiêm",
}
_AT_THE_CENTRE = {
    "province": "province: all sites",
    "commune": "commune: this site",
    "site": "head of the site: the day's signature",
    "police": "police: verification rounds",
    "it": "IT: machines, accounts, audit; no person",
}


def ready(ports: LocalPorts, passwords: Mapping[str, str], directory: str, fingerprint: str) -> str:
    """Return all that somebody must know who has just started it.

    Args:
        passwords: By log-in name.
        fingerprint: SHA-256 of the hub's certificate, as a browser shows it.
    """
    return "\n".join(
        [
            "",
            "Ready. Everybody in it is invented, and nothing leaves this machine.",
            "",
            *_addresses(ports),
            "",
            "The desks speak https under an authority that this demo made for itself, so the browser warns:",
            'choose "Advanced", then "Proceed to 127.0.0.1" (Firefox: "Accept the Risk"). Import nothing.',
            f"SHA-256 of the certificate: {fingerprint}",
            "",
            "The day is open. Of two invented days before it the first is signed on paper, the second waits for it.",
            "",
            "Log in at the desks as",
            *(_row(login, passwords[login], _AT_THE_SITE[role]) for login, role, _ in STAFF),
            "Log in at the centre as",
            *(_row(login, passwords[login], _AT_THE_CENTRE[role]) for login, role, *_ in LEADERS),
            "",
            "One browser holds one log-in at a time: a private window holds a second one.",
            f"Observation takes {OBSERVATION_MINUTES} minutes here, not 30.",
            f"Log-ins stay as they are and stand in {directory}/log-ins.json. Ctrl-C ends everything; the",
            "next start finds its data; make demo-reset throws them away.",
        ]
    )


def addresses(ports: LocalPorts) -> list[tuple[str, str, str]]:
    """Return name, address and purpose of every page, in the order in which to open them."""
    return [
        ("kiosk", url(ports.kiosk, "/simulator"), "begin here: hold up a sample card"),
        ("kiosk's screen", url(ports.kiosk), "the same, alone, as people see it"),
        ("printed slips", url(ports.printer_page), "below a slip: its page for phones"),
        ("desks", hub_url(ports), "call, screen, inject, enter, observe; today's figures"),
        ("board for a TV", hub_url(ports, "/board"), "after a log-in at the desks"),
        ("centre", url(ports.centre), "figures, worklists, verification, sign-off"),
        ("Platform", url(ports.platform), "sandbox of the national one: faults, certificates"),
    ]


def _addresses(ports: LocalPorts) -> list[str]:
    return [f"  {name:<16}{address:<34}{what}" for name, address, what in addresses(ports)]


def _row(login: str, password: str, role: str) -> str:
    return f"  {login:<14}{password:<18}{role}"

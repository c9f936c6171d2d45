"""Tells systemd that the kiosk is ready and alive; silent where no systemd listens.

Source: sd_notify(3), "Description"; sd_watchdog_enabled(3).
"""

import os
import socket
from contextlib import suppress


def notify(state: str) -> None:
    """Send ``state``, such as ``READY=1`` or ``WATCHDOG=1``, to the socket that systemd named."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # "@" stands for the first byte of an abstract address.
    path = "\0" + address[1:] if address.startswith("@") else address
    # A lost word is said again at the next tick; it must never stop the kiosk.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
        to_systemd.connect(path)
        to_systemd.send(state.encode())

"""The hub's pages as they are served: by https, with a certificate of an authority made here."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
from factories import doors
from starlette.routing import BaseRoute

from edge.ui.site.app import Link, build_site_app, site_routes
from edge.ui.site.entry import Entry
from edge.ui.site.pages import SitePages
from edge.ui.site.server import SiteServer, certificate_hosts
from provisioning.adapters.authority_x509 import X509Authority
from provisioning.adapters.clock import SystemClock
from provisioning.domain import certificates


def write_hub_certificate(folder: Path, *hosts: str) -> None:
    """Put ``ca.crt hub.crt hub.key`` into ``folder``."""
    maker, now = X509Authority(), SystemClock().now()
    root, key = maker.new_key(), maker.new_key()
    ca = maker.self_signed(root, "Test root", certificates.ROOT, now)
    asked = maker.request(key, "phuoc-dinh-hub.local")
    hub = maker.issue(asked, certificates.SERVER, hosts, (ca, root), now)
    for name, content in (("ca.crt", ca), ("hub.crt", hub), ("hub.key", key)):
        (folder / name).write_bytes(content)


def site_app(
    hub: doors.Hub, folder: Path, more: Sequence[BaseRoute] = (), links: Sequence[Link] = ()
):
    """The application over a hub's door; ``more`` are routes of desks."""
    entry = Entry(hub.door, SitePages(site_name="Trạm Y tế Phước Dinh", device="kiosk-0001"))
    routes = site_routes(entry, hub.staff, hub.clock.entropy, session_seconds=43_200, links=links)
    return build_site_app([*routes, *more], hosts=certificate_hosts(folder))


@contextlib.asynccontextmanager
async def served(
    hub: doors.Hub, folder: Path, more: Sequence[BaseRoute] = ()
) -> AsyncIterator[str]:
    """Serve the pages on a free port of loopback; gives their address."""
    await hub.door.open()
    if not (folder / "hub.crt").exists():
        write_hub_certificate(folder, "127.0.0.1", "localhost", "phuoc-dinh-hub.local")
    server = SiteServer(site_app(hub, folder, more), folder)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve([listening]))
            await server.answers.wait()
            yield f"https://127.0.0.1:{listening.getsockname()[1]}"
            server.stop()


def browser(folder: Path, url: str) -> httpx.AsyncClient:
    """A client that trusts the authority, keeps cookies and says where it comes from."""
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    return httpx.AsyncClient(verify=context, base_url=url, headers={"origin": url}, timeout=60)

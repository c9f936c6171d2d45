"""The hub's pages put together: who may come in, and what desks and boards show."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from edge.adapters.sessions_sqlite import SqliteSessions
from edge.adapters.vault_file import FileVault
from edge.bootstrap.boards import Boards, build_boards
from edge.bootstrap.core import Core
from edge.bootstrap.desks import AtDesks, build_desks
from edge.bootstrap.entrance import build_entrance
from edge.bootstrap.hub import SiteHub
from edge.ports import SessionsError, SessionStore
from edge.services.day_end import DayEnd
from edge.services.desk_certificates import DeskCertificates
from edge.services.door import Door
from edge.services.vault import VaultKeeper
from edge.ui.site.app import build_site_app, site_routes
from edge.ui.site.server import SiteServer, certificate_hosts

log = structlog.get_logger("bootstrap")


@dataclass(frozen=True)
class HubPages:
    """What serves browsers at the hub."""

    door: Door
    day_end: DayEnd
    server: SiteServer
    boards: Boards
    certificates: DeskCertificates


def open_sessions(core: Core) -> SqliteSessions:
    """Return who is logged in; where it cannot be stored, everybody logs in again after a restart."""
    try:
        return SqliteSessions(core.settings.data_directory / "sessions.db")
    except SessionsError as error:
        log.error("sessions_unusable", problem=str(error))  # noqa: TRY400 - in words
        return SqliteSessions(None)


def build_hub_pages(
    core: Core,
    hub: SiteHub,
    sessions: SessionStore,
    at_desks: AtDesks,
    written: Callable[[], None],
) -> HubPages:
    """Return the hub's pages; nothing runs yet.

    Args:
        at_desks: What desks use of the kiosk's parts.
        written: Called in a thread after each write to the journal.

    Raises:
        KeysError: The hub's certificate is missing or unusable.
    """
    settings = core.settings
    keeper = VaultKeeper(
        FileVault(settings.data_directory, settings.keys_directory), hub.keys, settings.site
    )
    way_in = build_entrance(core, keeper, sessions, at_desks.journal, written)
    entry = way_in.entry
    desks = build_desks(core, hub, entry, at_desks, lambda: keeper.names)
    boards = build_boards(core, hub, entry)
    routes = site_routes(
        entry,
        way_in.staff,
        core.clock.entropy,
        session_seconds=way_in.session_seconds,
        links=desks.links,
    )
    phones = urlsplit(settings.phone_address).hostname
    hosts = [*certificate_hosts(settings.keys_directory), *([phones] if phones else [])]
    app = build_site_app([*routes, *desks.routes, *boards.routes], hosts=hosts)
    server = SiteServer(app, settings.keys_directory)
    return HubPages(way_in.door, way_in.day_end, server, boards, desks.certificates)

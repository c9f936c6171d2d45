"""What is opened for a site with a hub before anything runs."""

import socket
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.bootstrap.core import Core
from edge.bootstrap.leading import role_of
from edge.bootstrap.shelf import open_pages
from edge.domain.leading import Role
from edge.ports import PageStore, Replica, SessionStore
from edge.ui.server import listen

if TYPE_CHECKING:
    from edge.adapters.site_store_sqlite import SqliteSiteStore

EXIT_BEGIN_ANEW = 86
"""This device became hub or standby: the program begins anew, with nothing left in its memory."""


@dataclass(frozen=True)
class SiteListeners:
    """What a hub opens before anything runs: a taken address is known at once."""

    devices: socket.socket
    pages: socket.socket
    sessions: SessionStore
    replica: Replica | None
    kept: PageStore
    role: Role

    def code_at_end(self, core: Core, code: int) -> int:
        """Return the exit code of a program that nobody asked to stop."""
        now = role_of(core.settings, core.leading)
        return code if now is self.role else EXIT_BEGIN_ANEW


def open_site(core: Core, open_now: ExitStack) -> SiteListeners:
    """Return the listeners and stores of this hub or standby; ``open_now`` closes them.

    Raises:
        AddressTaken: Another program has an address, or it is not this machine's.
        JournalError: The folder cannot be used.
    """
    from edge.bootstrap.hub_pages import open_sessions
    from edge.ui.lan import server as devices
    from edge.ui.site import server as pages

    how, sessions = core.settings.hub, open_sessions(core)
    open_now.callback(sessions.close)
    kept = open_pages(core.settings.data_directory)
    open_now.callback(kept.close)
    replica = None
    if how.peer and core.leading is not None:
        from edge.adapters.replica_sqlite import SqliteReplica
        from edge.bootstrap.turns import ask_first

        replica = SqliteReplica(core.settings.data_directory / "replica.db")
        open_now.callback(replica.close)
        ask_first(core.settings, core.clock, core.leading)
    return SiteListeners(
        open_now.enter_context(listen(how.bind, how.device_port, devices.crowd())),
        open_now.enter_context(listen(how.bind, how.page_port, pages.crowd())),
        sessions,
        replica,
        kept,
        role_of(core.settings, core.leading),
    )


def open_store(core: Core) -> "SqliteSiteStore | None":
    """Return what hub and kiosk must not forget, or None where there is no hub.

    Raises:
        JournalError: The folder cannot be used.
    """
    if not (core.settings.hub.enabled or core.settings.hub.addresses):
        return None
    from edge.adapters.site_store_sqlite import SqliteSiteStore

    return SqliteSiteStore(core.settings.data_directory / "site.db")

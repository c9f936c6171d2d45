"""The standby, put together: it listens to the hub, and lets the head of the site make it the hub."""

from collections.abc import Callable
from dataclasses import dataclass

from edge.adapters.keys_file import site_seal_key
from edge.adapters.registry_file import FileRegistry
from edge.adapters.vault_file import FileVault
from edge.bootstrap.core import Core
from edge.bootstrap.entrance import build_entrance
from edge.bootstrap.shelf import build_keeping
from edge.bootstrap.turns import Pair, build_pair
from edge.domain.vault import SiteKeys
from edge.ports import Journal, KeysError, PageStore, Replica, SessionStore
from edge.services.day_end import DayEnd
from edge.services.door import Door
from edge.services.keeping import Keeping
from edge.services.listening import Listening
from edge.services.vault import VaultKeeper
from edge.ui.lan.server import LanServer
from edge.ui.lan.turns import build_standby_app
from edge.ui.site.app import build_site_app
from edge.ui.site.server import SiteServer, certificate_hosts
from edge.ui.site.standby import standby_routes


@dataclass(frozen=True)
class Standby:
    """What a standby is beside its kiosk."""

    pair: Pair
    listening: Listening
    door: Door
    day_end: DayEnd
    devices: LanServer
    pages: SiteServer
    keeping: Keeping


def build_standby(
    core: Core,
    journal: Journal,
    sessions: SessionStore,
    replica: Replica,
    written: Callable[[], None],
    pages: PageStore,
) -> Standby:
    """Return the standby of this Pi; nothing runs yet.

    Args:
        pages: Where it keeps what the centre sends, for the day on which it becomes the hub.

    Raises:
        KeysError: Its certificate, the registry, the site's key or the way to the hub is missing.
    """
    settings, clock, leading = core.settings, core.clock, core.leading
    vault = FileVault(settings.data_directory, settings.keys_directory)
    keys = SiteKeys(settings.site, site_seal_key(settings.keys_directory))
    keeper = VaultKeeper(vault, keys, settings.site)
    pair = None
    if leading is not None:
        pair = build_pair(
            settings, clock, leading, journal, replica, vault, core.stop.set, keeper.load
        )
    if leading is None or pair is None or pair.listening is None:
        raise KeysError("a standby needs registry.crt and [hub] other_addresses; issue it again")
    way_in = build_entrance(core, keeper, sessions, journal, written)
    listening = pair.listening
    routes = standby_routes(
        way_in.entry,
        way_in.staff,
        leading,
        behind=lambda: listening.behind,
        hub=settings.hub.peer,
        heard=pair.watch.hear,
        session_seconds=way_in.session_seconds,
    )
    return Standby(
        pair,
        listening,
        way_in.door,
        way_in.day_end,
        LanServer(
            build_standby_app(
                registry=FileRegistry(settings.keys_directory), site=settings.site, turns=pair.turns
            ),
            settings.keys_directory,
        ),
        SiteServer(
            build_site_app(routes, hosts=certificate_hosts(settings.keys_directory)),
            settings.keys_directory,
        ),
        build_keeping(core, keys, pages),
    )

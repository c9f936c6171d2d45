"""The site's hub, put together: what it is where this Pi is the hub, and how a kiosk reaches it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_address

from edge.adapters.hub_own import OwnHub
from edge.adapters.keys_file import site_seal_key
from edge.adapters.site_store_sqlite import SqliteSiteStore
from edge.bootstrap.core import Core
from edge.config import Settings
from edge.domain import lan
from edge.domain.facts import Fact
from edge.domain.lan import HubState
from edge.domain.queue.policy import Policy, Vaccine
from edge.domain.queue.stations import Station
from edge.domain.queue.waiting_time import wait_of_newcomer
from edge.domain.vault import SiteKeys
from edge.ports import Hub, HubHints, Journal, Registry, SiteStore
from edge.services.claims import Ledger
from edge.services.hub_client import HubClient, HubTiming
from edge.services.naming import Naming
from edge.services.numbers import Numbers
from edge.services.site_queue import SiteQueue
from edge.ui.lan.app import build_lan_app
from edge.ui.lan.server import LanServer

LOOPBACK = "127."


@dataclass(frozen=True)
class SiteHub:
    """What a hub is beside its pages."""

    keys: SiteKeys
    queue: SiteQueue
    ledger: Ledger
    naming: Naming
    devices: LanServer
    registry: Registry


def open_store(core: Core) -> SqliteSiteStore | None:
    """Return what hub and kiosk must not forget, or None where there is no hub.

    Raises:
        JournalError: The folder cannot be used.
    """
    if not (core.settings.hub.enabled or core.settings.hub.addresses):
        return None
    return SqliteSiteStore(core.settings.data_directory / "site.db")


def build_hub(
    core: Core,
    journal: Journal,
    store: SiteStore,
    numbers: Numbers,
    written: Callable[[], None],
) -> SiteHub:
    """Return the hub of this Pi, locked; nothing runs yet.

    Args:
        written: Called in a thread after each write of the queue.

    Raises:
        KeysError: The hub's certificate, the registry or the site's key is missing.
    """
    from edge.adapters.registry_file import FileRegistry

    settings, clock, zone = core.settings, core.clock, core.zone
    keys = SiteKeys(settings.site, site_seal_key(settings.keys_directory))
    policy = _policy(settings)
    queue = SiteQueue(
        journal=journal,
        clock=clock,
        zone=zone,
        numbers=numbers,
        policy=policy,
        written=written,
    )

    def estimate() -> tuple[int, int] | None:
        return wait_of_newcomer(queue.state, policy.stations[0].id, queue.now_ms())

    ledger = Ledger(
        queue=queue,
        keys=keys,
        store=store,
        clock=clock,
        zone=zone,
        hub=HubState(device=core.keys.device, site=settings.site, epoch=journal.position().epoch),
        estimate=estimate,
    )
    registry = FileRegistry(settings.keys_directory)
    return SiteHub(
        keys,
        queue,
        ledger,
        Naming(journal=journal, keys=keys, queue=queue, clock=clock, zone=zone),
        LanServer(
            build_lan_app(ledger=ledger, registry=registry, site=settings.site),
            settings.keys_directory,
        ),
        registry,
    )


def build_hub_client(
    core: Core,
    journal: Journal,
    store: SiteStore | None,
    tell: Callable[[Fact], Awaitable[None]],
    own: SiteHub | None,
) -> HubClient | None:
    """Return this kiosk's side of the hub, or None where the site has none."""
    if store is None:
        return None

    def take_day_key(day_key: bytes) -> None:
        core.keys.take_day_key(day_key)
        if core.roster is not None:
            core.roster.rekey()

    def on_reached(reached: bool) -> None:  # noqa: FBT001 - the service's own word
        core.display.tell(replace(core.display.shown.bar, hub_reached=reached))

    return HubClient(
        hub=OwnHub(own.ledger) if own is not None else _other(core),
        journal=journal if own is None else None,
        store=store,
        clock=core.clock,
        take_day_key=take_day_key,
        tell=tell,
        on_reached=on_reached,
        timing=HubTiming(answer_seconds=core.settings.hub.answer_ms / 1000),
    )


def _other(core: Core) -> Hub:
    from edge.adapters.hub_https import HttpsHub

    how = core.settings.hub

    def listen() -> HubHints:
        from edge.adapters.hub_mdns import MdnsHints

        return MdnsHints(core.settings.site)

    return HttpsHub(
        [lan.address(each, how.device_port) for each in how.addresses],
        core.settings.keys_directory,
        site=core.settings.site,
        listen=listen,
        trust_clock=core.clock.clock_ok,
        claim_seconds=how.answer_ms / 1000,
    )


async def announce(settings: Settings) -> None:
    """Make this hub known on the site's network until cancelled, unless only this machine sees it."""
    from edge.adapters.hub_mdns import MdnsAnnouncement

    how = settings.hub
    hosts = [lan.address(each, how.device_port)[0] for each in how.addresses]
    addresses = [each for each in hosts if is_ipv4(each) and not each.startswith(LOOPBACK)]
    if not addresses:
        return
    said = await asyncio.to_thread(MdnsAnnouncement, settings.site, how.device_port, addresses)
    try:
        await asyncio.Event().wait()
    finally:
        said.close()


def is_ipv4(host: str) -> bool:
    """Return whether ``host`` is an IPv4 address and no name."""
    try:
        return isinstance(ip_address(host), IPv4Address)
    except ValueError:
        return False


def _policy(settings: Settings) -> Policy:
    how = settings.queue
    return Policy(
        stations=tuple(
            Station(each.id, each.name, each.kind, each.desks) for each in settings.stations
        ),
        observation_minutes=how.observation_minutes,
        early_minutes=how.early_minutes,
        late_minutes=how.late_minutes,
        vaccines=tuple(Vaccine(each.name, each.lots) for each in settings.vaccines),
    )

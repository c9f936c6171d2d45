"""The site's hub, put together: what it is where this Pi is the hub, and how a kiosk reaches it."""

from collections.abc import Callable
from dataclasses import dataclass

from edge.adapters.keys_file import site_seal_key
from edge.bootstrap.core import Core
from edge.config import Settings
from edge.domain.lan import HubState
from edge.domain.queue.policy import Policy, Vaccine
from edge.domain.queue.stations import Station
from edge.domain.queue.waiting_time import wait_of_newcomer
from edge.domain.vault import SiteKeys
from edge.ports import Journal, Registry, SiteStore
from edge.services.claims import Ledger
from edge.services.naming import Naming
from edge.services.numbers import Numbers
from edge.services.site_queue import SiteQueue
from edge.ui.lan.app import build_lan_app
from edge.ui.lan.server import LanServer


@dataclass(frozen=True)
class SiteHub:
    """What a hub is beside its pages."""

    keys: SiteKeys
    queue: SiteQueue
    ledger: Ledger
    naming: Naming
    devices: LanServer
    registry: Registry


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


def _policy(settings: Settings) -> Policy:
    how = settings.queue
    return Policy(
        stations=tuple(
            Station(each.id, each.name, each.kind, each.desks) for each in settings.stations
        ),
        observation_minutes=how.observation_minutes,
        early_minutes=how.early_minutes,
        late_minutes=how.late_minutes,
        vaccines=tuple(
            Vaccine(each.name, each.lots, each.interval_days, each.course_doses, each.doses)
            for each in settings.vaccines
        ),
    )

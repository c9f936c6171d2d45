"""The site's hub, put together: what it is where this Pi is the hub, and how a kiosk reaches it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from edge.adapters.keys_file import site_seal_key
from edge.bootstrap.core import Core
from edge.bootstrap.shelf import build_hub_shelf
from edge.bootstrap.turns import Pair, build_pair
from edge.config.settings import Settings
from edge.domain.lan import HubState
from edge.domain.queue.policy import HEAD_START_MINUTES, Policy, Vaccine
from edge.domain.queue.stations import Station
from edge.domain.queue.waiting_time import wait_of_newcomer
from edge.domain.vault import SiteKeys
from edge.ports import Journal, JournalReader, PageStore, Registry, Replica, SiteStore
from edge.services.claims import Ledger
from edge.services.hub_shelf import HandOn, HubShelf
from edge.services.left_behind import FormerHub
from edge.services.lineage import Lineage, WithCopies
from edge.services.naming import Naming
from edge.services.numbers import Numbers
from edge.services.recording import new_id
from edge.services.site_queue import SiteQueue
from edge.ui.lan.app import build_lan_app
from edge.ui.lan.server import LanServer

_OF_PEOPLE = b'"checked_in"', b'"certificate_seen"', b'"complaint_opened"'


@dataclass(frozen=True)
class SiteHub:
    """What a hub is beside its pages."""

    keys: SiteKeys
    queue: SiteQueue
    ledger: Ledger
    naming: Naming
    devices: LanServer
    registry: Registry
    history: JournalReader
    pair: Pair | None
    former: FormerHub
    begin: Callable[[], Awaitable[None]]
    shelf: HubShelf


def build_hub(
    core: Core,
    journal: Journal,
    store: SiteStore,
    numbers: Numbers,
    written: Callable[[], None],
    replica: Replica | None,
    pages: PageStore,
    lists: HandOn,
) -> SiteHub:
    """Return the hub of this Pi, locked; nothing runs yet.

    Args:
        written: Called in a thread after each write of the queue.
        replica: Copies of the journals of a hub before this one.
        pages: Where it keeps what the centre sends.
        lists: Hands on the lists for certificates that this Pi has.

    Raises:
        KeysError: The hub's certificate, the registry or the site's key is missing.
    """
    from edge.adapters.registry_file import FileRegistry

    settings, clock, zone = core.settings, core.clock, core.zone
    keys = SiteKeys(settings.site, site_seal_key(settings.keys_directory))
    policy = _policy(settings)
    lineage = Lineage(journal, replica, settings.device, first=not settings.hub.standby_of)
    history = WithCopies(journal, replica)

    def grown() -> None:
        former.refresh()

    pair = None if replica is None else _pair(core, journal, replica, grown)
    queue = SiteQueue(
        journal=journal,
        clock=clock,
        zone=zone,
        numbers=numbers,
        policy=policy,
        written=written,
        lineage=lineage,
        confirmed=pair.replicating.confirmed if pair is not None else None,
    )

    former = FormerHub(lineage, queue)

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
    shelf = build_hub_shelf(core, keys, store, history, pages, lists)

    async def begin() -> None:
        await _begin(core, lineage, queue, ledger)
        await asyncio.to_thread(former.refresh)

    return SiteHub(
        keys,
        queue,
        ledger,
        Naming(journal=history, keys=keys, queue=queue, clock=clock, zone=zone),
        LanServer(
            build_lan_app(
                ledger=ledger,
                registry=registry,
                site=settings.site,
                turns=pair.turns if pair is not None else None,
                shelf=shelf,
            ),
            settings.keys_directory,
        ),
        registry,
        history,
        pair,
        former,
        begin,
        shelf,
    )


def _pair(core: Core, journal: Journal, replica: Replica, grown: Callable[[], None]) -> Pair | None:
    from edge.adapters.vault_file import FileVault

    settings = core.settings
    if core.leading is None:
        return None
    vault = FileVault(settings.data_directory, settings.keys_directory)
    return build_pair(
        settings, core.clock, core.leading, journal, replica, vault, core.stop.set, grown=grown
    )


async def _begin(core: Core, lineage: Lineage, queue: SiteQueue, ledger: Ledger) -> None:
    """Rebuild the queue; where a command made this Pi the hub, from the former hub's journal first.

    Raises:
        JournalError: The journal cannot be read or written.
    """
    serial = core.leading.now.serial if core.leading is not None else 0
    if serial:
        await asyncio.to_thread(lineage.promote, serial, new_id(core.clock))
    await queue.start()
    if serial:
        await ledger.take_past(
            await asyncio.to_thread(
                lambda: [
                    each.data
                    for each in lineage.own_past()
                    if any(kind in each.data for kind in _OF_PEOPLE)
                ]
            )
        )


def _policy(settings: Settings) -> Policy:
    how = settings.queue
    return Policy(
        stations=tuple(
            Station(each.id, each.name, each.kind, each.desks) for each in settings.stations
        ),
        head_start_minutes={
            **HEAD_START_MINUTES,
            **{str(name): least for name, least in how.head_start_minutes.items()},
        },
        passed_over_most=how.passed_over_most,
        recalls_most=how.recalls_most,
        observation_minutes=how.training_observation_minutes or how.observation_minutes,
        training=how.training_observation_minutes is not None,
        early_minutes=how.early_minutes,
        late_minutes=how.late_minutes,
        vaccines=tuple(
            Vaccine(each.name, each.lots, each.interval_days, each.course_doses, each.doses)
            for each in settings.vaccines
        ),
    )

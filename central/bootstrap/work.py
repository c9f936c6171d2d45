"""The work behind the pages: taking in, telling the Platform, comparing; each part under its lease."""

import random
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from central.adapters.broker_paho import PahoBroker
from central.adapters.clock import SystemClock
from central.adapters.comparison_sql import SqlComparison
from central.adapters.dose_store import SqlDoseRecords, SqlMirror
from central.adapters.event_store_sql import SqlEventStore
from central.adapters.keys_file import FileKeys
from central.adapters.leases_sql import SqlLeases
from central.adapters.lists_sql import SqlLists
from central.adapters.reaction_store import SqlReactionRecords
from central.adapters.record_store import SqlRecords
from central.adapters.registry_file import FileRegistry
from central.adapters.visit_store import LEASE
from central.bootstrap.platforms import Platforms
from central.config import CentralConfig
from central.domain.doses import ToldDose
from central.domain.rate import Rate
from central.domain.reactions import ToldReaction
from central.domain.records import Pace, VisitRecord
from central.services.comparing import Comparer
from central.services.conversations import (
    DoseConversation,
    ReactionConversation,
    VisitConversation,
)
from central.services.ingest import Ingest
from central.services.leases import LeaseKeeper
from central.services.list_notices import ListNotices
from central.services.platform_line import PlatformLine
from central.services.reconcile import Reconciler
from protocol.identity import SHARDS


@dataclass(frozen=True, slots=True)
class Leases:
    """What this process may do, where several work on one database."""

    shards: LeaseKeeper
    project: LeaseKeeper
    reconcile: LeaseKeeper


def build_leases(config: CentralConfig, engine: sa.Engine) -> Leases:
    """Return what this process may ask to do."""
    store, name = SqlLeases(engine), config.worker.name or socket.gethostname()
    shards = [f"s{number:02d}" for number in range(SHARDS)]
    return Leases(
        LeaseKeeper(store, shards, name),
        LeaseKeeper(store, [LEASE], name),
        LeaseKeeper(store, ["reconcile"], name),
    )


def build_ingest(
    config: CentralConfig,
    engine: sa.Engine,
    clock: SystemClock,
    registry: FileRegistry,
    leases: LeaseKeeper,
    acknowledged: Callable[[float], None],
) -> Ingest:
    """Return what takes in from every broker."""
    keys = config.keys_directory
    client = f"centre-{config.worker.name or socket.gethostname()}"
    brokers = [
        partial(PahoBroker, host, port, keys, client_id=client)
        for host, port in config.broker.places
    ]
    signer = FileKeys(keys)
    return Ingest(
        new_broker=brokers,
        leases=leases,
        notices=ListNotices(SqlLists(engine), signer),
        registry=registry,
        store=SqlEventStore(engine, lambda: leases.held),
        signer=signer,
        clock=clock,
        acknowledged=acknowledged,
    )


def build_comparer(
    config: CentralConfig, engine: sa.Engine, platforms: Platforms, clock: SystemClock
) -> Comparer:
    """Return what compares all doses with the Platform's."""
    settings = config.reconcile
    return Comparer(
        platforms.doses,
        SqlMirror(engine),
        SqlComparison(engine),
        clock,
        least_days=settings.least_days_between_doses,
        interval_seconds=settings.compare_minutes * 60,
    )


def platform_line(config: CentralConfig) -> PlatformLine:
    """Return the one line to the Platform."""
    return PlatformLine(rate=Rate(config.reconcile.records_per_second))


def build_reconcilers(
    config: CentralConfig,
    engine: sa.Engine,
    platforms: Platforms,
    clock: SystemClock,
    line: PlatformLine,
) -> tuple[Reconciler[VisitRecord], Reconciler[ToldDose], Reconciler[ToldReaction]]:
    """Return who tells of check-ins, who of doses, and who of reactions; they share one line."""
    settings = config.reconcile
    pace = Pace(
        overdue_after=timedelta(hours=settings.overdue_hours),
        look_again_after=timedelta(minutes=settings.look_again_minutes),
    )
    interval = settings.interval_seconds
    of_visits = Reconciler(
        SqlRecords(engine),
        VisitConversation(platforms.visits),
        clock,
        random.random,
        pace=pace,
        interval_seconds=interval,
        line=line,
    )
    of_doses = Reconciler(
        SqlDoseRecords(engine),
        DoseConversation(platforms.doses, SqlMirror(engine), clock),
        clock,
        random.random,
        pace=pace,
        interval_seconds=interval,
        line=line,
    )
    of_reactions = Reconciler(
        SqlReactionRecords(engine),
        ReactionConversation(platforms.reactions),
        clock,
        random.random,
        pace=pace,
        interval_seconds=interval,
        line=line,
    )
    return of_visits, of_doses, of_reactions

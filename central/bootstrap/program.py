"""The whole centre: built, run and stopped."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from central.adapters.audit_sql import SqlAudit
from central.adapters.clock import SystemClock
from central.adapters.doses_of_sites import FolderSealKeys
from central.adapters.liability_sql import SqlLiabilities
from central.adapters.metrics_prometheus import PrometheusMetrics
from central.adapters.overview_sql import SqlOverview
from central.adapters.passwords_argon2 import Argon2Passwords
from central.adapters.persons_sql import SqlPersons
from central.adapters.platform_file import PlatformWorkbook
from central.adapters.roster_file import SpreadsheetList
from central.adapters.set_aside_sql import SqlSetAside
from central.adapters.visit_store import LEASE
from central.api.app import Served, build_app
from central.api.by_level import ByLevel
from central.api.server import Server, listen
from central.bootstrap.certificates import bulk_server, certificate_news, list_fetching
from central.bootstrap.core import build_projector, open_database, open_registry, place_names
from central.bootstrap.levels import build_by_level, build_summing
from central.bootstrap.metrics import metrics_server, say_what_is_measured
from central.bootstrap.people import (
    build_door,
    closing_desk,
    complaints_desk,
    keeping,
    overdue_rounds,
    requests_desk,
    retention_desk,
    sign_off_desk,
    verification_desk,
)
from central.bootstrap.platforms import Platforms, open_platforms, platform_sheets
from central.bootstrap.site_lists import site_lists, unverified_people
from central.bootstrap.work import (
    Leases,
    build_comparer,
    build_ingest,
    build_leases,
    build_reconcilers,
    platform_line,
)
from central.config import CentralConfig
from central.domain.doses import ToldDose
from central.domain.reactions import ToldReaction
from central.domain.records import VisitRecord
from central.services.audit import Audit
from central.services.certificate_lists import ListFetching
from central.services.comparing import Comparer
from central.services.complaints import Complaints
from central.services.dashboard import Dashboard
from central.services.dose_news import NewsBook, NewsKeeper, sealer
from central.services.ingest import Ingest
from central.services.liabilities import Liabilities
from central.services.overdue_rounds import OverdueRounds
from central.services.persons import Persons
from central.services.place_names import PlaceNames
from central.services.projection import Projector
from central.services.reconcile import Reconciler
from central.services.retention import Retention
from central.services.summing import Summing

# A Platform that answers slowly must not take the threads that ingest needs.
_THREADS = 32


@dataclass(frozen=True, slots=True)
class Centre:
    """All services of one process, built and not yet running."""

    engine: sa.Engine
    ingest: Ingest
    projector: Projector
    of_visits: Reconciler[VisitRecord]
    of_doses: Reconciler[ToldDose]
    of_reactions: Reconciler[ToldReaction]
    comparer: Comparer
    lists: ListFetching
    news: NewsKeeper
    dashboard: Dashboard
    by_level: ByLevel
    summing: Summing
    complaints: Complaints
    rounds: OverdueRounds
    retention: Retention
    platforms: Platforms
    servers: tuple[tuple[Server, socket.socket], ...]
    pages_at: str | None
    roles: frozenset[str]
    leases: Leases


class _Stopped(Exception):  # noqa: N818 - how one task ends the group, not a failure
    """The program was told to stop."""


def build(config: CentralConfig) -> Centre:
    """Return the centre, its database brought up to date and its address taken.

    Raises:
        PortError: A key, the registry or the database cannot be used.
        ListenError: The dashboard's address is taken.
    """
    clock = SystemClock()
    zone = ZoneInfo(config.api.time_zone)
    engine = open_database(config)
    platforms = open_platforms(config, engine, clock)
    line = platform_line(config)
    of_visits, of_doses, of_reactions = build_reconcilers(config, engine, platforms, clock, line)
    dashboard = Dashboard(SqlOverview(engine), clock, zone)
    registry = open_registry(config)
    names = place_names(config, registry)
    liabilities = Liabilities(SqlLiabilities(engine), clock, zone, names)
    by_level = build_by_level(config, engine, clock, liabilities, names)
    leases = build_leases(config, engine)
    metrics = PrometheusMetrics()
    ingest = build_ingest(config, engine, clock, registry, leases.shards, metrics.acknowledged)
    comparer = build_comparer(config, engine, platforms, clock)
    say_what_is_measured(
        metrics, config, engine, clock,
        ingest=ingest, leases=leases, line=line, comparer=comparer,
    )  # fmt: skip
    book = NewsBook(sealer(FolderSealKeys(config.keys_directory / "sites")))
    news = certificate_news(config, engine, clock, book)
    servers, pages_at = [metrics_server(config, metrics)], None
    if "api" in config.worker.roles:
        pages = listen(config.api.host, config.api.port)
        pages_at = "http://{}:{}/".format(*pages.getsockname()[:2])
        served = _served(config, engine, clock, dashboard, liabilities, by_level, metrics, names)
        bulk = bulk_server(config, engine, registry, book, news)
        servers += [(Server(build_app(served)), pages), bulk]
    return Centre(
        roles=frozenset(config.worker.roles),
        leases=leases,
        engine=engine,
        ingest=ingest,
        projector=build_projector(config, engine, leases.project),
        of_visits=of_visits,
        of_doses=of_doses,
        of_reactions=of_reactions,
        comparer=comparer,
        lists=list_fetching(config, engine, clock),
        news=news,
        dashboard=dashboard,
        by_level=by_level,
        summing=build_summing(config, engine, clock),
        complaints=complaints_desk(config, engine, clock, names),
        rounds=overdue_rounds(engine, clock),
        retention=retention_desk(config, engine, clock),
        platforms=platforms,
        servers=tuple(server for server in servers if server is not None),
        pages_at=pages_at,
    )


async def run(centre: Centre, stop: asyncio.Event) -> None:
    """Run everything until ``stop``; a task that breaks ends them all."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "centre"))
    try:
        async with asyncio.TaskGroup() as tasks:
            _start_work(centre, tasks)
            if centre.pages_at is not None:
                tasks.create_task(centre.dashboard.run(), name="dashboard")
                tasks.create_task(centre.by_level.levels.run(), name="levels")
                tasks.create_task(centre.news.run(), name="certificates")
            tasks.create_task(_serve(centre, stop), name="api")
    except* _Stopped:
        pass
    finally:
        centre.platforms.close()
        centre.engine.dispose()


def _start_work(centre: Centre, tasks: asyncio.TaskGroup) -> None:
    leases = centre.leases
    if "ingest" in centre.roles:
        tasks.create_task(leases.shards.run(), name="shards")
        tasks.create_task(centre.ingest.run(), name="ingest")
    if "project" in centre.roles:
        tasks.create_task(leases.project.run(), name="project lease")
        tasks.create_task(leases.project.while_held(LEASE, centre.projector.run), name="project")
    if "reconcile" in centre.roles:
        tasks.create_task(leases.reconcile.run(), name="reconcile lease")
        work = leases.reconcile.while_held("reconcile", partial(_reconcile, centre))
        tasks.create_task(work, name="reconcile")


async def _reconcile(centre: Centre) -> None:
    """Do what one process at a time does with the Platform, the lists and what is overdue."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(centre.of_visits.run(), name="reconcile visits")
        tasks.create_task(centre.of_doses.run(), name="reconcile doses")
        tasks.create_task(centre.of_reactions.run(), name="reconcile reactions")
        tasks.create_task(centre.comparer.run(), name="compare")
        tasks.create_task(centre.summing.run(), name="sums")
        tasks.create_task(centre.lists.run(), name="lists")
        tasks.create_task(centre.complaints.run(), name="complaints")
        tasks.create_task(centre.rounds.run(), name="verification rounds")
        tasks.create_task(centre.retention.run(), name="retention")


async def _serve(centre: Centre, stop: asyncio.Event) -> None:
    """Answer until ``stop``; then let every server end what it has begun."""
    async with asyncio.TaskGroup() as tasks:
        for server, listening in centre.servers:
            tasks.create_task(server.serve(sockets=[listening]), name="http")
        await stop.wait()
        await centre.dashboard.close()
        await centre.by_level.levels.close()
        for server, _ in centre.servers:
            server.stop()
    raise _Stopped


def _served(
    config: CentralConfig,
    engine: sa.Engine,
    clock: SystemClock,
    dashboard: Dashboard,
    liabilities: Liabilities,
    by_level: ByLevel,
    metrics: PrometheusMetrics,
    names: PlaceNames,
) -> Served:
    passwords = Argon2Passwords()
    return Served(
        dashboard=dashboard,
        liabilities=liabilities,
        by_level=by_level,
        door=build_door(config, engine, clock, passwords),
        audit=Audit(SqlAudit(engine), clock),
        set_aside=SqlSetAside(engine),
        accounts=keeping(engine, clock, passwords),
        persons=Persons(SqlPersons(engine), clock),
        requests=requests_desk(config, engine, clock),
        retention=retention_desk(config, engine, clock),
        complaints=complaints_desk(config, engine, clock, names),
        closings=closing_desk(config, engine, clock),
        sign_offs=sign_off_desk(config, engine, names),
        verification=verification_desk(engine, names),
        unverified=unverified_people(config, engine, names),
        site_lists=site_lists(config, engine, names),
        opened=SpreadsheetList,
        platform_sheets=(
            platform_sheets(engine) if config.platform.kind == "spreadsheet" else None
        ),
        exported=PlatformWorkbook,
        metrics=metrics,
        names=names,
        zone=ZoneInfo(config.api.time_zone),
        host=config.api.host,
        public_url=config.api.public_url,
    )

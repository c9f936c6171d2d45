"""Composition root of the centre: the only module that names concrete classes."""

import asyncio
import os
import random
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from central.adapters import database
from central.adapters.accounts_sql import SqlAccounts, SqlSessions
from central.adapters.audit_sql import SqlAudit
from central.adapters.broker_paho import PahoBroker
from central.adapters.clock import SystemClock
from central.adapters.closing_sql import SqlDays
from central.adapters.comparison_sql import SqlComparison
from central.adapters.complaints_sql import SqlComplaints
from central.adapters.dose_store import SqlDoseRecords, SqlMirror
from central.adapters.doses_of_sites import FolderSealKeys, SqlDosesOfSites
from central.adapters.event_store_sql import SqlEventStore
from central.adapters.keys_file import FileKeys
from central.adapters.leases_sql import SqlLeases
from central.adapters.liability_sql import SqlLiabilities
from central.adapters.list_source import FileList, HttpList, is_address
from central.adapters.lists_sql import SqlLists
from central.adapters.minutes_typst import TypstMinutes
from central.adapters.oidc_http import HttpOidc, OidcSettings
from central.adapters.overview_sql import SqlOverview
from central.adapters.passwords_argon2 import Argon2Passwords
from central.adapters.persons_sql import SqlPersons
from central.adapters.platform_fhir import FhirPlatform
from central.adapters.platform_fhir_certificates import FhirCertificates
from central.adapters.platform_fhir_doses import FhirDoses
from central.adapters.record_store import SqlRecords
from central.adapters.registry_file import FileRegistry
from central.adapters.requests_sql import SqlRequests
from central.adapters.roster_file import SpreadsheetList
from central.adapters.roster_sql import SqlRosters
from central.adapters.seal_key import load_seal_key
from central.adapters.sheet_xlsx import XlsxSheet
from central.adapters.sign_off_sql import SqlSignOffs
from central.adapters.signature_cms import CmsChecker, Pkcs11Signer, Pkcs12Signer
from central.adapters.verification_sql import SqlRounds
from central.adapters.visit_store import LEASE, SqlProjection
from central.api.app import Served, build_app
from central.api.bulk import BulkServer, build_bulk_app
from central.api.server import Server, listen
from central.cli.sign_off import Tools
from central.config import CentralConfig
from central.domain.certificate_lists import ListKind
from central.domain.doses import ToldDose
from central.domain.rate import Rate
from central.domain.records import Pace, VisitRecord
from central.domain.sessions import Limits
from central.ports import KeysError, ListSource
from central.services.accounts import AccountKeeping
from central.services.audit import Audit
from central.services.batch_import import BatchesTaken, BatchImport, in_order
from central.services.certificate_lists import ListDesk, ListFetching, ListImport, TakenIn
from central.services.closing import ClosingDesk
from central.services.comparing import Comparer
from central.services.complaints import Complaints
from central.services.conversations import DoseConversation, VisitConversation
from central.services.dashboard import Dashboard
from central.services.door import Claims, Door
from central.services.dose_news import NewsBook, NewsDesk, NewsKeeper, sealer
from central.services.ingest import Ingest
from central.services.leases import LeaseKeeper
from central.services.liabilities import Liabilities
from central.services.persons import Persons
from central.services.platform_line import PlatformLine
from central.services.projection import Projector
from central.services.reconcile import Reconciler
from central.services.requests import Requests
from central.services.roster import RosterDesk
from central.services.roster_import import Imported, RosterImport
from central.services.sign_off import SignOffDesk
from central.services.verification import VerificationDesk
from protocol import cose
from protocol.errors import WireError
from protocol.identity import SHARDS, SiteId

# A Platform that answers slowly must not take the threads that ingest needs.
_THREADS = 32

log = structlog.get_logger("bootstrap")


@dataclass(frozen=True, slots=True)
class Centre:
    """All services of one process, built and not yet running."""

    engine: sa.Engine
    ingest: Ingest
    projector: Projector
    of_visits: Reconciler[VisitRecord]
    of_doses: Reconciler[ToldDose]
    comparer: Comparer
    lists: ListFetching
    news: NewsKeeper
    dashboard: Dashboard
    complaints: Complaints
    requests: Requests
    platform: FhirPlatform
    doses: FhirDoses
    server: Server
    bulk: tuple[Server, socket.socket] | None
    socket: socket.socket | None
    roles: frozenset[str]
    leases: "Leases"


@dataclass(frozen=True, slots=True)
class Leases:
    """What this process may do, where several work on one database."""

    shards: LeaseKeeper
    project: LeaseKeeper
    reconcile: LeaseKeeper


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
    platform = FhirPlatform(config.platform.url, config.platform.timeout_seconds)
    doses = FhirDoses(config.platform.url, config.platform.timeout_seconds)
    of_visits, of_doses = _reconcilers(config, engine, platform, doses, clock)
    dashboard = Dashboard(SqlOverview(engine), clock, zone)
    liabilities = Liabilities(SqlLiabilities(engine), clock, zone)
    registry = _registry(config)
    leases = _leases(config, engine)
    serves = "api" in config.worker.roles
    book = NewsBook(sealer(FolderSealKeys(config.keys_directory / "sites")))
    return Centre(
        roles=frozenset(config.worker.roles),
        leases=leases,
        engine=engine,
        ingest=_ingest(config, engine, clock, registry, leases.shards),
        projector=build_projector(config, engine, leases.project),
        of_visits=of_visits,
        of_doses=of_doses,
        comparer=_comparer(config, engine, doses, clock),
        lists=_lists(config, engine, clock),
        news=_news(config, engine, clock, book),
        dashboard=dashboard,
        complaints=_complaints(engine, clock),
        requests=_requests(engine, clock),
        platform=platform,
        doses=doses,
        server=Server(build_app(_served(config, engine, clock, dashboard, liabilities))),
        socket=listen(config.api.host, config.api.port) if serves else None,
        bulk=_bulk(config, engine, registry, book) if serves else None,
    )


def open_database(config: CentralConfig) -> sa.Engine:
    """Return the engine on an up-to-date schema."""
    config.data_directory.mkdir(parents=True, exist_ok=True)
    engine = database.connect(config.database_url)
    database.migrate(engine)
    return engine


def build_projector(
    config: CentralConfig, engine: sa.Engine, lease: LeaseKeeper | None = None
) -> Projector:
    """Return the projector alone, as ``rebuild-projection`` needs it."""
    key = load_seal_key(config.keys_directory / "seal.key")
    held = (lambda: lease.held) if lease is not None else None
    return Projector(SqlProjection(engine, held), key)


def _leases(config: CentralConfig, engine: sa.Engine) -> Leases:
    store, name = SqlLeases(engine), config.worker.name or socket.gethostname()
    shards = [f"s{number:02d}" for number in range(SHARDS)]
    return Leases(
        LeaseKeeper(store, shards, name),
        LeaseKeeper(store, [LEASE], name),
        LeaseKeeper(store, ["reconcile"], name),
    )


async def run(centre: Centre, stop: asyncio.Event) -> None:
    """Run everything until ``stop``; a task that breaks ends them all."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "centre"))
    try:
        async with asyncio.TaskGroup() as tasks:
            _start_work(centre, tasks)
            if centre.bulk is not None:
                server, listening = centre.bulk
                tasks.create_task(server.serve(sockets=[listening]), name="bulk")
            if centre.socket is not None:
                tasks.create_task(centre.dashboard.run(), name="dashboard")
                tasks.create_task(centre.news.run(), name="certificates")
            tasks.create_task(_serve(centre, stop), name="api")
    except* _Stopped:
        pass
    finally:
        centre.platform.close()
        centre.doses.close()
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
        tasks.create_task(centre.comparer.run(), name="compare")
        tasks.create_task(centre.lists.run(), name="lists")
        tasks.create_task(centre.complaints.run(), name="complaints")
        tasks.create_task(centre.requests.run(), name="retention")


async def _serve(centre: Centre, stop: asyncio.Event) -> None:
    if centre.socket is None:
        await stop.wait()
        raise _Stopped
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(centre.server.serve(sockets=[centre.socket]), name="http")
        await stop.wait()
        await centre.dashboard.close()
        centre.server.stop()
    if centre.bulk is not None:
        centre.bulk[0].stop()
    raise _Stopped


def account_keeping(engine: sa.Engine) -> AccountKeeping:
    """Return what makes accounts, for the terminal."""
    return _keeping(engine, SystemClock(), Argon2Passwords())


def import_roster(config: CentralConfig, people: Path, site: SiteId, *, replace: bool) -> Imported:
    """Bring a site's roster to what the list in the file ``people`` says.

    Raises:
        PortError: The list or the database cannot be used; nothing was changed.
    """
    clock = SystemClock()
    zone = ZoneInfo(config.api.time_zone)
    engine = open_database(config)
    try:
        importing = RosterImport(
            SqlRosters(engine), clock, lambda: clock.now().astimezone(zone).date()
        )
        return importing.run(SpreadsheetList(people), site, source=people.name, replace=replace)
    finally:
        engine.dispose()


def import_batches(config: CentralConfig, folder: Path) -> BatchesTaken:
    """Take in the signed batches that somebody brought; beside a running centre, too.

    Raises:
        OSError: The folder or a file in it cannot be read.
        PortError: The registry or the database cannot be used; what was taken before stays.
    """
    engine = open_database(config)
    try:
        importing = BatchImport(_registry(config), SqlEventStore(engine), SystemClock())
        names = in_order([path.name for path in folder.iterdir() if path.is_file()])
        return importing.run((name, (folder / name).read_bytes()) for name in names)
    finally:
        engine.dispose()


def import_list(config: CentralConfig, kind: ListKind, where: str) -> TakenIn:
    """Take in the list for certificates at ``where``, an address or a file.

    Raises:
        PortError: It cannot be had, or the database cannot be used; nothing was changed.
        ListUnusable: Nothing in it can be used; nothing was changed.
    """
    source: ListSource = HttpList(where) if is_address(where) else FileList(Path(where))
    engine = open_database(config)
    try:
        return ListImport(SqlLists(engine), SystemClock()).run(kind, source)
    finally:
        engine.dispose()


def _served(
    config: CentralConfig,
    engine: sa.Engine,
    clock: SystemClock,
    dashboard: Dashboard,
    liabilities: Liabilities,
) -> Served:
    passwords = Argon2Passwords()
    return Served(
        dashboard=dashboard,
        liabilities=liabilities,
        door=_door(config, engine, clock, passwords),
        audit=Audit(SqlAudit(engine), clock),
        accounts=_keeping(engine, clock, passwords),
        persons=Persons(SqlPersons(engine), clock),
        requests=_requests(engine, clock),
        complaints=_complaints(engine, clock),
        closings=_closings(config, engine, clock),
        sign_offs=sign_off_desk(config, engine),
        verification=verification_desk(engine),
        opened=SpreadsheetList,
        zone=ZoneInfo(config.api.time_zone),
        host=config.api.host,
        public_url=config.api.public_url,
    )


def _closings(config: CentralConfig, engine: sa.Engine, clock: SystemClock) -> ClosingDesk:
    return ClosingDesk(SqlDays(engine), clock, ZoneInfo(config.api.time_zone))


def sign_off_desk(config: CentralConfig, engine: sa.Engine) -> SignOffDesk:
    """Return what makes a site's day ready to be signed and takes signatures.

    Raises:
        KeysError: The authorities cannot be read.
    """
    clock, authorities = SystemClock(), config.sign_off.authorities
    return SignOffDesk(
        days=SqlDays(engine),
        store=SqlSignOffs(engine),
        checker=CmsChecker(Path(authorities) if authorities else None),
        minutes=TypstMinutes(ZoneInfo(config.api.time_zone)),
        closings=_closings(config, engine, clock),
        clock=clock,
    )


def verification_desk(engine: sa.Engine) -> VerificationDesk:
    """Return what makes verification rounds and takes them back."""
    return VerificationDesk(SqlRounds(engine), SqlRosters(engine), XlsxSheet(), SystemClock())


SIGNING_TOOLS = Tools(Pkcs12Signer, Pkcs11Signer, CmsChecker)


def _complaints(engine: sa.Engine, clock: SystemClock) -> Complaints:
    return Complaints(SqlComplaints(engine), SqlAccounts(engine), clock, os.urandom)


def _requests(engine: sa.Engine, clock: SystemClock) -> Requests:
    return Requests(SqlRequests(engine), Persons(SqlPersons(engine), clock), clock)


def _keeping(engine: sa.Engine, clock: SystemClock, passwords: Argon2Passwords) -> AccountKeeping:
    return AccountKeeping(
        SqlAccounts(engine), SqlSessions(engine), passwords, SqlAudit(engine), clock
    )


def _door(
    config: CentralConfig, engine: sa.Engine, clock: SystemClock, passwords: Argon2Passwords
) -> Door:
    settings, oidc = config.accounts, config.oidc
    return Door(
        accounts=SqlAccounts(engine),
        sessions=SqlSessions(engine),
        passwords=passwords,
        audit=SqlAudit(engine),
        clock=clock,
        limits=Limits(
            whole=timedelta(hours=settings.session_hours),
            idle=timedelta(minutes=settings.idle_minutes),
        ),
        communes=settings.communes,
        provider=HttpOidc(_oidc(config)) if oidc.issuer else None,
        claims=Claims(oidc.role_claim, oidc.sites_claim, oidc.communes_claim, dict(oidc.roles)),
    )


def _oidc(config: CentralConfig) -> OidcSettings:
    oidc, api = config.oidc, config.api
    own = api.public_url or f"http://{api.host}:{api.port}"
    return OidcSettings(
        oidc.issuer, oidc.client_id, _secret(oidc.client_secret_file), f"{own}/login/oidc/callback"
    )


def _secret(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeysError(f"cannot use oidc.client_secret_file: {error}") from error


def _lists(config: CentralConfig, engine: sa.Engine, clock: SystemClock) -> ListFetching:
    settings = config.certificates
    addresses = {
        ListKind.TRUST: settings.trust_url,
        ListKind.REVOCATIONS: settings.revocations_url,
    }
    sources: dict[ListKind, ListSource] = {k: HttpList(u) for k, u in addresses.items() if u}
    return ListFetching(
        ListImport(SqlLists(engine), clock),
        sources,
        random.random,
        refresh_seconds=60 * settings.refresh_minutes,
    )


def _news(
    config: CentralConfig, engine: sa.Engine, clock: SystemClock, book: NewsBook
) -> NewsKeeper:
    settings = config.certificates
    return NewsKeeper(
        FhirCertificates(config.platform.url, config.platform.timeout_seconds),
        SqlDosesOfSites(engine),
        SqlLists(engine),
        book,
        clock,
        ZoneInfo(config.api.time_zone),
        days=settings.issued_days,
        interval_seconds=settings.issued_seconds,
    )


def _bulk(
    config: CentralConfig, engine: sa.Engine, registry: FileRegistry, book: NewsBook
) -> tuple[Server, socket.socket] | None:
    keys = config.keys_directory
    if not (keys / "bulk.crt").exists():
        # An installation of before; its kiosks go on with the standing "unknown".
        log.warning("no rosters are handed out", missing="bulk.crt", advice="tram-provision init")
        return None
    signer = FileKeys(keys)
    desk = RosterDesk(registry, SqlRosters(engine), signer)
    app = build_bulk_app(desk, ListDesk(SqlLists(engine), signer), NewsDesk(book, signer))
    server = BulkServer(app, keys)
    return server, listen(config.bulk.host, config.bulk.port)


def _ingest(
    config: CentralConfig,
    engine: sa.Engine,
    clock: SystemClock,
    registry: FileRegistry,
    leases: LeaseKeeper,
) -> Ingest:
    keys = config.keys_directory
    client = f"centre-{config.worker.name or socket.gethostname()}"
    brokers = [
        partial(PahoBroker, host, port, keys, client_id=client)
        for host, port in config.broker.places
    ]
    return Ingest(
        new_broker=brokers,
        leases=leases,
        registry=registry,
        store=SqlEventStore(engine, lambda: leases.held),
        signer=FileKeys(keys),
        clock=clock,
    )


def _registry(config: CentralConfig) -> FileRegistry:
    path = config.keys_directory / "registry.crt"
    try:
        certificate = cose.load_certificate(path.read_bytes())
    except (OSError, WireError) as error:
        raise KeysError(f"cannot use {path.name}: {error}") from error
    return FileRegistry(config.keys_directory / "registry.cose", certificate)


def _comparer(
    config: CentralConfig, engine: sa.Engine, doses: FhirDoses, clock: SystemClock
) -> Comparer:
    settings = config.reconcile
    return Comparer(
        doses,
        SqlMirror(engine),
        SqlComparison(engine),
        clock,
        least_days=settings.least_days_between_doses,
        interval_seconds=settings.compare_minutes * 60,
    )


def _reconcilers(
    config: CentralConfig,
    engine: sa.Engine,
    platform: FhirPlatform,
    doses: FhirDoses,
    clock: SystemClock,
) -> tuple[Reconciler[VisitRecord], Reconciler[ToldDose]]:
    """Return who tells of check-ins and who tells of doses; they share one line."""
    settings = config.reconcile
    pace = Pace(
        overdue_after=timedelta(hours=settings.overdue_hours),
        look_again_after=timedelta(minutes=settings.look_again_minutes),
    )
    line = PlatformLine(rate=Rate(settings.records_per_second))
    interval = settings.interval_seconds
    of_visits = Reconciler(
        SqlRecords(engine),
        VisitConversation(platform),
        clock,
        random.random,
        pace=pace,
        interval_seconds=interval,
        line=line,
    )
    of_doses = Reconciler(
        SqlDoseRecords(engine),
        DoseConversation(doses, SqlMirror(engine), clock),
        clock,
        random.random,
        pace=pace,
        interval_seconds=interval,
        line=line,
    )
    return of_visits, of_doses

"""Lists and certificates: fetched from outside, handed out to sites."""

import random
import socket
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from central.adapters.certificates_sql import SqlCertificates
from central.adapters.clock import SystemClock
from central.adapters.doses_of_sites import SqlDosesOfSites
from central.adapters.keys_file import FileKeys
from central.adapters.list_source import HttpList
from central.adapters.lists_sql import SqlLists
from central.adapters.registry_file import FileRegistry
from central.adapters.roster_sql import SqlRosters
from central.api.bulk import BulkServer, build_bulk_app
from central.api.server import Server, listen
from central.bootstrap.platforms import certificate_platform
from central.config import CentralConfig
from central.domain.certificate_lists import ListKind
from central.ports import ListSource
from central.services.certificate_lists import ListDesk, ListFetching, ListImport
from central.services.dose_news import NewsBook, NewsKeeper
from central.services.persons_doses import NewsDesk, PersonsNews
from central.services.read_certificates import CertificateReader
from central.services.roster import RosterDesk

log = structlog.get_logger("bootstrap")


def list_fetching(config: CentralConfig, engine: sa.Engine, clock: SystemClock) -> ListFetching:
    """Return what fetches the lists by which certificates are judged."""
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


def certificate_news(
    config: CentralConfig, engine: sa.Engine, clock: SystemClock, book: NewsBook
) -> NewsKeeper:
    """Return what asks the Platform for certificates it has issued."""
    settings = config.certificates
    mirror = SqlCertificates(engine)
    return NewsKeeper(
        CertificateReader(certificate_platform(config), mirror, clock),
        mirror,
        SqlDosesOfSites(engine),
        SqlLists(engine),
        book,
        clock,
        ZoneInfo(config.api.time_zone),
        days=settings.issued_days,
        interval_seconds=settings.issued_seconds,
        elsewhere=config.platform.kind == "spreadsheet",
    )


def bulk_server(
    config: CentralConfig,
    engine: sa.Engine,
    registry: FileRegistry,
    book: NewsBook,
    keeper: NewsKeeper,
) -> tuple[Server, socket.socket] | None:
    """Return what hands out rosters, lists and certificates, its address taken; None without its keys."""
    keys = config.keys_directory
    if not (keys / "bulk.crt").exists():
        # An installation of before; its kiosks go on with the standing "unknown".
        log.warning("no rosters are handed out", missing="bulk.crt", advice="tram-provision init")
        return None
    signer = FileKeys(keys)
    desk = RosterDesk(registry, SqlRosters(engine), signer)
    news = NewsDesk(book, PersonsNews(SqlDosesOfSites(engine), keeper), signer)
    app = build_bulk_app(desk, ListDesk(SqlLists(engine), signer), news)
    server = BulkServer(app, keys)
    return server, listen(config.bulk.host, config.bulk.port)

"""The centre's bulk https as it is, alone, on a free port of this machine."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from factories.installations import provisioned
from factories.migrated import migrated_engine

from central.adapters.doses_of_sites import FolderSealKeys
from central.adapters.keys_file import FileKeys
from central.adapters.lists_sql import SqlLists
from central.adapters.registry_file import FileRegistry
from central.adapters.roster_sql import SqlRosters
from central.api.bulk import BulkServer, build_bulk_app
from central.api.server import listen
from central.services.certificate_lists import ListDesk
from central.services.dose_news import NewsBook, sealer
from central.services.persons_doses import NewsDesk, OfPersons
from central.services.roster import RosterDesk
from protocol import cose
from protocol.certificates.news import PersonAsked, PersonsDoses
from protocol.identity import SiteId
from provisioning.services.provisioner import Provisioner


@dataclass
class Asked:
    """Whom the centre asks of a person; a test may put another one there."""

    of: OfPersons | None = None

    def of_person(self, site: SiteId, asked: PersonAsked) -> PersonsDoses:
        return PersonsDoses() if self.of is None else self.of.of_person(site, asked)


@dataclass
class Bulk:
    """A running listener, its database and its provisioning directory."""

    port: int
    directory: Path
    provisioner: Provisioner
    engine: sa.Engine
    rosters: SqlRosters
    lists: SqlLists
    book: NewsBook
    asked: Asked

    def keys_of(self, device: str) -> Path:
        return self.directory / "devices" / device


@contextmanager
def running_bulk(directory: Path, *devices: str, page_changes: int = 5000) -> Iterator[Bulk]:
    """Serve rosters, lists for certificates and news of doses by TLS until left."""
    provisioner = provisioned(directory, *devices, broker_hosts=("127.0.0.1", "localhost"))
    keys = directory / "centre"
    engine = migrated_engine(directory)
    rosters = SqlRosters(engine)
    certificate = cose.load_certificate((keys / "registry.crt").read_bytes())
    registry = FileRegistry(keys / "registry.cose", certificate)
    desk = RosterDesk(registry, rosters, FileKeys(keys), page_changes=page_changes)
    lists = SqlLists(engine)
    book = NewsBook(sealer(FolderSealKeys(keys / "sites")))
    asked = Asked()
    news = NewsDesk(book, asked, FileKeys(keys))
    app = build_bulk_app(desk, ListDesk(lists, FileKeys(keys)), news)
    server = BulkServer(app, keys)
    listening = listen("127.0.0.1", 0)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        port = listening.getsockname()[1]
        yield Bulk(port, directory, provisioner, engine, rosters, lists, book, asked)
    finally:
        server.stop()
        thread.join(10)
        engine.dispose()

"""What somebody brings in by hand."""

from pathlib import Path
from zoneinfo import ZoneInfo

from central.adapters.audit_sql import SqlAudit
from central.adapters.clock import SystemClock
from central.adapters.event_store_sql import SqlEventStore
from central.adapters.lists_sql import SqlLists
from central.adapters.roster_sql import SqlRosters
from central.bootstrap.core import open_database, open_registry
from central.config import CentralConfig
from central.domain.certificate_lists import ListKind
from central.ports import ListSource
from central.services.audit import Audit, at_terminal
from central.services.batch_import import BatchesTaken, BatchImport, in_order
from central.services.certificate_lists import ListImport, TakenIn
from central.services.roster_import import Imported, RosterImport
from protocol.identity import SiteId


def import_roster(config: CentralConfig, people: Path, site: SiteId, *, replace: bool) -> Imported:
    """Bring a site's roster to what the list in the file ``people`` says.

    Raises:
        PortError: The list or the database cannot be used; nothing was changed.
    """
    from central.adapters.roster_file import SpreadsheetList

    clock = SystemClock()
    zone = ZoneInfo(config.api.time_zone)
    engine = open_database(config)
    try:
        note = at_terminal(Audit(SqlAudit(engine), clock))
        note("roster_imported", f"roster:{site}")
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
        importing = BatchImport(open_registry(config), SqlEventStore(engine), SystemClock())
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
    from central.adapters.list_source import FileList, HttpList, is_address

    source: ListSource = HttpList(where) if is_address(where) else FileList(Path(where))
    engine = open_database(config)
    try:
        return ListImport(SqlLists(engine), SystemClock()).run(kind, source)
    finally:
        engine.dispose()

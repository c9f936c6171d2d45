"""Builds what pages and commands do with sites' lists of people."""

from zoneinfo import ZoneInfo

import sqlalchemy as sa

from central.adapters.audit_sql import SqlAudit
from central.adapters.clock import SystemClock
from central.adapters.roster_book_sql import SqlRosterBook
from central.adapters.roster_sql import SqlRosters
from central.adapters.unverified_sql import SqlUnverified
from central.config import CentralConfig
from central.services.audit import Audit
from central.services.place_names import PlaceNames
from central.services.roster_import import RosterImport
from central.services.site_lists import SiteLists
from central.services.unverified import UnverifiedPeople


def site_lists(config: CentralConfig, engine: sa.Engine, names: PlaceNames) -> SiteLists:
    """Return what takes lists from browsers in."""
    clock, zone = SystemClock(), ZoneInfo(config.api.time_zone)
    importing = RosterImport(SqlRosters(engine), clock, lambda: clock.now().astimezone(zone).date())
    audit = Audit(SqlAudit(engine), clock)
    return SiteLists(SqlRosterBook(engine), importing, audit, names.has_site)


def unverified_people(
    config: CentralConfig, engine: sa.Engine, names: PlaceNames | None = None
) -> UnverifiedPeople:
    """Return what tells who would come unverified."""
    from central.adapters.sheet_xlsx import XlsxSheet

    return UnverifiedPeople(
        SqlUnverified(engine),
        XlsxSheet(),
        SystemClock(),
        ZoneInfo(config.api.time_zone),
        (names or PlaceNames()).site,
    )

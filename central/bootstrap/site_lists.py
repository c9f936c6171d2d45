"""Builds what pages and commands do with sites' lists of people."""

from zoneinfo import ZoneInfo

import sqlalchemy as sa

from central.adapters.clock import SystemClock
from central.adapters.unverified_sql import SqlUnverified
from central.config import CentralConfig
from central.services.place_names import PlaceNames
from central.services.unverified import UnverifiedPeople


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

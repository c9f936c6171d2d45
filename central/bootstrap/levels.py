"""What stands behind the pages by level: sums and who makes them, worklist, files, report."""

from zoneinfo import ZoneInfo

import sqlalchemy as sa

from central.adapters.accounts_sql import SqlAccounts
from central.adapters.clock import SystemClock
from central.adapters.figures_sql import SqlFigures
from central.adapters.levels_sql import SqlLevels
from central.adapters.reaction_list_sql import SqlReactionList
from central.adapters.report_typst import TypstReport
from central.adapters.sheet_xlsx import XlsxSheet
from central.adapters.worklist_sql import SqlWorklist
from central.api.by_level import ByLevel
from central.api.words_levels import LEVELS
from central.bootstrap.people import closing_desk, complaints_desk, verification_desk
from central.config import CentralConfig
from central.domain.quality import WEIGHTS
from central.services.discrepancies import Discrepancies
from central.services.exports import Exports
from central.services.levels import Levels
from central.services.liabilities import Liabilities
from central.services.place_names import PlaceNames
from central.services.reaction_list import ReactionList
from central.services.summing import Summing


def build_summing(config: CentralConfig, engine: sa.Engine, clock: SystemClock) -> Summing:
    """Return what sums, in the one process that reconciles."""
    zone = ZoneInfo(config.api.time_zone)
    return Summing(SqlFigures(engine), clock, zone, config.accounts.communes)


def build_by_level(
    config: CentralConfig,
    engine: sa.Engine,
    clock: SystemClock,
    liabilities: Liabilities,
    names: PlaceNames,
) -> ByLevel:
    """Return what the pages by level ask."""
    zone = ZoneInfo(config.api.time_zone)
    levels = Levels(SqlLevels(engine, names.below), SqlFigures(engine), clock, zone)
    communes = config.accounts.communes
    worklist = Discrepancies(SqlWorklist(engine), SqlAccounts(engine), communes, clock)
    reactions = ReactionList(SqlReactionList(engine), communes, clock)
    exports = Exports(
        levels=levels,
        liabilities=liabilities,
        discrepancies=worklist,
        reactions=reactions,
        complaints=complaints_desk(config, engine, clock, names),
        rounds=verification_desk(engine),
        closings=closing_desk(config, engine, clock),
        zone=zone,
        names=names,
    )
    shares = {name: LEVELS["vi"][f"share:{name}"] for name in WEIGHTS}
    return ByLevel(levels, worklist, reactions, exports, XlsxSheet(), TypstReport(zone, shares))

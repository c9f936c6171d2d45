"""What the pages by level stand on, and their routes: figures, worklists, files."""

from dataclasses import dataclass
from datetime import tzinfo

from fastapi import APIRouter

from central.api.discrepancies import discrepancy_routes
from central.api.entry import Entry
from central.api.exports import export_routes
from central.api.levels import level_routes
from central.api.pages import Pages
from central.api.reactions import reaction_routes
from central.ports.levels import ReportPrinter, TableWriter
from central.services.audit import Audit
from central.services.discrepancies import Discrepancies
from central.services.exports import Exports
from central.services.levels import Levels
from central.services.reaction_list import ReactionList


@dataclass(frozen=True, slots=True)
class ByLevel:
    """What these pages ask."""

    levels: Levels
    discrepancies: Discrepancies
    reactions: ReactionList
    exports: Exports
    sheets: TableWriter
    report: ReportPrinter


def by_level_routes(
    entry: Entry, pages: Pages, asked: ByLevel, audit: Audit, zone: tzinfo
) -> APIRouter:
    """Return the routes of figures by level, of discrepancies and of files."""
    router = APIRouter()
    router.include_router(
        level_routes(entry, pages, asked.levels, asked.discrepancies, asked.report, audit, zone)
    )
    router.include_router(discrepancy_routes(entry, pages, asked.discrepancies))
    router.include_router(reaction_routes(entry, pages, asked.reactions))
    router.include_router(export_routes(entry, asked.exports, asked.sheets, audit))
    return router

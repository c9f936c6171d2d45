"""Figures by level: the page of a province, a commune or a site, live; its report; for programs."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from central.api.entry import Entry, NotAllowed
from central.api.pages import LANGUAGE, Pages
from central.api.plots import Series, bars, line
from central.api.words import Language
from central.api.words_levels import LEVELS, file_word
from central.domain.accounts import Right, Visitor
from central.domain.levels import NO_COMMUNE, Level, LevelLook, Order, Place
from central.domain.quality import WEIGHTS
from central.ports.levels import ReportPrinter
from central.services.audit import Audit
from central.services.discrepancies import Discrepancies, Wish
from central.services.door import Door
from central.services.levels import LISTED, Levels, NotYours
from central.services.place_names import PlaceNames

COMMUNE = Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")]
SITE = Annotated[str, Query(max_length=32, pattern=r"^[^\x00]*$")]
DATE = Annotated[
    date | None, Query(alias="date", ge=date(2000, 1, 1), le=date(2999, 12, 31),
                       description="A local day; today by default"),
]  # fmt: skip
OFFSET = Annotated[int, Query(ge=0, le=1_000_000)]
_LARGEST_REPORT: Final = 2000
"""Places in a report; more nobody prints."""


@dataclass(frozen=True, slots=True)
class Where:
    """What a page shows, as its address says."""

    commune: COMMUNE = ""
    site: SITE = ""
    on: DATE = None
    order: Order = Order.NAME
    offset: OFFSET = 0


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """One place; what sites say and what the Platform holds are apart.

    Attributes:
        quality: 0 to 100; null where nothing was counted.
    """

    name: str
    sites: int
    reporting: int
    provisional: dict[str, int | None]
    reconciled: dict[str, int]
    discrepancies: int
    overdue: int
    devices: int
    silent: int
    troubled: int
    last_seen: datetime | None
    quality: int | None


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """A day at one level."""

    level: Level
    day: date
    summed_at: datetime | None
    old: bool
    whole: PlaceFigures
    places: list[PlaceFigures]
    number: int


def level_routes(
    entry: Entry,
    pages: Pages,
    levels: Levels,
    discrepancies: Discrepancies,
    report: ReportPrinter,
    audit: Audit,
    zone: tzinfo,
) -> APIRouter:
    """Return the routes of figures by level."""
    router = APIRouter()
    router.include_router(_pages(entry, pages, levels, zone))
    router.include_router(_report(entry, levels, discrepancies, report, audit, pages.names))
    router.include_router(_json(entry, levels))
    return router


async def _look(levels: Levels, visitor: Visitor, where: Where, limit: int = LISTED) -> LevelLook:
    try:
        return await asyncio.to_thread(
            levels.look, visitor, where.commune, where.site, where.on, where.order, where.offset,
            limit,
        )  # fmt: skip
    except NotYours:
        raise NotAllowed from None


def _pages(entry: Entry, pages: Pages, levels: Levels, zone: tzinfo) -> APIRouter:
    router = APIRouter(prefix="/levels", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]
    asked = Annotated[Where, Depends()]

    async def draw(
        request: Request, visitor: Visitor, where: Where, lang: Language, name: str
    ) -> Response:
        look = await _look(levels, visitor, where)
        return pages.page(
            request, name, lang, visitor=visitor, look=look, where=where, said=LEVELS[lang],
            plots=_plots(look, lang, zone), orders=list(Order), weights=WEIGHTS, limit=LISTED,
            no_commune=NO_COMMUNE, previous=look.day.date - timedelta(days=1),
            following=look.day.date + timedelta(days=1),
        )  # fmt: skip

    @router.get("")
    async def page(
        request: Request, visitor: allowed, where: asked, lang: LANGUAGE = "vi"
    ) -> Response:
        return await draw(request, visitor, where, lang, "levels.html")

    @router.get("/part")
    async def part(
        request: Request, visitor: allowed, where: asked, lang: LANGUAGE = "vi"
    ) -> Response:
        return await draw(request, visitor, where, lang, "levels_part.html")

    @router.get("/events")
    async def events(request: Request, _: allowed) -> Response:
        stream = _stream(levels, entry.door, entry.token(request))
        return StreamingResponse(stream, media_type="text/event-stream")

    return router


async def _stream(levels: Levels, door: Door, token: str) -> AsyncIterator[str]:
    """Yield changes, and between them how old the sums are: a page must not look newer than it is."""
    async for version in levels.changes():
        if not await door.still(token):
            return
        age = await levels.age_seconds()
        if version is not None:
            yield f"event: changed\ndata: {json.dumps({'version': version})}\n\n"
        yield f"event: alive\ndata: {json.dumps({'age': age})}\n\n"


def _report(
    entry: Entry,
    levels: Levels,
    discrepancies: Discrepancies,
    report: ReportPrinter,
    audit: Audit,
    names: PlaceNames,
) -> APIRouter:
    router = APIRouter(prefix="/levels", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]

    @router.get("/report.pdf")
    async def printed(visitor: allowed, where: Annotated[Where, Depends()]) -> Response:
        look = await _look(levels, visitor, where, _LARGEST_REPORT)
        kinds = await asyncio.to_thread(_kinds, discrepancies, visitor, where.site, _inside(look))
        await asyncio.to_thread(audit.write, visitor, "report_read", "levels:report", "", "file")
        pdf = await asyncio.to_thread(report.draw, _named(look, names), _title(look, names), kinds)
        name = f"{look.scope.level}-{look.day.date.isoformat()}.pdf"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(pdf, media_type="application/pdf", headers=headers)

    return router


def _inside(look: LevelLook) -> Collection[str] | None:
    """Return in whose sums discrepancies count; one about two sites is in that of the later alone."""
    match look.scope.level:
        case Level.SITE:
            return {look.scope.site}
        case Level.COMMUNE:
            return {one.name for one in look.places}
        case _:
            return look.scope.sites


def _kinds(
    discrepancies: Discrepancies, visitor: Visitor, site: str, inside: Collection[str] | None
) -> list[tuple[str, int]]:
    counted: Counter[tuple[str, str]] = Counter(
        (one.kind, one.field)
        for one in discrepancies.all_open(visitor, Wish(site=site))
        if inside is None or one.site in inside
    )
    return [
        (": ".join(filter(None, (file_word("vi", kind), file_word("vi", field)))), number)
        for (kind, field), number in counted.most_common()
    ]


def _named(look: LevelLook, names: PlaceNames) -> LevelLook:
    """Return what is printed: the places by what people call them."""
    of = names.commune if look.scope.level is Level.PROVINCE else names.site
    return replace(look, places=tuple(replace(one, name=of(one.name)) for one in look.places))


def _title(look: LevelLook, names: PlaceNames) -> str:
    commune = look.scope.commune
    match look.scope.level:
        case Level.SITE:
            return f"Điểm tiêm {names.site_with_id(look.scope.site)}"
        case Level.COMMUNE if commune == NO_COMMUNE:
            return "Các điểm tiêm chưa thuộc xã nào"
        case Level.COMMUNE:
            known = names.commune(commune) != commune
            return names.commune_with_id(commune) if known else f"Xã {commune}"
        case Level.PROVINCE:
            return "Toàn tỉnh" if look.scope.sites is None else "Các điểm tiêm được giao"


def _json(entry: Entry, levels: Levels) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["figures"])
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]

    @router.get("/levels")
    async def figures(visitor: allowed, where: Annotated[Where, Depends()]) -> LevelFigures:
        """Figures of a day for a province, a commune or a site, and for the places one level below."""
        look = await _look(levels, visitor, where)
        return LevelFigures(
            level=look.scope.level,
            day=look.day.date,
            summed_at=look.summed_at,
            old=look.old,
            whole=_figures(look.whole),
            places=[_figures(one) for one in look.places],
            number=look.number,
        )

    return router


def _figures(one: Place) -> PlaceFigures:
    counted = one.counted
    return PlaceFigures(
        name=one.name,
        sites=one.sites,
        reporting=one.reporting,
        provisional={
            "arrivals": counted["arrivals"],
            "waiting": one.waiting,
            "doses": counted["doses"],
        },
        reconciled={
            "arrivals": counted["visits_matched"],
            "doses": counted["doses_matched"],
        },
        discrepancies=one.discrepancies,
        overdue=one.overdue,
        **asdict(one.fleet),
        quality=one.quality.score,
    )


def _plots(look: LevelLook, lang: Language, zone: tzinfo) -> dict[str, Any]:
    said = LEVELS[lang]
    hours = [one.hour.astimezone(zone).strftime("%Hh") for one in look.hours]
    days = [f"{one.day[8:]}/{one.day[5:7]}" for one in look.days]
    waiting = [one.waiting for one in look.hours]
    return {
        "by_hour": bars(
            hours, Series("provisional", said["arrivals"], [one.arrivals for one in look.hours])
        ),
        "waiting": line(hours, Series("provisional", said["waiting"], waiting)),
        "by_day": bars(
            days,
            Series("provisional", said["doses"], [one.doses for one in look.days]),
            Series("reconciled", said["doses_matched"], [one.matched for one in look.days]),
        ),
    }

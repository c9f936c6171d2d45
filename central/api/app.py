"""The centre's web application: joins the routes, each behind the right that it needs.

Open without a log-in are the log-in itself, what it is drawn with, and ``/health`` and ``/metrics`` for
this machine.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.staticfiles import StaticFiles

from central.api.accounts import account_routes
from central.api.audit import audit_routes
from central.api.by_level import ByLevel, by_level_routes
from central.api.closing import closing_routes
from central.api.complaints import complaint_routes
from central.api.entry import Entry
from central.api.errors import register_errors
from central.api.guard import LOOPBACK, PageGuard, host_in
from central.api.login import login_routes
from central.api.metrics import metrics_routes
from central.api.pages import LANGUAGE, Pages
from central.api.persons import person_routes
from central.api.platform_sheets import Exported, platform_routes
from central.api.requests import request_routes
from central.api.set_aside import set_aside_routes
from central.api.site_lists import site_list_routes
from central.api.verification import Opened, verification_routes
from central.api.words import Language
from central.api.words_levels import file_word
from central.domain.accounts import Right, Visitor
from central.domain.figures import LiabilityRow, Overview, VisitRow, busiest
from central.ports.set_aside import SetAsideReader
from central.ports.standing import Metrics
from central.services.accounts import AccountKeeping
from central.services.audit import Audit
from central.services.closing import ClosingDesk
from central.services.complaints import Complaints
from central.services.dashboard import Dashboard, Look
from central.services.door import Door
from central.services.liabilities import Liabilities
from central.services.persons import Persons
from central.services.place_names import PlaceNames
from central.services.platform_sheets import PlatformSheets
from central.services.requests import Requests
from central.services.retention import Retention
from central.services.sign_off import SignOffDesk
from central.services.site_lists import SiteLists
from central.services.unverified import UnverifiedPeople
from central.services.verification import VerificationDesk

_HERE = Path(__file__).parent
_LISTED: Final = 100
_DATE = Annotated[
    date | None,
    Query(
        alias="date",
        ge=date(2000, 1, 1),
        le=date(2999, 12, 31),
        description="A local day; today by default",
    ),
]


@dataclass(frozen=True, slots=True)
class Served:
    """What the pages ask.

    Attributes:
        public_url: Address under which browsers reach the pages; empty: the one they are served on.
    """

    dashboard: Dashboard
    liabilities: Liabilities
    door: Door
    audit: Audit
    accounts: AccountKeeping
    complaints: Complaints
    persons: Persons
    requests: Requests
    retention: Retention
    closings: ClosingDesk
    sign_offs: SignOffDesk
    verification: VerificationDesk
    unverified: UnverifiedPeople
    site_lists: SiteLists
    opened: Opened
    by_level: ByLevel
    metrics: Metrics
    set_aside: SetAsideReader
    zone: tzinfo
    names: PlaceNames = field(default_factory=PlaceNames)
    platform_sheets: PlatformSheets | None = None
    exported: Exported | None = None
    host: str = "127.0.0.1"
    public_url: str = ""


def build_app(served: Served) -> FastAPI:
    """Return the centre's web application."""
    # The ready-made pages of the documentation load scripts from elsewhere.
    app = FastAPI(
        title="Trạm – Trung tâm", version="1", docs_url=None, redoc_url=None, openapi_url=None
    )
    entry = Entry(served.door, secure=served.public_url.startswith("https://"))
    by_hand = served.platform_sheets is not None
    without = frozenset() if by_hand else frozenset({"/platform"})
    pages = Pages(served.zone, without, served.names)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.include_router(login_routes(entry, pages))
    app.include_router(_pages(entry, pages, served.dashboard))
    app.include_router(_json(entry, served.dashboard))
    app.include_router(by_level_routes(entry, pages, served.by_level, served.audit, served.zone))
    app.include_router(_files(entry, served.liabilities, served.audit))
    app.include_router(set_aside_routes(entry, pages, served.set_aside))
    app.include_router(audit_routes(entry, pages, served.audit))
    app.include_router(account_routes(entry, pages, served.accounts))
    app.include_router(
        closing_routes(entry, pages, served.closings, served.sign_offs, served.audit)
    )
    app.include_router(complaint_routes(entry, pages, served.complaints))
    app.include_router(person_routes(entry, pages, served.persons))
    app.include_router(
        verification_routes(
            entry, pages, served.verification, served.unverified, served.audit, served.opened
        )
    )
    app.include_router(site_list_routes(entry, pages, served.site_lists, served.opened))
    if served.platform_sheets is not None and served.exported is not None:
        app.include_router(
            platform_routes(entry, pages, served.platform_sheets, served.audit, served.exported)
        )
    app.include_router(request_routes(entry, pages, served.requests, served.retention))
    app.include_router(metrics_routes(served.metrics))
    app.include_router(_description(entry, app))
    register_errors(app, pages)
    app.add_middleware(
        PageGuard,
        origins=[served.public_url.rstrip("/")] if served.public_url else [],
        hosts=_hosts(served),
    )
    return app


def _hosts(served: Served) -> set[str]:
    own = {host_in(served.public_url)} if served.public_url else {served.host}
    # A proxy on this machine may say either name; from elsewhere nobody reaches loopback.
    return own | LOOPBACK


def _description(entry: Entry, app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/openapi.json")
    async def described(_: Annotated[Visitor, Depends(entry.anybody)]) -> dict[str, Any]:
        return app.openapi()

    return router


def _pages(entry: Entry, pages: Pages, dashboard: Dashboard) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]

    async def _render(
        request: Request, visitor: Visitor, name: str, lang: Language, on: date | None
    ) -> Response:
        look = await _look(dashboard, visitor, on)
        made_at = look.overview.made_at
        return pages.page(
            request,
            name,
            lang,
            visitor=visitor,
            overview=look.overview,
            # Of a whole country the rest is for the pages by level, which know of pages.
            sites=sorted(
                busiest(look.overview.sites, _LISTED), key=lambda one: pages.names.order(one.site)
            ),
            listed=_LISTED,
            visits=look.visits,
            asked_date=on,
            day_before=look.overview.day.date - timedelta(days=1),
            hours_since=lambda at: int((made_at - at).total_seconds() // 3600),
        )

    @router.get("/")
    async def page(
        request: Request, visitor: allowed, lang: LANGUAGE = "vi", on: _DATE = None
    ) -> Response:
        return await _render(request, visitor, "dashboard.html", lang, on)

    @router.get("/figures")
    async def figures(
        request: Request, visitor: allowed, lang: LANGUAGE = "vi", on: _DATE = None
    ) -> Response:
        return await _render(request, visitor, "figures.html", lang, on)

    @router.get("/events")
    async def events(request: Request, _: allowed) -> Response:
        stream = _stream(dashboard, entry.door, entry.token(request))
        return StreamingResponse(stream, media_type="text/event-stream")

    return router


async def _look(dashboard: Dashboard, visitor: Visitor, on: date | None) -> Look:
    """Return the figures as a visitor may see them."""
    look = await dashboard.look(on, visitor.sites)
    return look if visitor.may(Right.PERSONS) else look.of_nobody()


def _json(entry: Entry, dashboard: Dashboard) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["figures"])
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]
    of_people = Annotated[Visitor, Depends(entry.needs(Right.PERSONS))]

    @router.get("/summary")
    async def summary(visitor: allowed, on: _DATE = None) -> Overview:
        """Figures of a day by site, and the lists that have no day."""
        return (await _look(dashboard, visitor, on)).overview

    @router.get("/liabilities")
    async def liability_summary(visitor: allowed) -> list[LiabilityRow]:
        """Who injected what is not on the Platform: the 200 oldest rows; `/api/lists/liabilities` has each dose."""
        return list((await _look(dashboard, visitor, None)).overview.liabilities)

    @router.get("/visits")
    async def visits(visitor: of_people, on: _DATE = None) -> list[VisitRow]:
        """The latest visits of a day, names masked."""
        return list((await _look(dashboard, visitor, on)).visits)

    return router


def _files(entry: Entry, liabilities: Liabilities, audit: Audit) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["files"])
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]

    @router.get(
        "/liabilities.csv",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {}}}},
    )
    def liability_list(visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        """Every dose that was injected and is not on the Platform, by site and injector."""
        audit.write(visitor, "liabilities_read", "liabilities:all", route="file")
        parts = liabilities.csv(lambda code: file_word(lang, code), visitor.sites)
        # The first part now: a database that is away is then said as such, not as a broken file.
        whole = chain([next(parts)], parts)
        headers = {"content-disposition": 'attachment; filename="liabilities.csv"'}
        return StreamingResponse(whole, media_type="text/csv; charset=utf-8", headers=headers)

    return router


async def _stream(dashboard: Dashboard, door: Door, token: str) -> AsyncIterator[str]:
    async for version in dashboard.changes():
        if not await door.still(token):
            return
        if version is None:
            yield f"event: alive\ndata: {json.dumps({'age': dashboard.age_seconds()})}\n\n"
        else:
            yield f"event: changed\ndata: {json.dumps({'version': version})}\n\n"

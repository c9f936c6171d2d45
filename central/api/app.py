"""The dashboard and its JSON. Asks the service, decides nothing; shows no name and no number.

There are no accounts yet: it is to listen on loopback.
"""

import json
from collections.abc import AsyncIterator
from datetime import date, tzinfo
from itertools import chain
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from central.api.errors import register_errors
from central.api.words import WORDS, Language, word_for
from central.domain.figures import LiabilityRow, Overview, VisitRow
from central.services.dashboard import Dashboard
from central.services.liabilities import Liabilities

_HERE = Path(__file__).parent
_LOOPBACK = ("127.0.0.1", "localhost")
_HEADERS = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_DATE = Annotated[
    date | None,
    Query(
        alias="date",
        ge=date(2000, 1, 1),
        le=date(2999, 12, 31),
        description="A local day; today by default",
    ),
]
_LANGUAGE = Annotated[Language, Query()]


def build_app(
    dashboard: Dashboard, liabilities: Liabilities, zone: tzinfo, host: str = "127.0.0.1"
) -> FastAPI:
    """Return the centre's web application.

    Args:
        host: The address it is served on. On loopback it answers to loopback's own names only, so
            that a page from elsewhere can't read it under a name that was made to point here.
    """
    # The ready-made documentation pages load scripts from elsewhere; /openapi.json is enough.
    app = FastAPI(title="Trạm – Trung tâm", version="1", docs_url=None, redoc_url=None)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.include_router(_pages(dashboard, zone))
    app.include_router(_json(dashboard))
    app.include_router(_files(liabilities))
    register_errors(app)
    if host in _LOOPBACK:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(_LOOPBACK))

    @app.middleware("http")
    async def headers(request: Request, call_next):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - Starlette's types
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def _pages(dashboard: Dashboard, zone: tzinfo) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = Jinja2Templates(directory=_HERE / "templates")

    async def _render(request: Request, name: str, lang: Language, on: date | None) -> Response:
        look = await dashboard.look(on)
        context = {
            "language": lang,
            "words": WORDS[lang],
            "word": lambda code: word_for(lang, code),
            "clock": lambda at: at.astimezone(zone).strftime("%H:%M:%S"),
            "stamp": lambda at: at.astimezone(zone).strftime("%d/%m %H:%M"),
            "overview": look.overview,
            "visits": look.visits,
            "asked_date": on,
            "hours_since": lambda at: int((look.overview.made_at - at).total_seconds() // 3600),
        }
        return pages.TemplateResponse(request, name, context)

    @router.get("/")
    async def page(request: Request, lang: _LANGUAGE = "vi", on: _DATE = None) -> Response:
        return await _render(request, "dashboard.html", lang, on)

    @router.get("/figures")
    async def figures(request: Request, lang: _LANGUAGE = "vi", on: _DATE = None) -> Response:
        return await _render(request, "figures.html", lang, on)

    @router.get("/events")
    async def events() -> Response:
        return StreamingResponse(_stream(dashboard), media_type="text/event-stream")

    return router


def _json(dashboard: Dashboard) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["figures"])

    @router.get("/summary")
    async def summary(on: _DATE = None) -> Overview:
        """Figures of a day by site, and the lists that have no day."""
        return (await dashboard.look(on)).overview

    @router.get("/liabilities")
    async def liability_summary() -> list[LiabilityRow]:
        """Who injected what is not on the Platform, the oldest first."""
        return list((await dashboard.look()).overview.liabilities)

    @router.get("/visits")
    async def visits(on: _DATE = None) -> list[VisitRow]:
        """The latest visits of a day, names masked."""
        return list((await dashboard.look(on)).visits)

    return router


def _files(liabilities: Liabilities) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["files"])

    @router.get(
        "/liabilities.csv",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {}}}},
    )
    def liability_list(lang: _LANGUAGE = "vi") -> Response:
        """Every dose that was injected and is not on the Platform, by site and injector."""
        parts = liabilities.csv(lambda code: word_for(lang, code))
        # The first part now: a database that is away is then said as such, not as a broken file.
        whole = chain([next(parts)], parts)
        headers = {"content-disposition": 'attachment; filename="liabilities.csv"'}
        return StreamingResponse(whole, media_type="text/csv; charset=utf-8", headers=headers)

    return router


async def _stream(dashboard: Dashboard) -> AsyncIterator[str]:
    async for version in dashboard.changes():
        if version is None:
            yield ": nothing new\n\n"
        else:
            yield f"event: changed\ndata: {json.dumps({'version': version})}\n\n"

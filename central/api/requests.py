"""What people ask for: the whole of what is held of them, and to be erased with a proof."""

import asyncio
import io
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from central.api.entry import Entry, Who
from central.api.pages import LANGUAGE, Pages
from central.api.words import Language
from central.api.words_held import titled
from central.api.words_requests import with_words
from central.domain.accounts import Right, Visitor
from central.services.persons import NoSuchPerson
from central.services.requests import LISTED, NotErased, Requests, as_json, cells
from central.services.retention import Retention

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIELD = Annotated[str, Form(max_length=200)]


def request_routes(
    entry: Entry, pages: Pages, requests: Requests, retention: Retention
) -> APIRouter:
    """Return the routes of requests."""
    router = APIRouter(include_in_schema=False)
    _files(router, entry.needs(Right.REQUESTS), pages, requests)
    _erased(router, entry.needs(Right.REQUESTS), pages, requests, retention)
    _erasing(router, entry.needs(Right.REQUESTS), pages, requests)
    return router


def _erased(
    router: APIRouter, who: Who, pages: Pages, requests: Requests, retention: Retention
) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    @router.get("/requests")
    async def page(
        request: Request, visitor: allowed, lang: LANGUAGE = "vi", problem: str = ""
    ) -> Response:
        rows = await asyncio.to_thread(requests.erasures)
        kept = await asyncio.to_thread(retention.kept)
        return pages.page(
            request,
            "requests.html",
            lang,
            visitor=visitor,
            rows=rows,
            kept=kept,
            limit=LISTED,
            problem=problem[:40],
        )


def _erasing(router: APIRouter, who: Who, pages: Pages, requests: Requests) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    @router.post("/requests/erase")
    async def erase(
        request: Request, visitor: allowed, visit: _FIELD, reference: _FIELD = "",
        lang: LANGUAGE = "vi",
    ) -> Response:  # fmt: skip
        try:
            await asyncio.to_thread(requests.erase, visitor, visit[:64], reference)
        except NoSuchPerson:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        except NotErased as error:
            more = "&lang=en" if lang == "en" else ""
            return RedirectResponse(f"/requests?problem={error.code}{more}", 303)
        return RedirectResponse("/requests" + ("?lang=en" if lang == "en" else ""), 303)


def _files(router: APIRouter, who: Who, pages: Pages, requests: Requests) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    async def all_held(visitor: Visitor, visit: str, route: str, lang: Language) -> dict[str, Any]:
        held = await asyncio.to_thread(requests.held, visitor, visit[:64], route)
        return with_words(lang, held, pages.names)

    @router.get("/requests/{visit}/export.json")
    async def export_json(
        request: Request, visit: str, visitor: allowed, lang: LANGUAGE = "vi"
    ) -> Response:
        try:
            held = await all_held(visitor, visit, "json", lang)
        except NoSuchPerson:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        return _file(as_json(held), "application/json", "json")

    @router.get("/requests/{visit}/export.xlsx")
    async def export_xlsx(
        request: Request, visit: str, visitor: allowed, lang: LANGUAGE = "vi"
    ) -> Response:
        try:
            held = await all_held(visitor, visit, "xlsx", lang)
        except NoSuchPerson:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        book = await asyncio.to_thread(_workbook, titled(lang, cells(held)))
        return _file(book, _XLSX, "xlsx")


def _file(data: bytes, kind: str, ending: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="person.{ending}"'}
    return Response(data, media_type=kind, headers=headers)


def _workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    # openpyxl takes a tenth of a start's time, and few people ask for a workbook.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[:31])
        for row in rows:
            sheet.append(row)
    if not sheets:
        book.create_sheet("-")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

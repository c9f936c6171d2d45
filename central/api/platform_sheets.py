"""Files to a Platform without an interface, and back: made, downloaded, taken in."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from central.api.entry import Entry, NotAllowed
from central.api.pages import LANGUAGE, NUMBER, Pages
from central.api.uploads import sent_file
from central.api.words import Language
from central.api.words_days import DAYS
from central.api.words_rows import plain_words, row_words
from central.domain.accounts import Right, Visitor
from central.ports import ListUnreadable
from central.ports.platform_sheets import PlatformFile
from central.services.audit import Audit
from central.services.platform_sheets import NoSuchSheet, PlatformSheets, TakenIn

Exported = Callable[[Path, bytes], PlatformFile]
_LARGEST: Final = 64 << 20
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def platform_routes(
    entry: Entry, pages: Pages, sheets: PlatformSheets, audit: Audit, exported: Exported
) -> APIRouter:
    """Return the routes of files to the Platform and back."""
    router = APIRouter(prefix="/platform", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.PLATFORM))]
    show = _Shown(pages, sheets)

    @router.get("")
    async def page(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        return await show(request, _of_all_sites(visitor), lang)

    @router.post("")
    async def make(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        made = await asyncio.to_thread(sheets.make, _of_all_sites(visitor), "page")
        problem = "" if made is not None else DAYS[lang]["sheets_nothing"]
        return await show(request, visitor, lang, problem=problem)

    @router.get("/{number}.xlsx")
    async def sheet(number: NUMBER, visitor: allowed) -> Response:
        record = f"platform_sheet:{number}"[:60]
        await asyncio.to_thread(
            audit.write, _of_all_sites(visitor), "platform_sheet_read", record, "", "page"
        )
        try:
            data = await asyncio.to_thread(sheets.book, number)
        except NoSuchSheet as error:
            raise HTTPException(404, "there is no such file") from error
        headers = {"content-disposition": f'attachment; filename="nen-tang-{number}.xlsx"'}
        return Response(data, media_type=_XLSX, headers=headers)

    @router.post("/export")
    async def take(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        _of_all_sites(visitor)
        name, data = await sent_file(request, "export", _LARGEST)
        file = exported(Path(name), data)
        try:
            done = await asyncio.to_thread(sheets.take_in, visitor, file, "page")
        except ListUnreadable as error:
            return await show(request, visitor, lang, problem=plain_words(lang, str(error)))
        return await show(request, visitor, lang, done=done)

    return router


class _Shown:
    """Draws the page."""

    def __init__(self, pages: Pages, sheets: PlatformSheets) -> None:
        self._pages = pages
        self._sheets = sheets

    async def __call__(
        self, request: Request, visitor: Visitor, lang: Language, *, problem: str = "",
        done: TakenIn | None = None,
    ) -> Response:  # fmt: skip
        made = await asyncio.to_thread(self._sheets.sheets)
        files = await asyncio.to_thread(self._sheets.files)
        unsent = await asyncio.to_thread(self._sheets.unsent)
        return self._pages.page(
            request, "platform.html", lang, visitor=visitor, days=DAYS[lang], sheets=made,
            files=files, unsent=unsent, problem=problem, done=done,
            row_words=lambda row: row_words(lang, row), status=422 if problem else 200,
        )  # fmt: skip


def _of_all_sites(visitor: Visitor) -> Visitor:
    """Return who may see every site: a file holds people of all of them."""
    if visitor.sites is not None:
        raise NotAllowed
    return visitor

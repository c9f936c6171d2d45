"""The worklist of discrepancies, one of them, and its hand-over."""

import asyncio
from typing import Annotated, Final, get_args

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from central.api.entry import Entry, Who
from central.api.pages import LANGUAGE, Pages
from central.api.words import Language
from central.api.words_levels import LEVELS, file_word
from central.domain.accounts import Right, Visitor
from central.domain.discrepancies import HandoverRefused, Why
from central.domain.findings import Kind
from central.services.discrepancies import LISTED, Discrepancies, NoSuchDiscrepancy, Wish

FILTER = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]
_OFFSET = Annotated[int, Query(ge=0, le=10_000_000)]
_STEPS = Annotated[int, Form(ge=0, le=100_000)]
_KINDS: Final = get_args(Kind)
_PROBLEMS: Final = ("settled", "overtaken", "not_yours", "to_whom")


def discrepancy_routes(entry: Entry, pages: Pages, desk: Discrepancies) -> APIRouter:
    """Return the routes of the worklist."""
    router = APIRouter(include_in_schema=False)
    who = entry.needs(Right.DISCREPANCIES)
    _worklist(router, who, pages, desk)
    _one(router, who, pages, desk)
    return router


def _worklist(router: APIRouter, who: Who, pages: Pages, desk: Discrepancies) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    @router.get("/discrepancies")
    async def page(
        request: Request,
        visitor: allowed,
        site: FILTER = "",
        kind: FILTER = "",
        owner: FILTER = "",
        overdue: Annotated[bool, Query()] = False,  # noqa: FBT002 - a box in a form
        offset: _OFFSET = 0,
        lang: LANGUAGE = "vi",
    ) -> Response:
        wish = Wish(site.strip(), kind, owner.strip(), overdue)
        rows, number = await asyncio.to_thread(desk.worklist, visitor, wish, offset)
        return pages.page(
            request, "discrepancies.html", lang, visitor=visitor, said=LEVELS[lang], rows=rows,
            number=number, wish=wish, kinds=_KINDS, offset=offset, limit=LISTED, now=desk.now(),
            word=lambda code: file_word(lang, code),
        )  # fmt: skip


def _one(router: APIRouter, who: Who, pages: Pages, desk: Discrepancies) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    async def show(
        request: Request, visitor: Visitor, lang: Language, key: str, problem: str = ""
    ) -> Response:
        try:
            one, values, past = await asyncio.to_thread(desk.read, visitor, key)
        except NoSuchDiscrepancy:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        owners = await asyncio.to_thread(desk.owners, one.site)
        return pages.page(
            request, "discrepancy.html", lang, visitor=visitor, said=LEVELS[lang], one=one,
            values=values, past=past, now=desk.now(), reasons=list(Why),
            owners=[each for each in owners if each[0] != one.owner],
            problem=problem if problem in _PROBLEMS else "", status=422 if problem else 200,
            word=lambda code: file_word(lang, code),
        )  # fmt: skip

    @router.get("/discrepancies/{key}")
    async def page(request: Request, key: str, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        return await show(request, visitor, lang, key[:40])

    @router.post("/discrepancies/{key}/hand-over")
    async def given(
        request: Request,
        key: str,
        visitor: allowed,
        steps: _STEPS,
        to: Annotated[str, Form(max_length=80)] = "",
        reason: Annotated[Why, Form()] = Why.NOT_MINE,
        note: Annotated[str, Form(max_length=300)] = "",
        lang: LANGUAGE = "vi",
    ) -> Response:
        key = key[:40]
        try:
            await asyncio.to_thread(desk.hand_over, visitor, key, to, reason, note, steps)
        except NoSuchDiscrepancy:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        except HandoverRefused as error:
            return await show(request, visitor, lang, key, error.code)
        return RedirectResponse(f"/discrepancies/{key}" + "?lang=en" * (lang == "en"), 303)

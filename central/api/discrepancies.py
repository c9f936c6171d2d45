"""The worklist of discrepancies, one of them, its hand-over and its explanation."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Final, get_args

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from central.api.entry import Entry, Who
from central.api.pages import LANGUAGE, Pages
from central.api.words import Language
from central.api.words_levels import LEVELS, file_word
from central.domain.accounts import Right, Visitor
from central.domain.discrepancies import HandoverRefused, Why, may_explain
from central.domain.findings import Kind
from central.services.discrepancies import LISTED, Discrepancies, NoSuchDiscrepancy, Wish

FILTER = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]
_OFFSET = Annotated[int, Query(ge=0, le=10_000_000)]
_STEPS = Annotated[int, Form(ge=0, le=100_000)]
_KINDS: Final = get_args(Kind)
_PROBLEMS: Final = ("settled", "overtaken", "not_yours", "to_whom", "not_above", "no_words")


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


class _OnePage:
    """Shows one discrepancy, and takes a step with it."""

    def __init__(self, pages: Pages, desk: Discrepancies) -> None:
        self._pages = pages
        self._desk = desk

    async def show(
        self, request: Request, visitor: Visitor, lang: Language, key: str, problem: str = ""
    ) -> Response:
        try:
            one, values, past = await asyncio.to_thread(self._desk.read, visitor, key)
        except NoSuchDiscrepancy:
            return self._pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        owners = await asyncio.to_thread(self._desk.owners, one)
        return self._pages.page(
            request, "discrepancy.html", lang, visitor=visitor, said=LEVELS[lang], one=one,
            values=values, past=past, now=self._desk.now(), reasons=list(Why),
            owners=[each for each in owners if each[0] != one.owner],
            explains=may_explain(one, visitor),
            problem=problem if problem in _PROBLEMS else "", status=422 if problem else 200,
            word=lambda code: file_word(lang, code),
        )  # fmt: skip

    async def take(
        self,
        request: Request,
        visitor: Visitor,
        lang: Language,
        key: str,
        step: Callable[[], None],
    ) -> Response:
        """Take a step and show what it led to, or why it was not taken."""
        try:
            await asyncio.to_thread(step)
        except NoSuchDiscrepancy:
            return self._pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        except HandoverRefused as error:
            return await self.show(request, visitor, lang, key, error.code)
        return RedirectResponse(f"/discrepancies/{key}" + "?lang=en" * (lang == "en"), 303)


def _one(router: APIRouter, who: Who, pages: Pages, desk: Discrepancies) -> None:
    allowed = Annotated[Visitor, Depends(who)]
    of_one = _OnePage(pages, desk)

    @router.get("/discrepancies/{key}")
    async def page(request: Request, key: str, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        return await of_one.show(request, visitor, lang, key[:40])

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
        step = partial(desk.hand_over, visitor, key, to, reason, note, steps)
        return await of_one.take(request, visitor, lang, key, step)

    @router.post("/discrepancies/{key}/explain")
    async def explained(
        request: Request,
        key: str,
        visitor: allowed,
        steps: _STEPS,
        words: Annotated[str, Form(max_length=300)] = "",
        lang: LANGUAGE = "vi",
    ) -> Response:
        key = key[:40]
        step = partial(desk.explain, visitor, key, words, steps)
        return await of_one.take(request, visitor, lang, key, step)

"""Looking a person up, what happened to them, and joining two that are one. No number in addresses."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from central.api.entry import Entry, Who
from central.api.pages import LANGUAGE, Pages
from central.api.words import Language
from central.domain.accounts import Right, Visitor
from central.domain.persons import MergeRefused, Person, Reason
from central.services.persons import LISTED, NoSuchPerson, Persons

_FIELD = Annotated[str, Form(max_length=200)]
_NUMBER = Annotated[int, Form(ge=1, le=2**31 - 1)]


def person_routes(entry: Entry, pages: Pages, persons: Persons) -> APIRouter:
    """Return the routes of persons."""
    router = APIRouter(include_in_schema=False)
    _looking(router, entry.needs(Right.PERSONS), pages, persons)
    _joining(router, entry.needs(Right.MERGE), pages, persons)
    return router


def _looking(router: APIRouter, who: Who, pages: Pages, persons: Persons) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    def show(
        request: Request, visitor: Visitor, lang: Language, found: list[Person] | None
    ) -> Response:
        return pages.page(
            request, "persons.html", lang, visitor=visitor, found=found, reasons=list(Reason),
            may_merge=visitor.may(Right.MERGE), limit=LISTED,
        )  # fmt: skip

    @router.get("/persons")
    async def page(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        return show(request, visitor, lang, None)

    @router.post("/persons")
    async def find(
        request: Request,
        visitor: allowed,
        number: _FIELD = "",
        name: _FIELD = "",
        birth: _FIELD = "",
        lang: LANGUAGE = "vi",
    ) -> Response:
        asked = ("".join(number.split()), name.strip(), birth.strip())
        found = await asyncio.to_thread(persons.find, visitor, *asked) if any(asked) else []
        return show(request, visitor, lang, found)

    @router.get("/persons/of/{visit}")
    async def one(
        request: Request, visit: str, visitor: allowed, lang: LANGUAGE = "vi"
    ) -> Response:
        try:
            whole = await asyncio.to_thread(persons.read, visitor, visit[:64])
        except NoSuchPerson:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        return pages.page(
            request, "person.html", lang, visitor=visitor, whole=whole,
            may_merge=visitor.may(Right.MERGE), may_erase=visitor.may(Right.REQUESTS),
        )  # fmt: skip


def _joining(router: APIRouter, who: Who, pages: Pages, persons: Persons) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    @router.get("/persons/merges")
    async def merges(
        request: Request, visitor: allowed, lang: LANGUAGE = "vi", problem: str = ""
    ) -> Response:
        rows = await asyncio.to_thread(persons.merges, visitor)
        return pages.page(
            request, "merges.html", lang, visitor=visitor, rows=rows, problem=problem[:40]
        )

    @router.post("/persons/merge")
    async def merge(
        request: Request,
        visitor: allowed,
        reason: Annotated[Reason, Form()],
        visit: Annotated[list[str], Form(max_length=20)],
        lang: LANGUAGE = "vi",
    ) -> Response:
        if len(visit) != 2:
            return _merges(lang, "choose_two")
        left, right = (each[:64] for each in visit)
        try:
            await asyncio.to_thread(persons.merge, visitor, left, right, reason.value)
        except NoSuchPerson:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        except MergeRefused as error:
            return _merges(lang, error.code)
        query = "?lang=en" if lang == "en" else ""
        return RedirectResponse(f"/persons/of/{left}{query}", 303)

    @router.post("/persons/undo")
    async def undo(visitor: allowed, merge: _NUMBER, lang: LANGUAGE = "vi") -> Response:
        try:
            await asyncio.to_thread(persons.undo, visitor, merge)
        except MergeRefused as error:
            return _merges(lang, error.code)
        return _merges(lang, "")


def _merges(lang: Language, problem: str) -> Response:
    parts = [f"problem={problem}" if problem else "", "lang=en" if lang == "en" else ""]
    query = "&".join(part for part in parts if part)
    return RedirectResponse("/persons/merges" + (f"?{query}" if query else ""), 303)

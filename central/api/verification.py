"""Verification rounds: the page with their clocks, the sheets that go out and come back."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from central.api.entry import Entry, NotAllowed
from central.api.pages import LANGUAGE, NUMBER, Pages
from central.api.uploads import sent_file
from central.api.words import Language
from central.api.words_days import DAYS, day_word
from central.api.words_rows import plain_words, row_words
from central.domain.accounts import Right, Visitor
from central.domain.unverified import Still
from central.domain.verification import Round, RoundRefused
from central.ports import ListUnreadable, PeopleList
from central.services.audit import Audit
from central.services.unverified import UnverifiedPeople
from central.services.verification import LISTED, TakenBack, VerificationDesk
from protocol.errors import WireError
from protocol.identity import SiteId, site_id

Opened = Callable[[Path, bytes], PeopleList]
_LARGEST: Final = 32 << 20
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SITE_FIELD = Annotated[str, Form(max_length=32)]


def verification_routes(
    entry: Entry,
    pages: Pages,
    desk: VerificationDesk,
    unverified: UnverifiedPeople,
    audit: Audit,
    opened: Opened,
) -> APIRouter:
    """Return the routes of verification rounds."""
    rounds = _Rounds(pages, desk, unverified, audit)
    router = APIRouter()
    router.include_router(_looking(entry, rounds))
    router.include_router(_rounds(entry, rounds))
    router.include_router(_sheets(entry, rounds, opened))
    return router


class _Rounds:
    """What every route here needs: rounds that a visitor may see, and a note of what was done."""

    def __init__(
        self, pages: Pages, desk: VerificationDesk, unverified: UnverifiedPeople, audit: Audit
    ) -> None:
        self._pages = pages
        self.desk = desk
        self.unverified = unverified
        self._audit = audit

    async def found(self, visitor: Visitor, number: int) -> Round:
        try:
            one = await asyncio.to_thread(self.desk.round, number)
        except RoundRefused as error:
            raise HTTPException(404, str(error)) from error
        if not visitor.sees(one.site):
            raise NotAllowed
        return one

    async def note(self, visitor: Visitor, what: str, record: str) -> None:
        await asyncio.to_thread(self._audit.write, visitor, what, record, "", "page")

    async def show(
        self, request: Request, visitor: Visitor, lang: Language, *, problem: str = "",
        done: TakenBack | None = None,
    ) -> Response:  # fmt: skip
        rounds = await asyncio.to_thread(self.desk.rounds, visitor.sites)
        late = {one.id for one in await asyncio.to_thread(self.desk.overdue, visitor.sites)}
        still = await asyncio.to_thread(self.unverified.by_site, visitor.sites)
        # A site of one's own without a list is shown, too: it wants one.
        without = set(visitor.sites or ()) - {one.site for one in still}
        order = self._pages.names.order
        still = sorted([*still, *map(Still, without)], key=lambda one: order(one.site))
        return self._pages.page(
            request, "verification.html", lang, visitor=visitor, days=DAYS[lang], rounds=rounds,
            late=late, still=still, limit=LISTED, problem=plain_words(lang, problem), done=done,
            word=lambda code: day_word(lang, code), row_words=lambda row: row_words(lang, row),
            status=422 if problem else 200,
        )  # fmt: skip


def _looking(entry: Entry, rounds: _Rounds) -> APIRouter:
    router = APIRouter(prefix="/verification", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.VERIFICATION))]

    @router.get("")
    async def page(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        return await rounds.show(request, visitor, lang)

    @router.get("/still.xlsx")
    async def still(visitor: allowed, site: Annotated[str, Query(max_length=32)]) -> Response:
        if not visitor.sees(site):
            raise NotAllowed
        await rounds.note(visitor, "unverified_read", f"roster:{site}")
        data = await asyncio.to_thread(rounds.unverified.sheet, _site(site))
        return _file(data, f"chua-xac-minh-{site}.xlsx")

    return router


def _rounds(entry: Entry, rounds: _Rounds) -> APIRouter:
    router = APIRouter(prefix="/verification", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.VERIFICATION))]

    @router.post("")
    async def make(
        request: Request, visitor: allowed, site: _SITE_FIELD, lang: LANGUAGE = "vi"
    ) -> Response:
        if not visitor.sees(site):
            raise NotAllowed
        try:
            await asyncio.to_thread(rounds.desk.make, _site(site), visitor)
        except RoundRefused as error:
            return await rounds.show(request, visitor, lang, problem=str(error))
        return _back(lang)

    @router.post("/{number}/call-off")
    async def call_off(
        request: Request, number: NUMBER, visitor: allowed, lang: LANGUAGE = "vi"
    ) -> Response:
        await rounds.found(visitor, number)
        try:
            await asyncio.to_thread(rounds.desk.call_off, number, visitor)
        except RoundRefused as error:
            return await rounds.show(request, visitor, lang, problem=str(error))
        return _back(lang)

    return router


def _sheets(entry: Entry, rounds: _Rounds, opened: Opened) -> APIRouter:
    router = APIRouter(prefix="/verification", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.VERIFICATION))]

    @router.post("/{number}/sheet")
    async def send(
        request: Request, number: NUMBER, visitor: allowed, lang: LANGUAGE = "vi"
    ) -> Response:
        one = await rounds.found(visitor, number)
        await rounds.note(visitor, "round_sent", f"round:{number}")
        try:
            data = await asyncio.to_thread(rounds.desk.send, number)
        except RoundRefused as error:
            return await rounds.show(request, visitor, lang, problem=str(error))
        return _file(data, f"xac-minh-{one.site}-{number}.xlsx")

    @router.post("/{number}/answers")
    async def take_back(
        request: Request, number: NUMBER, visitor: allowed, lang: LANGUAGE = "vi"
    ) -> Response:
        await rounds.found(visitor, number)
        name, data = await sent_file(request, "answers", _LARGEST)
        await rounds.note(visitor, "round_returned", f"round:{number}")
        people = opened(Path(name), data)
        try:
            done = await asyncio.to_thread(rounds.desk.take_back, number, people, source=name)
        except (RoundRefused, ListUnreadable) as error:
            return await rounds.show(request, visitor, lang, problem=str(error))
        return await rounds.show(request, visitor, lang, done=done)

    return router


def _site(text: str) -> SiteId:
    try:
        return site_id(text)
    except WireError as error:
        raise HTTPException(422, "there is no such site") from error


def _back(lang: Language) -> Response:
    return RedirectResponse("/verification" if lang == "vi" else "/verification?lang=en", 303)


def _file(data: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=_XLSX, headers=headers)

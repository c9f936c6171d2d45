"""A site's day closed and signed: the page, its files, and the same for programs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from central.api.entry import Entry, NotAllowed
from central.api.levels import OFFSET
from central.api.pages import LANGUAGE, Pages
from central.api.uploads import sent_file
from central.api.words import Language
from central.api.words_certificates import WITHOUT
from central.api.words_days import DAYS, day_word
from central.api.words_rows import plain_words
from central.domain.accounts import Right, Visitor
from central.domain.closing import Closing, Equation, Irregularity
from central.domain.closing_words import EQUATIONS, REASONS
from central.domain.sign_off import Batch
from central.ports.sign_off import SignatureRefused
from central.services.audit import Audit
from central.services.closing import ClosingDesk
from central.services.sign_off import SignOffDesk

_LISTED: Final = 100
_LARGEST_SIGNATURE: Final = 1 << 20
_SITE = Annotated[str, Query(max_length=32)]
_DATE = Annotated[date | None, Query(alias="date", ge=date(2000, 1, 1), le=date(2999, 12, 31))]


def closing_routes(
    entry: Entry, pages: Pages, closings: ClosingDesk, sign_offs: SignOffDesk, audit: Audit
) -> APIRouter:
    """Return the routes of closing and sign-off."""
    shown = _Shown(pages, closings, sign_offs)
    router = APIRouter()
    router.include_router(_pages(entry, shown))
    router.include_router(_json(entry, closings))
    batches = _Batches(sign_offs, audit)
    router.include_router(_files(entry, batches))
    router.include_router(_signing(entry, shown, batches))
    return router


@dataclass(frozen=True, slots=True)
class ClosingTold:
    """A site's day for programs.

    Attributes:
        without_certificate: How many left with a dose and no certificate, by the reason; beside the
            rest, for it is no part of what is signed.
    """

    site: str
    day: date
    visits: Equation
    doses: Equation
    vials: Equation
    exceptions: tuple[Irregularity, ...]
    without_certificate: Mapping[str, int]


class _Shown:
    """Draws the page of one day."""

    def __init__(self, pages: Pages, closings: ClosingDesk, sign_offs: SignOffDesk) -> None:
        self._pages = pages
        self._closings = closings
        self._sign_offs = sign_offs

    async def site(
        self, request: Request, visitor: Visitor, lang: Language, site: str, on: date | None,
        problem: str = "",
    ) -> Response:  # fmt: skip
        _must_see(visitor, site)
        day = self._closings.day(on).date
        closing = await asyncio.to_thread(self._closings.closing, site, day)
        without = await asyncio.to_thread(self._closings.without_certificate, site, day)
        signed = await asyncio.to_thread(self._sign_offs.signed_day, site, day)
        return self._draw(
            request, visitor, lang, day, site=site, closings=[closing], signed=signed,
            without=without, problem=plain_words(lang, problem), status=422 if problem else 200,
        )  # fmt: skip

    async def all(
        self, request: Request, visitor: Visitor, lang: Language, on: date | None, offset: int
    ) -> Response:
        day = self._closings.day(on).date
        sites = await asyncio.to_thread(self._closings.sites, day, visitor.sites)
        sites = self._pages.names.in_order(sites)
        shown = sites[offset : offset + _LISTED]
        closings = [await asyncio.to_thread(self._closings.closing, one, day) for one in shown]
        rows, left = await asyncio.to_thread(self._sign_offs.unsigned, visitor.sites, _LISTED)
        _, before = await asyncio.to_thread(self._sign_offs.unsigned_before, visitor.sites, 0)
        unsigned = self._in_order(rows), left
        return self._draw(
            request,
            visitor,
            lang,
            day,
            site="",
            closings=closings,
            number=len(sites),
            offset=offset,
            limit=_LISTED,
            unsigned=unsigned,
            before=before,
            signed=None,
            without={},
            problem="",
        )

    async def unsigned(
        self, request: Request, visitor: Visitor, lang: Language, offset: int
    ) -> Response:
        look = partial(self._sign_offs.unsigned_before, visitor.sites, _LISTED, offset)
        rows, number = await asyncio.to_thread(look)
        return self._pages.page(
            request, "unsigned.html", lang, visitor=visitor, days=DAYS[lang],
            rows=self._in_order(rows), number=number, offset=offset, limit=_LISTED,
        )  # fmt: skip

    def _in_order(self, rows: list[tuple[date, str]]) -> list[tuple[date, str]]:
        order = self._pages.names.order
        return sorted(rows, key=lambda row: (row[0], order(row[1])))

    def _draw(
        self, request: Request, visitor: Visitor, lang: Language, day: date, **content: Any  # noqa: ANN401
    ) -> Response:  # fmt: skip
        return self._pages.page(
            request, "closing.html", lang, visitor=visitor, day=day, days=DAYS[lang],
            reasons=REASONS[lang], equations=EQUATIONS[lang],
            word=lambda code: day_word(lang, code), why_without=WITHOUT[lang],
            may_sign=visitor.may(Right.SIGN_OFF), **content,
        )  # fmt: skip


def _pages(entry: Entry, shown: _Shown) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]

    @router.get("/closing")
    async def page(
        request: Request, visitor: allowed, site: _SITE = "", on: _DATE = None,
        offset: OFFSET = 0, lang: LANGUAGE = "vi",
    ) -> Response:  # fmt: skip
        if site:
            return await shown.site(request, visitor, lang, site, on)
        return await shown.all(request, visitor, lang, on, offset)

    @router.get("/closing/unsigned")
    async def unsigned(
        request: Request, visitor: allowed, offset: OFFSET = 0, lang: LANGUAGE = "vi"
    ) -> Response:
        return await shown.unsigned(request, visitor, lang, offset)

    return router


def _json(entry: Entry, closings: ClosingDesk) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["closing"])
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]

    def told(closing: Closing) -> ClosingTold:
        without = closings.without_certificate(closing.site, closing.day)
        return ClosingTold(
            closing.site, closing.day, closing.visits, closing.doses, closing.vials,
            closing.exceptions, without,
        )  # fmt: skip

    @router.get("/closing")
    async def all_sites(visitor: allowed, on: _DATE = None) -> list[ClosingTold]:
        """Each site's day: its equations, and every visit, dose and vial to be explained."""
        return await asyncio.to_thread(
            lambda: [told(closing) for closing in closings.closings(on, visitor.sites)]
        )

    @router.get("/closing/{site}")
    async def one_site(site: str, visitor: allowed, on: _DATE = None) -> ClosingTold:
        """A site's day."""
        _must_see(visitor, site)
        return await asyncio.to_thread(lambda: told(closings.closing(site, on)))

    return router


class _Batches:
    """Batches for whoever may see their site; what is done with one is written down."""

    def __init__(self, desk: SignOffDesk, audit: Audit) -> None:
        self.desk = desk
        self._audit = audit

    async def found(self, visitor: Visitor, sha256: str) -> Batch:
        batch = await asyncio.to_thread(self.desk.batch, sha256)
        if batch is None:
            raise HTTPException(404, "there is no such batch")
        _must_see(visitor, batch.site)
        return batch

    async def note(self, visitor: Visitor, what: str, batch: Batch) -> None:
        record = f"batch:{batch.sha256}"
        await asyncio.to_thread(self._audit.write, visitor, what, record, "", "page")


def _files(entry: Entry, batches: _Batches) -> APIRouter:
    router = APIRouter(prefix="/closing/batch", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.SIGN_OFF))]

    @router.post("")
    async def make(
        visitor: allowed,
        site: Annotated[str, Form(max_length=32)],
        on: Annotated[date, Form(alias="date")],
        lang: LANGUAGE = "vi",
    ) -> Response:
        _must_see(visitor, site)
        batch = await asyncio.to_thread(batches.desk.make, site, on, visitor)
        return _back(batch, lang)

    @router.get("/{sha256}.json")
    async def content(sha256: str, visitor: allowed) -> Response:
        batch = await batches.found(visitor, sha256)
        await batches.note(visitor, "batch_read", batch)
        return _file(batch, batch.content, "application/json", "json")

    @router.get("/{sha256}.pdf")
    async def minutes(sha256: str, visitor: allowed) -> Response:
        batch = await batches.found(visitor, sha256)
        await batches.note(visitor, "batch_read", batch)
        pdf = await asyncio.to_thread(batches.desk.draw, batch)
        return _file(batch, pdf, "application/pdf", "pdf")

    return router


def _signing(entry: Entry, shown: _Shown, batches: _Batches) -> APIRouter:
    router = APIRouter(prefix="/closing/batch", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.SIGN_OFF))]

    @router.post("/{sha256}/signature")
    async def sign(
        request: Request, sha256: str, visitor: allowed, lang: LANGUAGE = "vi"
    ) -> Response:
        batch = await batches.found(visitor, sha256)
        _, signature = await sent_file(request, "signature", _LARGEST_SIGNATURE)
        try:
            await asyncio.to_thread(batches.desk.attach, sha256, signature, visitor)
        except SignatureRefused as error:
            return await shown.site(request, visitor, lang, batch.site, batch.day, str(error))
        return _back(batch, lang)

    @router.post("/{sha256}/minutes")
    async def vouch(
        request: Request,
        sha256: str,
        visitor: allowed,
        signers: Annotated[str, Form(max_length=300)] = "",
        lang: LANGUAGE = "vi",
    ) -> Response:
        batch = await batches.found(visitor, sha256)
        try:
            await asyncio.to_thread(batches.desk.vouch, sha256, signers, visitor)
        except SignatureRefused as error:
            return await shown.site(request, visitor, lang, batch.site, batch.day, str(error))
        return _back(batch, lang)

    return router


def _must_see(visitor: Visitor, site: str) -> None:
    if not visitor.sees(site):
        raise NotAllowed


def _back(batch: Batch, lang: Language) -> Response:
    where = f"/closing?site={batch.site}&date={batch.day.isoformat()}&lang={lang}"
    return RedirectResponse(where, 303)


def _file(batch: Batch, data: bytes, kind: str, ending: str) -> Response:
    name = f"{batch.site}-{batch.day.isoformat()}-{batch.sha256[:12]}.{ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=kind, headers=headers)

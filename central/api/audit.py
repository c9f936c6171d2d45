"""Who saw and who changed: the page of the audit, for province and IT."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from central.api.entry import Entry
from central.api.pages import LANGUAGE, Pages
from central.api.words_audit import audit_word
from central.domain.accounts import Right, Visitor
from central.services.audit import Audit

_LISTED = 200


def audit_routes(entry: Entry, pages: Pages, audit: Audit) -> APIRouter:
    """Return the routes of the audit."""
    router = APIRouter(include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.AUDIT))]

    @router.get("/audit")
    async def page(
        request: Request,
        visitor: allowed,
        lang: LANGUAGE = "vi",
        who: Annotated[str, Query(max_length=80)] = "",
        record: Annotated[str, Query(max_length=120)] = "",
    ) -> Response:
        rows = await asyncio.to_thread(
            audit.newest, visitor, _LISTED, who=who.strip(), record=record.strip()
        )
        return pages.page(
            request, "audit.html", lang, visitor=visitor, rows=rows, who=who, record=record,
            checked=None, limit=_LISTED, word=lambda code: audit_word(lang, code),
        )  # fmt: skip

    @router.get("/audit/check")
    async def check(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        checked = await asyncio.to_thread(audit.check)
        rows = await asyncio.to_thread(audit.newest, visitor, _LISTED)
        return pages.page(
            request, "audit.html", lang, visitor=visitor, rows=rows, who="", record="",
            checked=checked, limit=_LISTED, word=lambda code: audit_word(lang, code),
        )  # fmt: skip

    return router

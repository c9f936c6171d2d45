"""The list of reactions after an injection, for site, commune and province."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from central.api.discrepancies import FILTER
from central.api.entry import Entry
from central.api.levels import OFFSET
from central.api.pages import LANGUAGE, Pages
from central.api.words_levels import file_word
from central.api.words_reactions import REACTIONS
from central.domain.accounts import Right, Visitor
from central.domain.reaction_list import SEVERITIES, Severity
from central.services.reaction_list import LISTED, ReactionList, ReactionWish

SEVERITY = Annotated[Severity | Literal[""], Query()]
TOLD = Annotated[Literal["", "yes", "no"], Query()]


def reaction_routes(entry: Entry, pages: Pages, desk: ReactionList) -> APIRouter:
    """Return the route of the list."""
    router = APIRouter(include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.REACTIONS))]

    @router.get("/reactions")
    async def page(
        request: Request,
        visitor: allowed,
        commune: FILTER = "",
        site: FILTER = "",
        severity: SEVERITY = "",
        told: TOLD = "",
        offset: OFFSET = 0,
        lang: LANGUAGE = "vi",
    ) -> Response:
        wish = ReactionWish(commune.strip(), site.strip(), severity, told)
        rows, counts = await asyncio.to_thread(desk.page, visitor, wish, offset)
        return pages.page(
            request, "reactions.html", lang, visitor=visitor, said=REACTIONS[lang], rows=rows,
            counts=counts, wish=wish, severities=SEVERITIES, communes=desk.communes(visitor),
            offset=offset, limit=LISTED, now=desk.now(), word=lambda code: file_word(lang, code),
        )  # fmt: skip

    return router

"""Messages that could not be taken, for whoever answers for all sites: why, and what to do."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from central.api.entry import Entry, NotAllowed
from central.api.pages import LANGUAGE, Pages
from central.api.words_set_aside import SET_ASIDE, reason_words
from central.domain.accounts import Right, Visitor
from central.ports.set_aside import SetAsideReader

LISTED: Final = 200


def set_aside_routes(entry: Entry, pages: Pages, reader: SetAsideReader) -> APIRouter:
    """Return the route of the list."""
    router = APIRouter(include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.FIGURES))]

    @router.get("/set-aside")
    async def page(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        # Whose such a message is, nobody can say: it is no single site's to see.
        if visitor.sites is not None:
            raise NotAllowed
        rows, number = await asyncio.to_thread(reader.newest, LISTED)
        return pages.page(
            request, "set_aside.html", lang, visitor=visitor, said=SET_ASIDE[lang], rows=rows,
            number=number, reason=lambda code: reason_words(lang, code),
        )  # fmt: skip

    return router

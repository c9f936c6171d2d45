"""The page of sites' lists: what lists there are, and a new one from a spreadsheet."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from central.api.entry import Entry, NotAllowed
from central.api.levels import OFFSET
from central.api.pages import LANGUAGE, Pages
from central.api.uploads import Sent, sent_form
from central.api.words import Language
from central.api.words_lists import LISTS
from central.api.words_rows import plain_words, row_words
from central.domain.accounts import Right, Visitor
from central.ports import ListUnreadable, PeopleList, StoreError, StoreRefused, StoreUnavailable
from central.services.roster_import import Imported
from central.services.site_lists import NotASite, SiteLists
from protocol.errors import WireError
from protocol.identity import site_id

Opened = Callable[[Path, bytes], PeopleList]
_LARGEST: Final = 32 << 20
LISTED: Final = 100
_NAMED: Final = 1000
"""Wrong cells that are named; the others are counted."""


def site_list_routes(entry: Entry, pages: Pages, desk: SiteLists, opened: Opened) -> APIRouter:
    """Return the routes of sites' lists."""
    router = APIRouter(prefix="/rosters", include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.LISTS))]
    show = _Shown(pages, desk)

    @router.get("")
    async def page(
        request: Request, visitor: allowed, offset: OFFSET = 0, lang: LANGUAGE = "vi"
    ) -> Response:
        return await show(request, visitor, lang, offset=offset)

    @router.post("")
    async def take_in(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        sent = await sent_form(request, "list", _LARGEST)
        done = await asyncio.to_thread(_done, desk, opened, visitor, sent, lang)
        return await show(request, visitor, lang, _site_of(sent), done)

    return router


def _site_of(sent: Sent) -> str:
    return sent.fields.get("site", "").strip()[:32]


def _done(
    desk: SiteLists, opened: Opened, visitor: Visitor, sent: Sent, lang: Language
) -> Imported | str:
    """Take a list in; return what became of it, or the words for why nothing did."""
    try:
        site = site_id(_site_of(sent))
        if not visitor.sees(site):
            raise NotAllowed
        people, replace = opened(Path(sent.name), sent.data), "replace" in sent.fields
        return desk.take_in(visitor, site, people, source=sent.name, replace=replace)
    except (WireError, NotASite):
        return LISTS[lang]["no_such_site"]
    except ListUnreadable as error:
        return plain_words(lang, str(error))
    except (StoreRefused, StoreUnavailable):
        raise
    except StoreError:
        # Two lists of one site at the same moment: the one that came later may come again.
        return LISTS[lang]["at_the_same_time"]


class _Shown:
    """Draws the page."""

    def __init__(self, pages: Pages, desk: SiteLists) -> None:
        self._pages = pages
        self._desk = desk

    async def __call__(
        self, request: Request, visitor: Visitor, lang: Language, site: str = "",
        said: Imported | str = "", offset: int = 0,
    ) -> Response:  # fmt: skip
        problem, done = (said, None) if isinstance(said, str) else ("", said)
        found = await asyncio.to_thread(self._desk.lists, visitor.sites)
        order = self._pages.names.order
        found = sorted(found, key=lambda one: order(one.site))
        if done:
            # Whoever brought a list sees its row.
            offset = next((n for n, one in enumerate(found) if one.site == site), 0)
            offset -= offset % LISTED
        wrong = done.left_out if done else ()
        return self._pages.page(
            request, "rosters.html", lang, visitor=visitor, lists=LISTS[lang],
            found=found[offset : offset + LISTED], number=len(found), offset=offset, limit=LISTED,
            problem=problem, site=site,
            done=done, wrong=wrong[:_NAMED], more=len(wrong[_NAMED:]),
            wrong_rows=len({(one.sheet, one.row) for one in wrong}),
            row_words=lambda row: row_words(lang, row), status=422 if problem else 200,
        )  # fmt: skip

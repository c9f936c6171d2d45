"""The accounts, for IT: who may log in, as what, for which sites; new ones and disabled ones."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from central.api.entry import Entry
from central.api.pages import LANGUAGE, Pages
from central.api.words_rows import plain_words
from central.domain.accounts import Account, AccountRefused, Right, Role, Visitor
from central.services.accounts import AccountKeeping

_FIELD = Annotated[str, Form(max_length=400)]
_NOTHING = Account("", "", Role.SITE)


def account_routes(entry: Entry, pages: Pages, keeping: AccountKeeping) -> APIRouter:
    """Return the routes of the accounts."""
    router = APIRouter(include_in_schema=False)
    allowed = Annotated[Visitor, Depends(entry.needs(Right.ACCOUNTS))]

    async def show(
        request: Request, visitor: Visitor, lang: LANGUAGE, problem: str = "",
        typed: Account | None = None,
    ) -> Response:  # fmt: skip
        accounts = await asyncio.to_thread(keeping.accounts)
        return pages.page(
            request, "accounts.html", lang, visitor=visitor, accounts=accounts,
            problem=plain_words(lang, problem), roles=list(Role), typed=typed or _NOTHING,
            status=422 if problem else 200,
        )  # fmt: skip

    @router.get("/accounts")
    async def page(request: Request, visitor: allowed, lang: LANGUAGE = "vi") -> Response:
        return await show(request, visitor, lang)

    @router.post("/accounts")
    async def add(
        request: Request,
        visitor: allowed,
        login: _FIELD,
        role: Annotated[Role, Form()],
        password: _FIELD,
        name: _FIELD = "",
        sites: _FIELD = "",
        communes: _FIELD = "",
        lang: LANGUAGE = "vi",
    ) -> Response:
        account = Account(
            login.strip(), name.strip() or login.strip(), role, tuple(sites.split()),
            tuple(communes.split()),
        )  # fmt: skip
        try:
            await asyncio.to_thread(keeping.add, account, password, visitor.login)
        except AccountRefused as error:
            # All but the password is there again to be mended.
            return await show(request, visitor, lang, str(error), account)
        return RedirectResponse("/accounts" if lang == "vi" else "/accounts?lang=en", 303)

    @router.post("/accounts/disable")
    async def disable(
        request: Request, visitor: allowed, login: _FIELD, lang: LANGUAGE = "vi"
    ) -> Response:
        try:
            await asyncio.to_thread(keeping.disable, login, visitor.login)
        except AccountRefused as error:
            return await show(request, visitor, lang, str(error))
        return RedirectResponse("/accounts" if lang == "vi" else "/accounts?lang=en", 303)

    return router

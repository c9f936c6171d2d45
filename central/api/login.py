"""The log-in: by password, or by an organisation's own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from central.api.entry import Entry, address_of, from_this_machine
from central.api.pages import LANGUAGE, Pages, first_page
from central.domain.accounts import Visitor
from central.services.door import LoggedIn, TurnedAway

_FIELD = Annotated[str, Form(max_length=400)]


def login_routes(entry: Entry, pages: Pages) -> APIRouter:
    """Return the routes of the log-in; these alone are open to anybody."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    async def health(request: Request) -> Response:
        if not from_this_machine(request):
            return Response(status_code=404)
        return JSONResponse({"status": "serving"})

    @router.get("/login")
    async def ask(
        request: Request,
        lang: LANGUAGE = "vi",
        next_page: Annotated[str, Query(alias="next", max_length=500)] = "/",
        refused: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        return pages.page(
            request, "login.html", lang, next=own_path(next_page), refused=refused, wait=0,
            provider=entry.door.provider is not None,
        )  # fmt: skip

    @router.post("/login")
    async def log_in(
        request: Request,
        login: _FIELD = "",
        password: _FIELD = "",
        next_page: Annotated[str, Form(alias="next", max_length=500)] = "/",
        lang: LANGUAGE = "vi",
    ) -> Response:
        before = entry.token(request)
        done = await entry.door.log_in(login, password, address_of(request), before=before)
        if isinstance(done, TurnedAway):
            return pages.page(
                request, "login.html", lang, next=own_path(next_page), refused=done.reason,
                wait=done.wait_seconds, provider=entry.door.provider is not None,
                status=429 if done.reason in {"wait", "busy"} else 403,
            )  # fmt: skip
        return _inside(entry, done, own_path(next_page))

    @router.post("/logout")
    async def log_out(request: Request) -> Response:
        await entry.door.log_out(entry.token(request))
        answer = RedirectResponse("/login", status_code=303)
        entry.drop(answer)
        return answer

    @router.get("/refused")
    async def refused_page(
        request: Request,
        who: Annotated[Visitor, Depends(entry.anybody)],
        lang: LANGUAGE = "vi",
    ) -> Response:
        return pages.page(request, "refused.html", lang, visitor=who, status=403)

    _organisation(router, entry, pages)
    return router


def _organisation(router: APIRouter, entry: Entry, pages: Pages) -> None:
    @router.get("/login/oidc")
    async def begin() -> Response:
        if entry.door.provider is None:
            return Response(status_code=404)
        begun = await entry.door.begin()
        answer = RedirectResponse(begun.url, status_code=303)
        entry.keep_journey(answer, begun.carried)
        return answer

    @router.get("/login/oidc/callback")
    async def finish(
        request: Request,
        state: Annotated[str, Query(max_length=200)] = "",
        code: Annotated[str, Query(max_length=4000)] = "",
    ) -> Response:
        if entry.door.provider is None:
            return Response(status_code=404)
        done = await entry.door.finish(entry.journey(request), state, code, address_of(request))
        if isinstance(done, TurnedAway) and done.wait_seconds:
            return pages.page(
                request, "login.html", "vi", next="/", refused=done.reason, wait=done.wait_seconds,
                provider=True, status=429,
            )  # fmt: skip
        if isinstance(done, TurnedAway):
            return RedirectResponse(f"/login?refused={done.reason}", status_code=303)
        return _inside(entry, done, "/")


def _inside(entry: Entry, done: LoggedIn, page: str) -> Response:
    page = first_page(done.visitor) if page == "/" else page
    answer = RedirectResponse(page, status_code=303)
    entry.keep(answer, done.token)
    return answer


def own_path(asked: str) -> str:
    """Return a path of ours; whatever leads elsewhere becomes the first page."""
    plain = asked.startswith("/") and not asked.startswith(("//", "/\\"))
    return asked if plain and asked.isprintable() and "\\" not in asked else "/"

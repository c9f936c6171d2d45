"""Who asks: the cookie of a browser, and routes that are for some roles only."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from edge.domain.staff import Role, Staff, may
from edge.services.door import Door
from edge.ui.site.forms import FormRefused
from edge.ui.site.pages import SitePages

COOKIE = "__Host-tram"
BOARD_COOKIE = "__Host-tram-board"
KNOWN_COOKIE = "__Host-tram-known"
BOARD_SECONDS = KNOWN_SECONDS = 400 * 86_400

StaffEndpoint = Callable[[Request, Staff], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Entry:
    """Wraps endpoints, so that each is reached by whom it is for."""

    def __init__(self, door: Door, pages: SitePages) -> None:
        self.door = door
        self.pages = pages

    def for_roles(self, endpoint: StaffEndpoint, *roles: Role) -> Endpoint:
        """Return ``endpoint`` for logged-in staff of ``roles`` and heads; without roles for all staff.

        Others are sent to the log-in when they open a page, and told that nothing was saved when they
        do anything else.
        """

        async def guarded(request: Request) -> Response:
            staff = await self.door.who(token_of(request), acts=_acts(request))
            if staff is None:
                return self._nobody(request)
            if roles and not may(staff.role, *roles):
                return self.pages.page("refused.html", staff=staff, status=403)
            return await endpoint(request, staff)

        return self.for_anybody(guarded)

    def for_anybody(self, endpoint: Endpoint) -> Endpoint:
        """Return ``endpoint``; a form that it cannot take is told in words."""

        async def told(request: Request) -> Response:
            try:
                return await endpoint(request)
            except FormRefused as refused:
                return self.pages.page(
                    "form_refused.html", status=refused.status, word=refused.word
                )

        return told

    def for_boards(self, endpoint: Endpoint) -> Endpoint:
        """Return ``endpoint`` for boards that were let in, and for logged-in staff."""

        async def guarded(request: Request) -> Response:
            if self.door.board(request.cookies.get(BOARD_COOKIE, "")):
                return await endpoint(request)
            if self.door.still(token_of(request)):
                return await endpoint(request)
            return self._elsewhere(request, "/board/enter")

        return guarded

    def _nobody(self, request: Request) -> Response:
        if request.method != "GET" and _opens_page(request):
            # A browser keeps what it sent with a page, and sends it again when that is loaded again.
            return self.pages.page("logged_out.html", status=401)
        return self._elsewhere(request, "/login")

    def _elsewhere(self, request: Request, page: str) -> Response:
        if request.method == "GET" and _opens_page(request):
            return RedirectResponse(page, status_code=303)
        return Response(status_code=401)


def _opens_page(request: Request) -> bool:
    """Return whether the answer is to be seen, and not to be read by a script."""
    return request.headers.get("sec-fetch-dest", "document") == "document"


def _acts(request: Request) -> bool:
    """Return whether somebody did something; a script that looks for news says ``empty``.

    Source: W3C Fetch Metadata Request Headers, 2.1. A browser that says nothing counts as somebody.
    """
    return request.method != "GET" or request.headers.get("sec-fetch-dest") != "empty"


def token_of(request: Request) -> str:
    """Return the token of this browser's log-in; empty without one."""
    return request.cookies.get(COOKIE, "")


def address_of(request: Request) -> str:
    """Return where a request came from, for the throttle."""
    return request.client.host if request.client else ""


def set_cookie(response: Response, name: str, value: str, seconds: float) -> None:
    """Give the browser a cookie that no script reads and no other page makes it send."""
    response.set_cookie(
        name, value, max_age=round(seconds), path="/", secure=True, httponly=True, samesite="strict"
    )


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="strict")

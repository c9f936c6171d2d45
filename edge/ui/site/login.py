"""Log in, log out, change one's own password."""

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from edge.domain.staff import Staff
from edge.ports import SessionsError
from edge.services.door import LoggedIn, TurnedAway
from edge.services.staff import StaffList
from edge.ui.site.entry import (
    COOKIE,
    KNOWN_COOKIE,
    KNOWN_SECONDS,
    Entry,
    address_of,
    drop_cookie,
    set_cookie,
    token_of,
)
from edge.ui.site.forms import read_form

log = structlog.get_logger("site")


def login_routes(entry: Entry, staff_list: StaffList, *, session_seconds: float) -> list[Route]:
    """Return the routes; a log-in's cookie lives for ``session_seconds`` at most."""
    door, pages = entry.door, entry.pages

    def form(away: TurnedAway | None = None, login: str = "", *, ended: bool = False) -> Response:
        status = 200 if away is None else 403
        return pages.page(
            "login.html", status=status, away=away, login=login, locked=door.locked,
            broken=bool(door.problem), ended=ended,
        )  # fmt: skip

    async def ask(request: Request) -> Response:
        token = token_of(request)
        return form(ended=bool(token) and not door.still(token))

    async def log_in(request: Request) -> Response:
        fields = await read_form(request)
        login = fields.get("login", "").strip().lower()
        answer = await door.log_in(
            login,
            fields.get("password", ""),
            address_of(request),
            before=token_of(request),
            mark=request.cookies.get(KNOWN_COOKIE, ""),
        )
        if not isinstance(answer, LoggedIn):
            return form(answer, login)
        response = RedirectResponse("/", status_code=303)
        set_cookie(response, COOKIE, answer.token, session_seconds)
        if answer.mark:
            set_cookie(response, KNOWN_COOKIE, answer.mark, KNOWN_SECONDS)
        return response

    return [
        Route("/login", ask),
        Route("/login", entry.for_anybody(log_in), methods=["POST"]),
        *_account_routes(entry, staff_list),
    ]


def _account_routes(entry: Entry, staff_list: StaffList) -> list[Route]:
    door, pages = entry.door, entry.pages

    async def log_out(request: Request) -> Response:
        # Also for whom the log-in has ended already: they want to be out.
        staff = await door.who(token_of(request))
        everywhere = (await read_form(request)).get("everywhere") == "yes"
        if everywhere and staff is None:
            # Whose other log-ins these are nobody knows now; they must not be taken for ended.
            return pages.page("logged_out.html", status=401)
        try:
            if everywhere and staff is not None:
                await door.log_out_everywhere(staff.login)
            else:
                await door.log_out(token_of(request))
        except SessionsError as error:
            log.error("log_out_not_kept", problem=str(error))  # noqa: TRY400 - in words
        response = RedirectResponse("/login", status_code=303)
        drop_cookie(response, COOKIE)
        return response

    async def ask_password(_: Request, staff: Staff) -> Response:
        return pages.page("password.html", staff=staff, refusal=None, done=False)

    async def change_password(request: Request, staff: Staff) -> Response:
        fields = await read_form(request)
        refusal = await staff_list.change_own(
            staff.login,
            fields.get("before", ""),
            fields.get("after", ""),
            token=token_of(request),
            address=address_of(request),
        )
        status = 200 if refusal is None else 403
        return pages.page(
            "password.html", staff=staff, status=status, refusal=refusal, done=refusal is None
        )

    return [
        Route("/logout", entry.for_anybody(log_out), methods=["POST"]),
        Route("/password", entry.for_roles(ask_password)),
        Route("/password", entry.for_roles(change_password), methods=["POST"]),
    ]

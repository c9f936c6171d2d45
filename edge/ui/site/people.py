"""The head of the site's pages: who may log in, and which boards may listen."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from edge.domain.staff import Refusal, Role, Staff
from edge.ports import SessionsError
from edge.services.door import TurnedAway
from edge.services.staff import StaffList
from edge.ui.site.entry import BOARD_COOKIE, BOARD_SECONDS, Entry, address_of, set_cookie
from edge.ui.site.forms import read_form
from protocol.staff import readable_secret
from protocol.vault import Entropy

_MOST_LABEL = 40


def staff_routes(entry: Entry, staff_list: StaffList, entropy: Entropy) -> list[Route]:
    """Return where the head adds, removes and resets; new passwords are suggested from ``entropy``."""
    pages, door = entry.pages, entry.door

    def listed(staff: Staff, refusal: Refusal | None = None, done: str = "") -> Response:
        return pages.page(
            "staff.html",
            staff=staff,
            status=200 if refusal is None else 403,
            rows=staff_list.rows(),
            roles=list(Role),
            locked=door.locked,
            refusal=refusal,
            done=done,
            suggestion=readable_secret(entropy(16)),
        )

    async def show(_: Request, staff: Staff) -> Response:
        return listed(staff)

    async def add(request: Request, staff: Staff) -> Response:
        fields = await read_form(request)
        told = [fields.get(name, "") for name in ("login", "role", "name", "password")]
        refusal = await staff_list.add(*told, by=staff.login)
        return listed(staff, refusal, "added")

    async def remove(request: Request, staff: Staff) -> Response:
        refusal = await staff_list.remove(request.path_params["login"], by=staff.login)
        return listed(staff, refusal, "removed")

    async def reset(request: Request, staff: Staff) -> Response:
        fields = await read_form(request)
        refusal = await staff_list.reset(
            request.path_params["login"],
            fields.get("password", ""),
            by=staff.login,
            role=fields.get("role", ""),
        )
        return listed(staff, refusal, "reset")

    return [
        Route("/staff", entry.for_roles(show, Role.HEAD)),
        Route("/staff", entry.for_roles(add, Role.HEAD), methods=["POST"]),
        Route("/staff/{login}/remove", entry.for_roles(remove, Role.HEAD), methods=["POST"]),
        Route("/staff/{login}/password", entry.for_roles(reset, Role.HEAD), methods=["POST"]),
    ]


def board_routes(entry: Entry) -> list[Route]:
    """Return where the head lets boards in, and where a TV types its code."""
    pages, door = entry.pages, entry.door

    def listed(staff: Staff, code: str = "", *, failed: bool = False) -> Response:
        return pages.page(
            "boards.html", staff=staff, boards=door.boards(), code=code, failed=failed
        )

    async def show(_: Request, staff: Staff) -> Response:
        return listed(staff)

    async def add(request: Request, staff: Staff) -> Response:
        label = (await read_form(request)).get("label", "").strip()[:_MOST_LABEL]
        try:
            return listed(staff, await door.new_board(label or "TV"))
        except SessionsError:
            return listed(staff, failed=True)

    async def remove(request: Request, staff: Staff) -> Response:
        try:
            await door.remove_board(request.path_params["key"])
        except SessionsError:
            return listed(staff, failed=True)
        return RedirectResponse("/boards", status_code=303)

    return [
        Route("/boards", entry.for_roles(show, Role.HEAD)),
        Route("/boards", entry.for_roles(add, Role.HEAD), methods=["POST"]),
        Route("/boards/{key}/remove", entry.for_roles(remove, Role.HEAD), methods=["POST"]),
        *_entering(entry),
    ]


def _entering(entry: Entry) -> list[Route]:
    pages, door = entry.pages, entry.door

    async def ask(_: Request) -> Response:
        return pages.page("board_enter.html", away=None)

    async def enter(request: Request) -> Response:
        code = (await read_form(request)).get("code", "").strip().lower()
        answer = await door.try_board(code, address_of(request))
        if answer is True:
            response = RedirectResponse("/board", status_code=303)
            set_cookie(response, BOARD_COOKIE, code, BOARD_SECONDS)
            return response
        away = answer if isinstance(answer, TurnedAway) else TurnedAway(Refusal.WRONG)
        return pages.page("board_enter.html", status=403, away=away)

    return [
        Route("/board/enter", ask),
        Route("/board/enter", entry.for_anybody(enter), methods=["POST"]),
    ]

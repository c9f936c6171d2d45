"""The one page of a standby: how far it follows the hub, and the command that makes it the hub."""

import asyncio
from collections.abc import Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from edge.domain.leading import Role as Turn
from edge.domain.staff import Role, Staff
from edge.ports import JournalError
from edge.services.leading import Leading
from edge.services.staff import StaffList
from edge.ui.site.app import SHARED, STATIC
from edge.ui.site.entry import Entry
from edge.ui.site.login import login_routes
from protocol.errors import WireError
from protocol.hub_command import MAX_COMMAND_BYTES

_MOST_BYTES = MAX_COMMAND_BYTES + 4_096
_REFUSED, _STORED = 409, 503

log = structlog.get_logger("standby")


def standby_routes(
    entry: Entry,
    staff_list: StaffList,
    leading: Leading,
    *,
    behind: Callable[[], int | None],
    hub: str,
    heard: Callable[[], None],
    session_seconds: float,
) -> list[BaseRoute]:
    """Return what a standby serves browsers.

    Args:
        behind: Entries of the hub that are not here yet; None while it is not reached.
        hub: Device that is the hub now.
        heard: Called when a newer command was taken.
    """

    def page(
        staff: Staff, *, problem: str = "", promoted: bool = False, status: int = 200
    ) -> Response:
        return entry.pages.page(
            "standby.html", staff=staff, status=status, problem=problem, promoted=promoted,
            behind=behind(), hub=hub, may=staff.role is Role.HEAD,
        )  # fmt: skip

    async def show(_: Request, staff: Staff) -> Response:
        return page(staff)

    async def promote(request: Request, staff: Staff) -> Response:
        message = await _file(request)
        if message is None:
            return page(staff, problem="standby.no_file", status=_REFUSED)
        problem = await asyncio.to_thread(_take, leading, message)
        if problem:
            status = _STORED if problem == "standby.not_kept" else _REFUSED
            return page(staff, problem=problem, status=status)
        log.info("promoted", by=staff.login, serial=leading.now.serial)
        asyncio.get_running_loop().call_later(_ANSWER_SECONDS, heard)
        return page(staff, promoted=True)

    return [
        Route("/", entry.for_roles(show)),
        Route("/promote", entry.for_roles(promote, Role.HEAD), methods=["POST"]),
        *login_routes(entry, staff_list, session_seconds=session_seconds),
        Mount("/static/site", StaticFiles(directory=STATIC)),
        Mount("/static", StaticFiles(directory=SHARED)),
    ]


def _take(leading: Leading, message: bytes) -> str:
    """Take a command; return the word of why it does not make this device the hub, or nothing."""
    before = leading.now.serial
    try:
        lead = leading.take(message)
    except WireError as error:
        log.warning("hub_command_refused", problem=str(error))
        return "standby.not_signed"
    except JournalError as error:
        log.error("hub_command_not_kept", problem=str(error))  # noqa: TRY400 - in words
        return "standby.not_kept"
    if lead.serial <= before:
        return "standby.old"
    return "" if lead.role is Turn.HUB else "standby.other"


_ANSWER_SECONDS = 0.3
"""So that whoever promoted sees that it was done before this program begins anew."""


async def _file(request: Request) -> bytes | None:
    """Return the file of a form with nothing but one file, or None where there is none."""
    kind, _, boundary = request.headers.get("content-type", "").partition("boundary=")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return None
    if not kind.startswith("multipart/form-data") or not boundary:
        return None
    mark = b"--" + boundary.strip('" ').encode("latin-1")
    _, _, rest = bytes(body).partition(mark + b"\r\n")
    _, _, rest = rest.partition(b"\r\n\r\n")
    content, end, _ = rest.partition(b"\r\n" + mark)
    return content if end and content else None

"""The hub's pages: log-in, and whatever desks and boards add as routes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from edge.domain.staff import Role, Staff, may
from edge.services.staff import StaffList
from edge.ui.site.entry import Entry
from edge.ui.site.forms import Patience
from edge.ui.site.guard import SiteGuard
from edge.ui.site.login import login_routes
from edge.ui.site.people import board_routes, staff_routes
from protocol.vault import Entropy

STATIC = Path(__file__).parent / "static"
SHARED = Path(__file__).parent.parent / "static"


@dataclass(frozen=True, slots=True)
class Link:
    """A page that the first page leads to: its address, its word in ``site.po``, and whom it is for."""

    path: str
    word: str
    roles: tuple[Role, ...] = ()

    def is_for(self, staff: Staff) -> bool:
        """Return whether this member of staff may open the page."""
        return not self.roles or may(staff.role, *self.roles)


def site_routes(
    entry: Entry,
    staff_list: StaffList,
    entropy: Entropy,
    *,
    session_seconds: float,
    links: Sequence[Link] = (),
) -> list[BaseRoute]:
    """Return what every hub has: log-in, the first page, staff and boards, and static files."""

    async def home(_: Request, staff: Staff) -> Response:
        mine = [link for link in links if link.is_for(staff)]
        if len(mine) == 1 and staff.role is not Role.HEAD:
            return RedirectResponse(mine[0].path, status_code=303)
        return entry.pages.page("home.html", staff=staff, links=mine, locked=entry.door.locked)

    return [
        Route("/", entry.for_roles(home)),
        *login_routes(entry, staff_list, session_seconds=session_seconds),
        *staff_routes(entry, staff_list, entropy),
        *board_routes(entry),
        Mount("/static/site", StaticFiles(directory=STATIC)),
        Mount("/static", StaticFiles(directory=SHARED)),
    ]


def build_site_app(routes: Sequence[BaseRoute], *, hosts: Sequence[str]) -> Starlette:
    """Return the application of the page listener.

    Args:
        routes: ``site_routes`` and those of desks and boards, made with the same ``Entry``.
        hosts: Names and addresses of the hub's certificate.
    """
    app = Starlette(routes=list(routes), middleware=[Middleware(SiteGuard, hosts=tuple(hosts))])
    app.state.patience = Patience()
    return app

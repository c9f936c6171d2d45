"""The paper pack: numbered slips and forms that the head of the site prints in the morning.

Nothing of a pack is stored: its code and the numbers on it say everything (``edge.domain.paper_pack``).
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from edge.domain.paper_pack import LAST_NUMBER, MOST_SLIPS, is_pack, pack_code, slip, vial_of
from edge.domain.queue.state import SiteState
from edge.domain.staff import Role, Staff
from edge.ui.site.desk_model import DeskSite
from edge.ui.site.desk_pages import DeskPages
from edge.ui.site.forms import read_form
from edge.ui.site.paper_entry import PaperEntry
from edge.ui.site.paper_vials import PATH as VIALS_PATH
from edge.ui.site.paper_vials import PaperVials
from protocol.identity import PAPER_PREFIX

PATH: Final = "/paper"
ENTER: Final = f"{PATH}/enter"
_USUAL_SLIPS: Final = 50
SLIPS_A_PAGE: Final = 10
ROWS_A_PAGE: Final = 8
VIALS: Final = 12


def paper_routes(site: DeskSite, site_id: str) -> list[Route]:
    """Return where packs are printed, and where what was written on them is keyed in."""
    pages, entry = DeskPages(site), site.entry
    keyed = PaperEntry(site, site_id, pages)
    vials = PaperVials(site, site_id, pages)
    keying = (Role.RECEPTION, Role.DATA_ENTRY)

    async def ask(request: Request, staff: Staff) -> Response:
        first = next_number(site.state)
        return pages.page(
            request, staff, "paper.html", first=first, count=_USUAL_SLIPS, most=MOST_SLIPS
        )

    async def make(request: Request, staff: Staff) -> Response:  # noqa: ARG001 - the route's shape
        form = await read_form(request)
        first = _number(form.get("first", ""), next_number(site.state), LAST_NUMBER)
        count = _number(form.get("count", ""), _USUAL_SLIPS, MOST_SLIPS)
        pack = pack_code(site.clock.entropy(5))
        return RedirectResponse(f"{PATH}/{pack}?first={first}&count={count}", status_code=303)

    async def print_out(request: Request, staff: Staff) -> Response:
        pack = request.path_params["pack"]
        if not is_pack(pack):
            return RedirectResponse(PATH, status_code=303)
        first = _number(request.query_params.get("first", ""), 1, LAST_NUMBER)
        count = _number(request.query_params.get("count", ""), _USUAL_SLIPS, MOST_SLIPS)
        numbers = range(first, min(first + count, LAST_NUMBER + 1))
        slips = [slip(site_id, pack, number) for number in numbers]
        today = site.clock.now().astimezone(site.zone)
        return pages.page(
            request,
            staff,
            "paper_pack.html",
            pack=f"{pack[:4]}-{pack[4:]}",
            sheets=[slips[at : at + SLIPS_A_PAGE] for at in range(0, len(slips), SLIPS_A_PAGE)],
            lists=[slips[at : at + ROWS_A_PAGE] for at in range(0, len(slips), ROWS_A_PAGE)],
            vials=[vial_of(pack, str(row)) for row in range(1, VIALS + 1)],
            first_station=site.state.policy.stations[0].name,
            today=today.strftime("%d/%m/%Y") if site.clock.clock_ok() else "",
        )

    return [
        Route(PATH, entry.for_roles(ask, Role.HEAD)),
        Route(PATH, entry.for_roles(make, Role.HEAD), methods=["POST"]),
        Route(ENTER, entry.for_roles(keyed.ask, *keying)),
        Route(ENTER, entry.for_roles(keyed.take, *keying), methods=["POST"]),
        Route(VIALS_PATH, entry.for_roles(vials.ask, *keying, Role.INJECTION)),
        Route(VIALS_PATH, entry.for_roles(vials.take, *keying, Role.INJECTION), methods=["POST"]),
        Route(f"{PATH}/{{pack}}", entry.for_roles(print_out, Role.HEAD)),
    ]


def next_number(state: SiteState) -> int:
    """Return the first number that no paper slip of today has been keyed in with."""
    given = [
        int(visit.ticket.removeprefix(PAPER_PREFIX))
        for visit in state.visits.values()
        if visit.ticket.startswith(PAPER_PREFIX) and not visit.of_day
    ]
    return min(max(given, default=0) + 1, LAST_NUMBER)


def _number(text: str, otherwise: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(LAST_NUMBER)):
        return otherwise
    return min(max(int(text), 1), most)

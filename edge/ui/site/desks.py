"""The desks of a site: choosing one, its page, what is done there, search, and news as they happen."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from edge.domain.staff import Staff, may
from edge.ui.site.desk_answers import Answers
from edge.ui.site.desk_common import COMMON
from edge.ui.site.desk_doing import Presses, perform
from edge.ui.site.desk_kinds import KINDS
from edge.ui.site.desk_model import DeskKind, DeskSite, Place, Problem, Work, place_of
from edge.ui.site.desk_pages import LANGUAGE_COOKIE, DeskPages, language_of, words_in
from edge.ui.site.entry import set_cookie, token_of
from edge.ui.site.forms import read_form
from edge.ui.words import LANGUAGES

PLACE_COOKIE: Final = "__Host-tram-desk"
_YEAR_SECONDS: Final = 365 * 86_400
_BEAT_SECONDS: Final = 5.0


def desk_routes(site: DeskSite) -> list[BaseRoute]:
    """Return the routes of all desks; everything else about a kind of desk is in its own module."""
    desks = Desks(site)
    entry = site.entry
    return [
        Route("/desk", entry.for_roles(desks.home)),
        Route("/desk/choose", entry.for_roles(desks.choose)),
        Route("/desk/choose", entry.for_roles(desks.chosen), methods=["POST"]),
        Route("/desk/language", entry.for_roles(desks.language), methods=["POST"]),
        Route("/desk/arrived", entry.for_roles(desks.arrived), methods=["POST"]),
        Route("/desk/events", entry.for_roles(desks.events)),
        *(route for kind in KINDS.values() for route in kind.routes(site)),
        Route("/desk/{station}/{desk}", entry.for_roles(desks.show)),
        Route("/desk/{station}/{desk}/find", entry.for_roles(desks.find), methods=["POST"]),
        Route("/desk/{station}/{desk}/{action}", entry.for_roles(desks.do), methods=["POST"]),
    ]


class Desks:
    """The endpoints of the shell."""

    def __init__(self, site: DeskSite) -> None:
        self._site = site
        self._pages = DeskPages(site)
        self._presses = Presses()
        self._answers = Answers(site, self._pages)

    async def home(self, request: Request, staff: Staff) -> Response:
        """Open the desk that this browser chose; else ask which."""
        chosen = request.cookies.get(PLACE_COOKIE, "")
        if any(chosen == place.path for _, place in self._open_to(staff)):
            return RedirectResponse(chosen, status_code=303)
        return RedirectResponse("/desk/choose", status_code=303)

    async def choose(self, request: Request, staff: Staff) -> Response:
        """Ask at which station and table this browser stands."""
        return self._pages.page(request, staff, "desk_choose.html", places=self._open_to(staff))

    async def chosen(self, request: Request, staff: Staff) -> Response:
        """Keep the desk that was chosen."""
        path = (await read_form(request)).get("place", "")
        found = next((place for _, place in self._open_to(staff) if place.path == path), None)
        if found is None:
            return RedirectResponse("/desk/choose", status_code=303)
        response = RedirectResponse(found.path, status_code=303)
        set_cookie(response, PLACE_COOKIE, found.path, _YEAR_SECONDS)
        return response

    async def language(self, request: Request, staff: Staff) -> Response:  # noqa: ARG002 - the route's shape
        """Keep the language that was chosen, and open the page again."""
        form = await read_form(request)
        response = RedirectResponse(_desk_page(form.get("back", "")), status_code=303)
        if form.get("language") in LANGUAGES:
            set_cookie(response, LANGUAGE_COOKIE, form["language"], _YEAR_SECONDS)
        return response

    async def arrived(self, request: Request, staff: Staff) -> Response:  # noqa: ARG002 - the route's shape
        """Note that somebody is at a kiosk where staff were wanted."""
        form = await read_form(request)
        self._site.calls.arrived(form.get("kiosk", ""), form.get("call", ""))
        return RedirectResponse(_desk_page(form.get("back", "")), status_code=303)

    async def show(self, request: Request, staff: Staff) -> Response:
        """Show a desk, with whom it has before it or with the visit that is asked for."""
        found = self._at(request, staff)
        if isinstance(found, Response):
            return found
        kind, place = found
        await self._site.people.refresh()
        query = request.query_params
        sight = self._pages.sight(request, staff, place, chosen=query.get("visit", ""))
        return self._pages.desk(
            request, kind, sight, did=query.get("did", ""), last=query.get("last", "")
        )

    async def find(self, request: Request, staff: Staff) -> Response:
        """Look somebody up by number or by the slip's QR."""
        found = self._at(request, staff)
        if isinstance(found, Response):
            return found
        text = (await read_form(request)).get("what", "").strip()
        return await self._answers.search(request, staff, *found, text)

    async def do(self, request: Request, staff: Staff) -> Response:
        """Do what a form asks for."""
        found = self._at(request, staff)
        if isinstance(found, Response):
            return found
        kind, place = found
        name = request.path_params["action"]
        action = kind.actions.get(name) or COMMON.get(name)
        if action is None:
            return Response(status_code=404)
        form = {key: text.strip() for key, text in (await read_form(request)).items()}
        work = self._work(request, staff, place, form)
        try:
            outcome = await perform(
                self._presses.of(staff.login, request.url.path, form), work, action
            )
        except Problem as problem:
            return await self._answers.problem(request, kind, work, problem)
        return await self._answers.of(request, kind, work, outcome)

    async def events(self, request: Request, staff: Staff) -> Response:
        """Tell a page whenever the queue changed, and that the hub is there.

        The page says at which desk it is: so a hub that was restarted knows at once who is where.
        """
        at = request.query_params.get("at", "")
        for _, place in self._open_to(staff):
            if place.path == at:
                self._note(staff, place)
        stream = self._stream(token_of(request))
        return StreamingResponse(stream, media_type="text/event-stream")

    async def _stream(self, token: str) -> AsyncIterator[bytes]:
        # A short pause, so that a page finds a restarted hub again within a second.
        yield b"retry: 1000\n\n"
        while not self._site.ended.is_set():
            if not self._site.entry.door.still(token):
                yield b"event: ended\ndata: \n\n"
                return
            version, calls = self._site.state.version, self._site.calls.version
            # The names come and go without any event of the queue; so do calls for staff.
            yield b"data: %d.%d.%d\n\n" % (version, self._site.people.locked, calls)
            await self._news(version, calls)

    async def _news(self, version: int, calls: int) -> None:
        """Return when queue or calls are newer than these, the hub stops, or some seconds passed."""
        async with asyncio.TaskGroup() as group:
            waits: set[asyncio.Task[Any]] = {
                group.create_task(self._site.queue.changed(version)),
                group.create_task(self._site.calls.changed(calls)),
                group.create_task(self._site.ended.wait()),
            }
            await asyncio.wait(waits, timeout=_BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for each in waits:
                each.cancel()

    def _work(self, request: Request, staff: Staff, place: Place, form: Mapping[str, str]) -> Work:
        return Work(
            site=self._site,
            staff=staff,
            place=place,
            visit=self._site.state.visits.get(form.get("visit", "")),
            form=form,
            once=form.get("once", ""),
            t=words_in(language_of(request)),
        )

    def _open_to(self, staff: Staff) -> Sequence[tuple[DeskKind, Place]]:
        """Return the desks at which somebody may work, with their kinds."""
        return [
            (kind, Place(station, desk))
            for station in self._site.state.policy.stations
            if (kind := KINDS.get(station.kind)) is not None and may(staff.role, *kind.roles)
            for desk in station.desks or ("1",)
        ]

    def _at(self, request: Request, staff: Staff) -> tuple[DeskKind, Place] | Response:
        place = place_of(request, self._site.state)
        kind = KINDS.get(place.station.kind) if place else None
        if place is None or kind is None:
            return RedirectResponse("/desk/choose", status_code=303)
        if not may(staff.role, *kind.roles):
            return self._site.entry.pages.page("refused.html", staff=staff, status=403)
        self._note(staff, place)
        return kind, place

    def _note(self, staff: Staff, place: Place) -> None:
        self._site.at_work.note(staff.login, place.station.id, place.desk, self._site.now_ms())


def _desk_page(back: str) -> str:
    """Return the path of one of these pages, and nothing else that a form may say."""
    fits = back.startswith("/desk") and "//" not in back and "\\" not in back
    return quote(back if fits else "/desk", safe="/")

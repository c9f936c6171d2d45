"""The kiosk's pages: asks the services, decides nothing.

Answers to what a person does carry no content: what follows arrives on every page by server-sent
events. Starlette alone, without FastAPI on top: the forms of one page do not pay for a third of the
start and a tenth of the memory.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from edge.domain.facts import Fact
from edge.ports import Clock
from edge.services.display import Display
from edge.services.reading import Reader
from edge.ui.actions import action_routes
from edge.ui.guard import Guard
from edge.ui.heartbeat import Heartbeat, heartbeat_routes
from edge.ui.pages import Pages
from edge.ui.pictograms import Drawing, pictogram_route
from edge.ui.simulator import Simulator, simulator_routes
from edge.ui.sound import QUIET, Sound, sound_routes

_STATIC = Path(__file__).parent / "static"


def build_app(
    *,
    display: Display,
    pages: Pages,
    reader: Reader,
    clock: Clock,
    tell: Callable[[Fact], Awaitable[None]],
    host: str,
    simulator: Simulator | None = None,
    heartbeat: Heartbeat | None = None,
    sound: Sound = QUIET,
    drawing: Drawing | None = None,
) -> Starlette:
    """Return the application; with ``simulator`` it has the page that holds sample cards up."""
    hosts = () if host in {"0.0.0.0", "::"} else (host,)  # noqa: S104 - compared
    return Starlette(
        routes=[
            *_pages(display, pages, sound),
            *sound_routes(sound),
            pictogram_route(drawing),
            *action_routes(reader, clock, tell),
            *(simulator_routes(pages, simulator) if simulator is not None else ()),
            *(heartbeat_routes(heartbeat) if heartbeat is not None else ()),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
    )


def _pages(display: Display, pages: Pages, sound: Sound) -> list[Route]:
    async def kiosk(_: Request) -> Response:
        return HTMLResponse(pages.page("kiosk.html", sound=sound))

    async def state(_: Request) -> Response:
        return Response(pages.message(display.shown), media_type="application/json")

    async def events(_: Request) -> Response:
        return StreamingResponse(_stream(display, pages), media_type="text/event-stream")

    return [Route("/", kiosk), Route("/state", state), Route("/events", events)]


async def _stream(display: Display, pages: Pages) -> AsyncIterator[bytes]:
    # A short pause, so that a page finds a restarted kiosk again within a second.
    yield b"retry: 1000\n\n"
    async for shown in display.changes():
        yield b"data: " + pages.message(shown) + b"\n\n"

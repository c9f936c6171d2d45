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

from edge.domain.facts import (
    Fact,
    HelpWanted,
    KeypadOpened,
    NumberEntered,
    ScreenLeft,
    ScreenTouched,
)
from edge.ports import Clock
from edge.services.display import Display
from edge.services.reading import Reader
from edge.services.recording import milliseconds
from edge.ui.guard import Guard
from edge.ui.pages import Pages
from edge.ui.simulator import Simulator, simulator_routes

MOST_TYPED_BYTES = 200
_STATIC = Path(__file__).parent / "static"
_TOUCHES: dict[str, type[KeypadOpened | ScreenLeft | HelpWanted | ScreenTouched]] = {
    "keypad": KeypadOpened,
    "back": ScreenLeft,
    "help": HelpWanted,
    "touched": ScreenTouched,
}


def build_app(
    *,
    display: Display,
    pages: Pages,
    reader: Reader,
    clock: Clock,
    tell: Callable[[Fact], Awaitable[None]],
    host: str,
    simulator: Simulator | None = None,
) -> Starlette:
    """Return the application; with ``simulator`` it has the page that holds sample cards up."""
    hosts = () if host in {"0.0.0.0", "::"} else (host,)  # noqa: S104 - compared
    return Starlette(
        routes=[
            *_pages(display, pages),
            *_actions(reader, clock, tell),
            *(simulator_routes(pages, simulator) if simulator is not None else ()),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
    )


def _pages(display: Display, pages: Pages) -> list[Route]:
    async def kiosk(_: Request) -> Response:
        return HTMLResponse(pages.page("kiosk.html"))

    async def state(_: Request) -> Response:
        return Response(pages.message(display.shown), media_type="application/json")

    async def events(_: Request) -> Response:
        return StreamingResponse(_stream(display, pages), media_type="text/event-stream")

    return [Route("/", kiosk), Route("/state", state), Route("/events", events)]


def _actions(reader: Reader, clock: Clock, tell: Callable[[Fact], Awaitable[None]]) -> list[Route]:
    async def touch(request: Request) -> Response:
        kind = _TOUCHES.get(request.path_params["what"])
        if kind is None:
            return Response(status_code=404)
        await tell(kind(milliseconds(clock)))
        return Response(status_code=204)

    async def number(request: Request) -> Response:
        body = await request.body()
        if len(body) > MOST_TYPED_BYTES:
            return Response(status_code=413)
        seen = reader.typed(body.decode("utf-8", errors="replace"))
        await tell(NumberEntered(seen, milliseconds(clock)))
        return Response(status_code=204)

    return [
        Route("/touch/{what}", touch, methods=["POST"]),
        Route("/number", number, methods=["POST"]),
    ]


async def _stream(display: Display, pages: Pages) -> AsyncIterator[bytes]:
    # A short pause, so that a page finds a restarted kiosk again within a second.
    yield b"retry: 1000\n\n"
    async for shown in display.changes():
        yield b"data: " + pages.message(shown) + b"\n\n"

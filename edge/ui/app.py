"""The kiosk's pages: asks the services, decides nothing.

Answers to what a person does carry no content: what follows arrives on every page by server-sent
events.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
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
from edge.ui.simulator import Simulator, add_simulator

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
) -> FastAPI:
    """Return the application; with ``simulator`` it has the page that holds sample cards up."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(Guard, hosts=() if host in {"0.0.0.0", "::"} else (host,))  # noqa: S104 - compared
    app.mount("/static", StaticFiles(directory=_STATIC))
    _add_pages(app, display, pages)
    _add_actions(app, reader, clock, tell)
    if simulator is not None:
        add_simulator(app, pages, simulator)
    return app


def _add_pages(app: FastAPI, display: Display, pages: Pages) -> None:
    @app.get("/", response_class=HTMLResponse)
    async def kiosk() -> str:
        return pages.page("kiosk.html")

    @app.get("/state")
    async def state() -> Response:
        return Response(pages.message(display.shown), media_type="application/json")

    @app.get("/events")
    async def events() -> StreamingResponse:
        return StreamingResponse(_stream(display, pages), media_type="text/event-stream")


def _add_actions(
    app: FastAPI, reader: Reader, clock: Clock, tell: Callable[[Fact], Awaitable[None]]
) -> None:
    @app.post("/touch/{what}", status_code=204)
    async def touch(what: str) -> Response:
        kind = _TOUCHES.get(what)
        if kind is None:
            return Response(status_code=404)
        await tell(kind(milliseconds(clock)))
        return Response(status_code=204)

    @app.post("/number", status_code=204)
    async def number(request: Request) -> Response:
        body = await request.body()
        if len(body) > MOST_TYPED_BYTES:
            return Response(status_code=413)
        seen = reader.typed(body.decode("utf-8", errors="replace"))
        await tell(NumberEntered(seen, milliseconds(clock)))
        return Response(status_code=204)


async def _stream(display: Display, pages: Pages) -> AsyncIterator[bytes]:
    # A short pause, so that a page finds a restarted kiosk again within a second.
    yield b"retry: 1000\n\n"
    async for shown in display.changes():
        yield b"data: " + pages.message(shown) + b"\n\n"

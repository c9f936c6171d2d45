"""The page that stands in for a camera: sample cards, or one's own photo, are held up by a click.

Exists only where the camera is simulated. A photo goes through memory alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from edge.ui.pages import Pages

MOST_PICTURE_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture that can be held up; drawn when it is asked for."""

    name: str
    title_vi: str
    title_en: str
    draw: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Simulator:
    """What the page needs.

    Attributes:
        hold_up: Shows the bytes of a picture to the camera; raises ValueError, in words for the person, when it is none.
        printer_page: Address of the virtual printer's page, if there is one.
    """

    hold_up: Callable[[bytes], None]
    samples: Mapping[str, Sample]
    printer_page: str | None = None


def add_simulator(app: FastAPI, pages: Pages, simulator: Simulator) -> None:
    """Add the page and what it posts to."""
    _add_page(app, pages, simulator)
    _add_hold_up(app, simulator)


def _add_page(app: FastAPI, pages: Pages, simulator: Simulator) -> None:
    @app.get("/simulator", response_class=HTMLResponse)
    async def simulator_page() -> str:
        samples = list(simulator.samples.values())
        return pages.page("simulator.html", samples=samples, printer_page=simulator.printer_page)

    @app.get("/simulator/samples/{name}.jpg")
    async def sample(name: str) -> Response:
        found = simulator.samples.get(name)
        if found is None:
            return Response(status_code=404)
        return Response(await run_in_threadpool(found.draw), media_type="image/jpeg")


def _add_hold_up(app: FastAPI, simulator: Simulator) -> None:
    @app.post("/simulator/hold-up/{name}", status_code=204)
    async def hold_up_sample(name: str) -> Response:
        found = simulator.samples.get(name)
        if found is None:
            return Response(status_code=404)
        return await _hold_up(simulator, await run_in_threadpool(found.draw))

    @app.post("/simulator/hold-up", status_code=204)
    async def hold_up(request: Request) -> Response:
        picture = bytearray()
        async for part in request.stream():
            picture += part
            if len(picture) > MOST_PICTURE_BYTES:
                return Response("the picture is larger than 30 MB\n", status_code=413)
        return await _hold_up(simulator, bytes(picture))


async def _hold_up(simulator: Simulator, picture: bytes) -> Response:
    try:
        await run_in_threadpool(simulator.hold_up, picture)
    except ValueError as error:
        return Response(f"{error}\n", status_code=422, media_type="text/plain")
    return Response(status_code=204)

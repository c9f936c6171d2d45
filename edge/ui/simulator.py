"""The page that stands in for a camera: sample cards, or one's own photo, are held up by a click.

Exists only where the camera is simulated. A photo goes through memory alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

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
        samples: Returns what can be held up, by name; called when somebody looks, for what draws is
            of no use to a kiosk that nobody simulates.
        hold_up: Shows the bytes of a picture to the camera; raises ValueError, in words for the person, when it is none.
        printer_page: Address of the virtual printer's page, if there is one.
    """

    hold_up: Callable[[bytes], None]
    samples: Callable[[], Mapping[str, Sample]]
    printer_page: str | None = None


def simulator_routes(pages: Pages, simulator: Simulator) -> list[Route]:
    """Return the page and what it posts to."""
    return [*_page(pages, simulator), *_held_up(simulator)]


def _page(pages: Pages, simulator: Simulator) -> list[Route]:
    async def simulator_page(_: Request) -> Response:
        samples = list(simulator.samples().values())
        page = pages.page("simulator.html", samples=samples, printer_page=simulator.printer_page)
        return HTMLResponse(page)

    async def sample(request: Request) -> Response:
        found = simulator.samples().get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        return Response(await run_in_threadpool(found.draw), media_type="image/jpeg")

    return [
        Route("/simulator", simulator_page),
        Route("/simulator/samples/{name}.jpg", sample),
    ]


def _held_up(simulator: Simulator) -> list[Route]:
    async def hold_up_sample(request: Request) -> Response:
        found = simulator.samples().get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        return await _hold_up(simulator, await run_in_threadpool(found.draw))

    async def hold_up(request: Request) -> Response:
        picture = bytearray()
        async for part in request.stream():
            picture += part
            if len(picture) > MOST_PICTURE_BYTES:
                return Response("the picture is larger than 30 MB\n", status_code=413)
        return await _hold_up(simulator, bytes(picture))

    return [
        Route("/simulator/hold-up", hold_up, methods=["POST"]),
        Route("/simulator/hold-up/{name}", hold_up_sample, methods=["POST"]),
    ]


async def _hold_up(simulator: Simulator, picture: bytes) -> Response:
    try:
        await run_in_threadpool(simulator.hold_up, picture)
    except ValueError as error:
        return Response(f"{error}\n", status_code=422, media_type="text/plain")
    return Response(status_code=204)

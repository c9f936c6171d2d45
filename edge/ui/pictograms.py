"""The drawings on the screens: a language's own where its pack brings one, the program's otherwise."""

import re
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

PICTOGRAMS = Path(__file__).parent / "static" / "pictograms"
_NAME = re.compile(r"[a-z][a-z_]*")

Drawing = Callable[[str, str], bytes | None]
"""Name and language -> an SVG file's bytes, or None."""


def pictogram_names() -> list[str]:
    """Return the names of all drawings that screens may show."""
    return sorted(path.stem for path in PICTOGRAMS.glob("*.svg"))


def pictogram_route(drawing: Drawing | None) -> Route:
    """Return the route of the drawings, by language and name."""

    async def pictogram(request: Request) -> Response:
        name, language = request.path_params["name"], request.path_params["language"]
        if not _NAME.fullmatch(name) or not (PICTOGRAMS / f"{name}.svg").is_file():
            return Response(status_code=404)
        own = drawing(name, language) if drawing is not None else None
        if own is not None:
            return Response(own, media_type="image/svg+xml")
        return FileResponse(PICTOGRAMS / f"{name}.svg")

    return Route("/pictograms/{language}/{name}.svg", pictogram)

"""Whether the page on the kiosk's own screen lives: it says every few seconds what it shows.

A browser that hangs, crashed its page or is hidden says nothing; one that lost the kiosk's words
says an old screen. Whoever keeps the browser running asks here and starts it anew.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.ports import Clock
from edge.services.display import Display
from edge.services.elapsed import milliseconds
from edge.ui.pages import NAMES

DEAD_AFTER_MS = 20_000
MOST_BYTES = 40


class Heartbeat:
    """Remembers when a page last showed what it should."""

    def __init__(self, display: Display, clock: Clock) -> None:
        self._display = display
        self._clock = clock
        self._last_ms: int | None = None

    def beat(self, screen: str) -> None:
        """Take a page's word for what it shows; an old screen does not count."""
        if screen == NAMES[type(self._display.shown.screen)]:
            self._last_ms = milliseconds(self._clock)

    def alive(self) -> bool:
        """Return whether a page lives; until the first one came, nobody is missing it."""
        return self._last_ms is None or self._fresh(self._last_ms)

    def seen(self) -> bool:
        """Return whether a page lives for certain."""
        return self._last_ms is not None and self._fresh(self._last_ms)

    def _fresh(self, at_ms: int) -> bool:
        return milliseconds(self._clock) - at_ms < DEAD_AFTER_MS


def heartbeat_routes(heartbeat: Heartbeat) -> list[Route]:
    """Return where the page says that it lives, and where the browser's keeper asks."""

    async def beat(request: Request) -> Response:
        body = await request.body()
        if len(body) > MOST_BYTES:
            return Response(status_code=413)
        heartbeat.beat(body.decode("ascii", errors="replace"))
        return Response(status_code=204)

    async def alive(_: Request) -> Response:
        return Response(status_code=204 if heartbeat.seen() else 503)

    return [
        Route("/heartbeat", beat, methods=["POST"]),
        Route("/heartbeat", alive, methods=["GET"]),
    ]

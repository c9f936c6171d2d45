"""The page that a slip's link opens on a phone: one number's place in the queue. No name, no cookie.

It works without any script; with one it says when what it shows is old.
"""

from collections import OrderedDict
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.domain.phone_link import visit_of_code
from edge.domain.queue.board import PlaceInQueue, place_in_queue
from edge.domain.queue.visit import Phase
from edge.domain.throttle import Pace, Throttle
from edge.ports import Clock
from edge.services.board_feed import Queue
from edge.ui.site.entry import address_of
from edge.ui.site.pages import SitePages

CALLED_SECONDS, NEAR_SECONDS, FAR_SECONDS = 8, 15, 30
_NEAR: Final = 10
_BURST, _EACH_SECONDS = 6, 2.0
_MOST_LINKS = 10_000
_UNKNOWN: Final = Pace(free=20, longest_seconds=60)


class Rate:
    """How often one link may be asked for: whoever reloads without end does not slow others down."""

    def __init__(self) -> None:
        self._full: OrderedDict[str, float] = OrderedDict()

    def may(self, link: str, now: float) -> bool:
        """Count a question at ``now`` seconds, and return whether it is answered."""
        full = max(now, self._full.pop(link, now))
        if full - now > _BURST * _EACH_SECONDS:
            self._full[link] = full
            return False
        self._full[link] = full + _EACH_SECONDS
        if len(self._full) > _MOST_LINKS:
            self._full.popitem(last=False)
        return True


def phone_routes(pages: SitePages, queue: Queue, clock: Clock) -> list[Route]:
    """Return where a phone reads the place of its number."""
    rate, unknown = Rate(), Throttle(_UNKNOWN)

    async def show(request: Request) -> Response:
        now = clock.boottime_ns() / 1e9
        visit = visit_of_code(request.path_params["code"])
        place = place_in_queue(queue.state, visit, queue.now_ms()) if visit else None
        if place is None:
            address = address_of(request)
            wait = unknown.wait(address, now)
            unknown.wrong(address, now)
            return _slow_down(wait) if wait else _page(pages, None, "", FAR_SECONDS, 404)
        if not rate.may(place.ticket, now):
            return _slow_down(_EACH_SECONDS * _BURST)
        station = queue.state.station(place.station)
        return _page(pages, place, station.name if station else "", _again_seconds(place), 200)

    return [Route("/q/{code}", show), Route("/Q/{code}", show)]


def _page(
    pages: SitePages, place: PlaceInQueue | None, station: str, seconds: int, status: int
) -> Response:
    return pages.page(
        "phone.html",
        status=status,
        place=place,
        station=station,
        seconds=seconds,
        kind=_kind(place),
    )


def _kind(place: PlaceInQueue | None) -> str:
    """Return which words of ``site.po`` the page is made of."""
    if place is None:
        return "unknown"
    if place.instead:
        return "instead"
    if place.phase is Phase.OBSERVING and not place.minutes_left:
        return "observed" if place.minutes_left == 0 else "observing_soon"
    return place.phase.value


def _again_seconds(place: PlaceInQueue) -> int:
    if place.phase is Phase.LEFT:
        return 0
    if place.phase in (Phase.CALLED, Phase.MISSED):
        return CALLED_SECONDS
    return NEAR_SECONDS if (place.before or 0) <= _NEAR else FAR_SECONDS


def _slow_down(seconds: float) -> Response:
    return Response(
        "Xin chờ một lát. Please wait a moment.",
        status_code=429,
        headers={"retry-after": str(round(seconds) + 1)},
        media_type="text/plain; charset=utf-8",
    )

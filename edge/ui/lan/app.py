"""What kiosks ask of the hub: claims, hand-overs, the day's key, how long people wait, and staff.

The connection proves which certificate asks; the signed registry says which device that is, at each
request anew. Nothing in a request names a site or a device, and no log line holds what it said.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge.domain import lan
from edge.domain.lan import Claim, Run, StaffCall, Waiting
from edge.ports import Registry
from edge.services.claims import Ledger
from edge.services.hub_shelf import HubShelf
from edge.ui.lan import gate as gates
from edge.ui.lan.gate import Gate, body_of, said
from edge.ui.lan.shelf import shelf_routes
from edge.ui.lan.turns import Turns, turn_routes

Answer = Callable[[str, Request], Awaitable[lan.Message]]
_Asked = TypeVar("_Asked", Claim, Run, StaffCall)


def build_lan_app(
    *,
    ledger: Ledger,
    registry: Registry,
    site: str,
    turns: Turns | None = None,
    shelf: HubShelf | None = None,
) -> Starlette:
    """Return the application; ``registry`` says who may ask, ``site`` is the hub's own.

    Args:
        turns: What is asked where a device of this site may take this one's place.
        shelf: What the hub keeps of what the centre sent.
    """
    gate = Gate(registry, site)

    async def claim(device: str, request: Request) -> lan.Message:
        return await ledger.claim(device, await _asked(Claim, request, lan.MAX_CLAIM_BYTES))

    async def arrivals(device: str, request: Request) -> lan.Message:
        return await ledger.take(device, await _asked(Run, request, lan.MAX_RUN_BYTES))

    async def keys(device: str, _request: Request) -> lan.Message:
        return ledger.day_key(device)

    async def hub(_device: str, _request: Request) -> lan.Message:
        return ledger.state()

    async def waiting(_device: str, _request: Request) -> lan.Message:
        return Waiting(minutes=ledger.waiting())

    async def staff(device: str, request: Request) -> lan.Message:
        return ledger.calls.say(device, await _asked(StaffCall, request, lan.MAX_CLAIM_BYTES))

    def route(path: str, answer: Answer, method: str) -> Route:
        return gate.route(path, _noted(ledger, answer), method)

    return Starlette(
        routes=[
            route(lan.CLAIMS, claim, "POST"),
            route(lan.ARRIVALS, arrivals, "POST"),
            route(lan.KEYS, keys, "GET"),
            route(lan.WAITING, waiting, "GET"),
            route(lan.STAFF, staff, "POST"),
            *([route(lan.HUB, hub, "GET")] if turns is None else turn_routes(gate, turns)),
            *([] if shelf is None else shelf_routes(gate, shelf)),
        ]
    )


def _noted(ledger: Ledger, answer: Answer) -> gates.Answer:
    """Return ``answer`` for a device that was let in: the hub has heard of it."""

    async def noted(device: str, request: Request) -> Response:
        ledger.note(device)
        return said(lan.encode(await answer(device, request)))

    return noted


async def _asked(kind: type[_Asked], request: Request, most: int) -> _Asked:
    return lan.decode(kind, await body_of(request, most))

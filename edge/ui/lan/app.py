"""What kiosks ask of the hub: claims, hand-overs, the day's key, how long people wait.

The connection proves which certificate asks; the signed registry says which device that is, at each
request anew. Nothing in a request names a site or a device, and no log line holds what it said.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from edge.domain import lan
from edge.domain.lan import Claim, Run, Waiting
from edge.ports import JournalError, Registry
from edge.services.claims import Ledger
from protocol.errors import WireError

BODY_SECONDS = 5.0
Answer = Callable[[str, Request], Awaitable[lan.Message]]
_Asked = TypeVar("_Asked", Claim, Run)

log = structlog.get_logger("lan")


class _Refused(Exception):  # noqa: N818 - a turn in the flow, caught below
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def build_lan_app(*, ledger: Ledger, registry: Registry, site: str) -> Starlette:
    """Return the application; ``registry`` says who may ask, ``site`` is the hub's own."""

    async def claim(device: str, request: Request) -> lan.Message:
        return await ledger.claim(device, await _asked(Claim, request, lan.MAX_CLAIM_BYTES))

    async def arrivals(device: str, request: Request) -> lan.Message:
        return await ledger.take(device, await _asked(Run, request, lan.MAX_RUN_BYTES))

    async def keys(_device: str, _request: Request) -> lan.Message:
        return ledger.day_key()

    async def hub(_device: str, _request: Request) -> lan.Message:
        return ledger.state()

    async def waiting(_device: str, _request: Request) -> lan.Message:
        return Waiting(minutes=ledger.waiting())

    def route(path: str, answer: Answer, method: str) -> Route:
        async def endpoint(request: Request) -> Response:
            return await _answered(request, _noted(ledger, answer), registry, site)

        return Route(path, endpoint, methods=[method])

    return Starlette(
        routes=[
            route(lan.CLAIMS, claim, "POST"),
            route(lan.ARRIVALS, arrivals, "POST"),
            route(lan.KEYS, keys, "GET"),
            route(lan.HUB, hub, "GET"),
            route(lan.WAITING, waiting, "GET"),
        ]
    )


def _noted(ledger: Ledger, answer: Answer) -> Answer:
    """Return ``answer`` for a device that was let in: the hub has heard of it."""

    async def noted(device: str, request: Request) -> lan.Message:
        ledger.note(device)
        return await answer(device, request)

    return noted


async def _answered(request: Request, answer: Answer, registry: Registry, site: str) -> Response:
    device = ""
    try:
        device = await _device(request, registry, site)
        said = await answer(device, request)
    except _Refused as refused:
        return _refusal(request, device, refused.status, str(refused))
    except WireError as error:
        return _refusal(request, device, 400, str(error))
    except JournalError:
        return _refusal(request, device, 503, "the hub cannot write now; try again")
    except ClientDisconnect:
        return _refusal(request, device, 400, "went away before all was said")
    headers = {"cache-control": "no-store"}
    return Response(lan.encode(said), media_type="application/json", headers=headers)


def _refusal(request: Request, device: str, status: int, words: str) -> Response:
    log.warning("refused", device=device, path=request.url.path, status=status, reason=words)
    return Response(f"{words}\n", status, media_type="text/plain; charset=utf-8")


async def _device(request: Request, registry: Registry, site: str) -> str:
    thumbprint = getattr(request.state, "peer_thumbprint", b"")
    known = await asyncio.to_thread(registry.find, thumbprint)
    if known is None:
        raise _Refused(403, "no device of the registry has this certificate")
    if not known.active:
        raise _Refused(403, "this device was revoked")
    if known.site != site:
        raise _Refused(403, "this device belongs to another site")
    return known.device


async def _asked(kind: type[_Asked], request: Request, most: int) -> _Asked:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise _Refused(413, f"larger than {most} bytes")
    except TimeoutError:
        raise _Refused(408, "took too long to say it") from None
    return lan.decode(kind, bytes(body))

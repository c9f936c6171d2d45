"""Who may ask the device listener: the devices of the signed registry that are of this site."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from edge.ports import JournalError, Registry
from protocol.errors import WireError

BODY_SECONDS = 5.0
Answer = Callable[[str, Request], Awaitable[Response]]

log = structlog.get_logger("lan")


class TurnedAway(Exception):  # noqa: N818 - a turn in the flow, caught below
    """The request is refused with a status and a line of words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Gate:
    """Lets devices in by the certificate of their connection, looked up at each request anew."""

    def __init__(self, registry: Registry, site: str) -> None:
        self._registry = registry
        self._site = site

    def route(self, path: str, answer: Answer, method: str) -> Route:
        """Return a route for devices of this site."""

        async def endpoint(request: Request) -> Response:
            return await self._answered(request, answer)

        return Route(path, endpoint, methods=[method])

    async def _answered(self, request: Request, answer: Answer) -> Response:
        device = ""
        try:
            device = await self._device(request)
            return await answer(device, request)
        except TurnedAway as refused:
            return _refusal(request, device, refused.status, str(refused))
        except WireError as error:
            return _refusal(request, device, 400, str(error))
        except JournalError:
            return _refusal(request, device, 503, "the hub cannot write now; try again")
        except ClientDisconnect:
            return _refusal(request, device, 400, "went away before all was said")

    async def _device(self, request: Request) -> str:
        thumbprint = getattr(request.state, "peer_thumbprint", b"")
        known = await asyncio.to_thread(self._registry.find, thumbprint)
        if known is None:
            raise TurnedAway(403, "no device of the registry has this certificate")
        if not known.active:
            raise TurnedAway(403, "this device was revoked")
        if known.site != self._site:
            raise TurnedAway(403, "this device belongs to another site")
        return known.device


def said(data: bytes) -> Response:
    """Return an answer that nobody keeps."""
    headers = {"cache-control": "no-store"}
    return Response(data, media_type="application/json", headers=headers)


async def body_of(request: Request, most: int) -> bytes:
    """Return what a request brings.

    Raises:
        TurnedAway: More than ``most`` bytes, or too slowly.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise TurnedAway(413, f"larger than {most} bytes")
    except TimeoutError:
        raise TurnedAway(408, "took too long to say it") from None
    return bytes(body)


def _refusal(request: Request, device: str, status: int, words: str) -> Response:
    log.warning("refused", device=device, path=request.url.path, status=status, reason=words)
    return Response(f"{words}\n", status, media_type="text/plain; charset=utf-8")

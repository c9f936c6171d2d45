"""Plays the faults that concern the wire: no answer, late, 5xx, 429, garbage, a lost answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from central.simulated.platform.faults import Fault, FaultKind, Faults
from central.simulated.platform.outcome import outcome

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_NEVER_SENT = b"1048576"


class Strike:
    """ASGI middleware in front of everything under ``/fhir``."""

    def __init__(self, application: Application, faults: Faults) -> None:
        self._application = application
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or fail to, as the faults that are on demand."""
        if scope["type"] != "http" or not scope["path"].startswith("/fhir"):
            await self._application(scope, receive, send)
            return
        resource_type = [*scope["path"].split("/"), "", ""][2]
        reading = scope["method"] == "GET" or scope["path"].endswith("/_search")
        struck = self._faults.take(resource_type, writing=not reading)
        scope.setdefault("state", {})["struck"] = struck
        if FaultKind.SLOW in struck:
            await asyncio.sleep(struck[FaultKind.SLOW].seconds)
        await self._play(struck, scope, receive, send)

    async def _play(
        self, struck: dict[FaultKind, Fault], scope: Scope, receive: Receive, send: Send
    ) -> None:
        if FaultKind.DOWN in struck:
            await _cut(send)
        elif (fault := struck.get(FaultKind.ERROR)) is not None:
            await _answer(send, fault.status, "exception", "internal error (fault on demand)")
        elif (fault := struck.get(FaultKind.THROTTLED)) is not None:
            pause = (b"retry-after", str(int(fault.seconds)).encode())
            await _answer(send, 429, "throttled", "too many requests (fault on demand)", pause)
        elif FaultKind.LOST_ANSWER in struck:
            await self._application(scope, receive, _swallow)
            await _cut(send)
        elif FaultKind.GARBAGE in struck:
            await self._application(scope, receive, _swallow)
            await _garbage(send)
        else:
            await self._application(scope, receive, send)


async def _cut(send: Send) -> None:
    """Begin an answer and leave: the server then ends the connection, the client gets nothing."""
    headers = [(b"content-length", _NEVER_SENT)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _swallow(message: Message) -> None:
    """Let an answer vanish."""


async def _garbage(send: Send) -> None:
    await _send(send, 200, b"<html>Welcome to the portal</html>", (b"content-type", b"text/html"))


async def _answer(
    send: Send, status: int, code: str, words: str, *headers: tuple[bytes, bytes]
) -> None:
    body = json.dumps(outcome(code, words)).encode()
    await _send(send, status, body, (b"content-type", b"application/fhir+json"), *headers)


async def _send(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})

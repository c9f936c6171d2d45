"""One message to a thousand screens: framed once, written to each connection as it is.

A stream is an answer of HTTP that never ends. Its beginning goes the usual way; what follows is put
into the connection by itself, for the layers between would frame the same bytes a thousand times.
Every message says all that is shown: a screen that cannot keep up may miss some.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MOST_UNSENT_BYTES: Final = 64 * 1024
"""A screen that takes nothing for so long is cut off, and comes back by itself."""


class Fanout:
    """The streams that are open now."""

    def __init__(self) -> None:
        self._streams: dict[asyncio.Transport, Callable[[], bool]] = {}

    def __len__(self) -> int:
        return len(self._streams)

    def join(self, transport: asyncio.Transport, may: Callable[[], bool]) -> None:
        """Write to ``transport`` from now on, as long as ``may`` says so."""
        self._streams[transport] = may

    def leave(self, transport: asyncio.Transport) -> None:
        """Write to ``transport`` no more."""
        self._streams.pop(transport, None)

    def send(self, message: bytes) -> None:
        """Give ``message`` to every stream.

        Source: RFC 9112, 7.1 (a chunk is its length in hexadecimal digits, and its bytes).
        """
        chunk = b"%x\r\n%b\r\n" % (len(message), message)
        for transport in list(self._streams):
            unsent = transport.get_write_buffer_size()
            if unsent > MOST_UNSENT_BYTES:
                transport.abort()
            elif not transport.is_closing():
                transport.write(chunk)

    def end(self) -> None:
        """End all streams, when the program stops."""
        for transport in list(self._streams):
            transport.abort()

    def drop_unwanted(self) -> None:
        """End the streams of those who may no longer listen."""
        for transport, may in list(self._streams.items()):
            if not may():
                transport.close()


class Stream(Response):
    """An answer that goes on until the browser leaves."""

    media_type = "text/event-stream"

    def __init__(self, fanout: Fanout, first: bytes, may: Callable[[], bool]) -> None:
        """Say ``first`` to who comes new, and from then on what all are told."""
        super().__init__()
        del self.headers["content-length"]
        self._fanout = fanout
        self._first = first
        self._may = may

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and stay."""
        if scope["http_version"] != "1.1" or scope["method"] != "GET":
            await Response(status_code=400)(scope, receive, send)
            return
        transport: asyncio.Transport = scope["state"]["transport"]
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._first, "more_body": True})
        self._fanout.join(transport, self._may)
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._fanout.leave(transport)

"""The door of the local pages: only this machine's own pages may drive the kiosk.

Checks the Host header (a foreign name that points at this machine is another site's page), and on
anything but reading the Origin; adds the headers that keep pages from being stored or scripted.
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN = frozenset({"same-origin", "none"})
"""What a browser says of a request that one of our own pages, or nobody's page, makes."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HEADERS = (
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        b"font-src 'self'; media-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
        b"base-uri 'none'; form-action 'self'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Guard:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = LOOPBACK | set(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refuse(send, refusal, _HEADERS)
            return
        await self._app(scope, receive, with_headers(send, _HEADERS))

    def _refusal(self, scope: Scope) -> str | None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if without_port(host) not in self._hosts:
            return "open this page by the address of this machine, such as http://127.0.0.1:8080/"
        # A browser says by itself whose page asks, and no page can make it lie.
        if headers.get(b"sec-fetch-site", "none") not in OWN and not _opened(headers):
            return "only this machine's own page may do that"
        if scope["method"] in {"GET", "HEAD"}:
            return None
        origin = headers.get(b"origin")
        # A program on this machine sends no Origin; a browser always does with POST.
        if origin is not None and origin != f"http://{host}":
            return "only this machine's own page may do that"
        return None


def _opened(headers: dict[bytes, str]) -> bool:
    """Tell whether a link elsewhere opens the page as a whole; what it shows cannot be read there."""
    opened = (headers.get(b"sec-fetch-mode"), headers.get(b"sec-fetch-dest"))
    return opened == ("navigate", "document")


def without_port(host: str) -> str:
    """Return the name or address in a Host header."""
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


def with_headers(send: Send, headers: Iterable[tuple[bytes, bytes]]) -> Send:
    """Return ``send`` with ``headers`` on each answer."""
    added = tuple(headers)

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)

    return send_guarded


async def refuse(send: Send, text: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Answer 403 with ``text`` in plain letters."""
    all_headers = [(b"content-type", b"text/plain; charset=utf-8"), *headers]
    await send({"type": "http.response.start", "status": 403, "headers": all_headers})
    await send({"type": "http.response.body", "body": text.encode()})

"""The door frame of the centre's pages: they may be driven by themselves alone.

The Host must be one of ours. Whatever changes something must say by Origin that one of our own pages
asks. Nothing is stored, framed, or scripted from elsewhere.
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_OWN = frozenset({"same-origin", "none"})
_HEADERS = (
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
        b"form-action 'self'",
    ),
    (b"x-frame-options", b"DENY"),
    # With "no-referrer" a browser would send "Origin: null" with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class PageGuard:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, *, origins: Iterable[str], hosts: Iterable[str]) -> None:
        """Take the origins under which our pages are open, and the names we answer to.

        Args:
            origins: Beside the one that a request itself was sent to.
        """
        self._app = app
        self._origins = frozenset(origins)
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(send, *refusal)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *_HEADERS]}
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "").lower()
        if _without_port(host) not in self._hosts:
            return (
                400,
                "Hãy mở trang này bằng địa chỉ đã được cấp. / Open this page by the address that you were given.",
            )
        if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            return None
        own = {*self._origins, f"{scope['scheme']}://{host}"}
        if headers.get(b"sec-fetch-site", "none") not in _OWN or headers.get(b"origin") not in own:
            return (
                403,
                "Chỉ trang của trung tâm làm được việc này; hãy mở lại trang rồi làm lại. / Only the centre's own page may do that; open it again.",
            )
        return None


def host_in(address: str) -> str:
    """Return the host in the address of a page, as a Host header has it without the port."""
    return _without_port(address.split("://", 1)[-1].split("/", 1)[0].lower())


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})

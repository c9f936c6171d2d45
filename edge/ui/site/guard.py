"""The door frame of the hub's pages: they may be driven by themselves alone.

The Host must be a name of the hub's certificate. Whatever changes something must say by Origin that
one of the hub's own pages asks. Nothing is stored, framed, or scripted from elsewhere.
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from edge.ui.guard import LOOPBACK, OWN, refuse, with_headers, without_port

HEADERS = (
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        b"media-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
        b"form-action 'self'",
    ),
    (b"x-frame-options", b"DENY"),
    # With "no-referrer" a browser would send "Origin: null" with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class SiteGuard:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        """Take the names and addresses of the hub's certificate."""
        self._app = app
        self._hosts = LOOPBACK | {_in_header(host) for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refuse(send, refusal, HEADERS)
            return
        await self._app(scope, receive, with_headers(send, HEADERS))

    def _refusal(self, scope: Scope) -> str | None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "").lower()
        if without_port(host) not in self._hosts:
            return "open this page by the address that the head of the site was given"
        if scope["method"] in {"GET", "HEAD"}:
            return None
        if headers.get(b"sec-fetch-site", "none") not in OWN:
            return "only the hub's own page may do that"
        # Every browser sends it with what changes something.
        if headers.get(b"origin") != f"https://{host}":
            return "only the hub's own page may do that"
        return None


def _in_header(host: str) -> str:
    return f"[{host}]" if ":" in host else host.lower()

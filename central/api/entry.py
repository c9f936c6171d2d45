"""Who asks: the cookie of a browser, and routes that need a right."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request, Response

from central.api.guard import LOOPBACK, host_in
from central.domain.accounts import Right, Visitor
from central.services.door import Door

Who = Callable[[Request], Awaitable[Visitor]]
_COOKIE: Final = "tram-centre"
_JOURNEY_COOKIE: Final = "tram-journey"
_JOURNEY_SECONDS: Final = 600


class NotLoggedIn(Exception):  # noqa: N818 - what the asker is
    """Nobody is known by this request's cookie."""


class NotAllowed(Exception):  # noqa: N818
    """Whoever asks is known and may not."""


class Entry:
    """Knows visitors by their cookie.

    Attributes:
        secure: Whether the browser comes by https; then the cookie goes nowhere else.
    """

    def __init__(self, door: Door, *, secure: bool) -> None:
        self.door = door
        self.secure = secure

    def needs(self, right: Right) -> Who:
        """Return what gives a route its visitor, when they have a right."""

        async def who(request: Request) -> Visitor:
            visitor = await self.anybody(request)
            if not visitor.may(right):
                raise NotAllowed
            return visitor

        return who

    async def anybody(self, request: Request) -> Visitor:
        """Return who asks, whatever they may do."""
        visitor = await self.door.who(self.token(request))
        if visitor is None:
            raise NotLoggedIn
        request.state.visitor = visitor
        return visitor

    def token(self, request: Request) -> str:
        """Return the token of this browser's log-in; empty without one."""
        return request.cookies.get(self._name(_COOKIE), "")

    def keep(self, response: Response, token: str) -> None:
        """Give the browser the token of its log-in; no script reads it."""
        seconds = round(self.door.limits.whole.total_seconds())
        self._set(response, _COOKIE, token, seconds)

    def drop(self, response: Response) -> None:
        """Take the token back."""
        response.delete_cookie(self._name(_COOKIE), path="/", secure=self.secure, httponly=True)

    def keep_journey(self, response: Response, carried: str) -> None:
        """Let the browser prove later that it is the one that went to the organisation's log-in."""
        self._set(response, _JOURNEY_COOKIE, carried, _JOURNEY_SECONDS)

    def journey(self, request: Request) -> str:
        """Return what the browser took along; empty without one."""
        return request.cookies.get(self._name(_JOURNEY_COOKIE), "")

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        # "lax": with "strict" whoever comes from the organisation's log-in would seem to be nobody.
        # What changes something is guarded by its Origin.
        response.set_cookie(
            self._name(name), value, max_age=seconds, path="/", secure=self.secure, httponly=True,
            samesite="lax",
        )  # fmt: skip

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name


def address_of(request: Request) -> str:
    """Return where a request came from, for the throttle; behind a proxy of this machine, what it says."""
    peer = request.client.host if request.client else ""
    said = request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
    return said if said and _is_loopback(peer) else peer


def from_this_machine(request: Request) -> bool:
    """Return whether a program of this machine asks, and not a proxy for somebody else.

    A proxy that forgets to say for whom it asks still keeps the name under which people reach it.
    """
    peer = request.client.host if request.client else ""
    forwarded = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers.keys())
    own = host_in(request.headers.get("host", "")) in LOOPBACK
    return _is_loopback(peer) and own and not forwarded


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

"""The door of the centre's pages: who is let in, who is known again, who is shown out."""

import asyncio
import hashlib
import hmac
import math
import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, Literal

import structlog

from central.domain.accounts import Account, Visitor, visitor
from central.domain.audit import Act
from central.domain.sessions import (
    BY_ADDRESS,
    BY_NAME,
    Limits,
    Throttle,
    WebSession,
    expired,
)
from central.ports import Clock
from central.ports.accounts import (
    AccountStore,
    IdentityProvider,
    Journey,
    JourneySeal,
    JourneyStore,
    Passwords,
    SessionStore,
)
from central.ports.audit import AuditStore
from central.ports.errors import ProviderRefused
from central.services.claims import Claims, account_of, login_of

MOST_WAITING: Final = 8
"""Each try at a password takes 64 MiB and a core for a moment: they come one after another."""
_SKEW: Final = timedelta(minutes=1)
MOST_ASKING: Final = 6
"""An organisation that does not answer must not hold the threads that everything else needs."""
_KEEP_EVERY: Final = timedelta(minutes=1)
JOURNEY_WITHIN: Final = timedelta(minutes=10)
"""A way to the organisation's log-in and back; whoever dawdles begins anew."""

log = structlog.get_logger("door")

Refusal = Literal["wrong", "wait", "busy", "no_role", "lost", "refused"]


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Somebody may come in; the browser keeps ``token``."""

    token: str = field(repr=False)
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a browser goes to log in at the organisation, and what it carries there and back."""

    url: str
    carried: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Nobody came in; after ``wait_seconds`` the next try is heard."""

    reason: Refusal
    wait_seconds: int = 0


class Door:
    """Lets people in by password or by an organisation's word, and knows them by their token."""

    def __init__(
        self,
        *,
        accounts: AccountStore,
        journeys: JourneyStore,
        seal: JourneySeal,
        sessions: SessionStore,
        passwords: Passwords,
        audit: AuditStore,
        clock: Clock,
        limits: Limits | None = None,
        communes: Mapping[str, Iterable[str]] | None = None,
        provider: IdentityProvider | None = None,
        claims: Claims | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.provider = provider
        self._accounts = accounts
        self._journeys = journeys
        self._seal = seal
        self._sessions = sessions
        self._passwords = passwords
        self._audit = audit
        self._clock = clock
        self._communes = {name: tuple(sites) for name, sites in (communes or {}).items()}
        self._claims = claims or Claims()
        self._by_name, self._by_address = Throttle(BY_NAME), Throttle(BY_ADDRESS)
        # Counted apart: whoever sends browsers here with made-up answers stops no password.
        self._ways_back = Throttle(BY_ADDRESS)
        self._one_at_a_time = threading.Lock()
        self._waiting = 0
        self._asking = asyncio.Semaphore(MOST_ASKING)

    async def log_in(
        self, login: str, password: str, address: str, *, before: str = ""
    ) -> LoggedIn | TurnedAway:
        """Try a log-in name and password from a browser at ``address``.

        Args:
            before: Token that the browser holds from an earlier log-in; it ends with this one.

        Raises:
            StoreUnavailable: Nobody knows now who may come in.
        """
        if self._waiting >= MOST_WAITING:
            return TurnedAway("busy", 5)
        self._waiting += 1
        try:
            return await asyncio.to_thread(self._log_in, login, password, address, before)
        finally:
            self._waiting -= 1

    async def who(self, token: str) -> Visitor | None:
        """Return who holds ``token``, and count it as an action; None once the log-in has ended.

        Raises:
            StoreUnavailable: Nobody is known now.
        """
        return await asyncio.to_thread(self._who, token) if token else None

    async def still(self, token: str) -> bool:
        """Return whether a log-in goes on; no action, for open streams to ask.

        Raises:
            StoreUnavailable: Nobody is known now.
        """
        return await asyncio.to_thread(self._known, token) is not None

    async def log_out(self, token: str) -> None:
        """End one log-in.

        Raises:
            StoreUnavailable: It goes on.
        """
        await asyncio.to_thread(self._sessions.end, [_key(token)])

    async def begin(self) -> Begun:
        """Return a way to the organisation's log-in; anybody may ask for one, and nothing is stored.

        Raises:
            ProviderUnavailable: No answer now.
        """
        provider = self._must_have_provider()
        entropy = [secrets.token_urlsafe(32) for _ in range(3)]
        async with self._asking:
            journey = await asyncio.to_thread(provider.begin, entropy)
        return Begun(journey.url, self._seal.seal(journey, self._clock.now()))

    async def finish(
        self, carried: str, state: str, code: str, address: str
    ) -> LoggedIn | TurnedAway:
        """Let in whoever came back from the organisation's log-in, if it vouches for a role of ours.

        After some that failed an address waits, longer and longer, as with wrong passwords.

        Args:
            carried: What the browser was given when it began.
            address: Where it comes from.

        Raises:
            ProviderUnavailable: No answer now.
            StoreUnavailable: Nobody can be let in now.
        """
        now = self._clock.now()
        wait = self._ways_back.wait(address, now)
        if wait > timedelta():
            return TurnedAway("wait", math.ceil(wait.total_seconds()))
        done = await self._finish(carried, state, code)
        if isinstance(done, LoggedIn):
            self._ways_back.right(address)
        elif carried:
            # Without what was carried nobody is asked anything, and anybody's link leads here.
            self._ways_back.wrong(address, now)
            log.warning("way_back_refused", address=address, reason=done.reason)
        return done

    async def _finish(self, carried: str, state: str, code: str) -> LoggedIn | TurnedAway:
        journey, key = self._journey(carried, state), _key(state)
        if journey is None or await asyncio.to_thread(self._journeys.spent, key):
            # Used before, begun too long ago, or begun by somebody else.
            return TurnedAway("lost")
        provider = self._must_have_provider()
        try:
            async with self._asking:
                said = await asyncio.to_thread(provider.finish, journey, code)
        except ProviderRefused as error:
            log.warning("provider refused", reason=str(error))
            return TurnedAway("refused")
        now = self._clock.now()
        # Kept as long as any machine's clock may still let this way end, whichever looks it through.
        before = now - JOURNEY_WITHIN - 2 * _SKEW
        # The organisation vouched for somebody: only now is a row worth its place.
        if not await asyncio.to_thread(self._journeys.spend, key, now, before):
            return TurnedAway("lost")
        return await asyncio.to_thread(self._vouched, said)

    def _journey(self, carried: str, state: str) -> Journey | None:
        opened = self._seal.opened(carried)
        if opened is None:
            return None
        journey, began_at = opened
        own = hmac.compare_digest(journey.state.encode(), state.encode("utf-8", "replace"))
        # Where the way ends at another machine, whose clock may be a little behind.
        in_time = -_SKEW <= self._clock.now() - began_at <= JOURNEY_WITHIN
        # Somebody else's way: without this a stranger could log a victim in as themselves.
        return journey if own and in_time else None

    def _must_have_provider(self) -> IdentityProvider:
        if self.provider is None:
            raise ProviderRefused("no organisation's log-in is set up")
        return self.provider

    def _log_in(
        self, login: str, password: str, address: str, before: str
    ) -> LoggedIn | TurnedAway:
        with self._one_at_a_time:
            return self._try(login.strip(), password, address, before)

    def _try(self, login: str, password: str, address: str, before: str) -> LoggedIn | TurnedAway:
        now = self._clock.now()
        wait = max(self._by_name.wait(_key(login), now), self._by_address.wait(address, now))
        if wait > timedelta():
            return TurnedAway("wait", math.ceil(wait.total_seconds()))
        account = self._accounts.account(login)
        usable = account is not None and not account.disabled
        fits = self._passwords.fits(password, account.secret if account and usable else "")
        if account is None or not fits:
            self._by_name.wrong(_key(login), now)
            self._by_address.wrong(address, now)
            log.warning("log_in_refused", address=address)
            return TurnedAway("wrong")
        self._by_name.right(_key(login))
        self._by_address.right(address)
        return self._let_in(account, "password", before)

    def _vouched(self, said: Mapping[str, Any]) -> LoggedIn | TurnedAway:
        login = login_of(said)
        held = self._accounts.account(login)
        account = None if held is not None and held.disabled else account_of(said, self._claims)
        if account is None:
            return TurnedAway("no_role")
        since = held.created_at if held else self._clock.now()
        self._accounts.put(replace(account, created_at=since))
        return self._let_in(account, "oidc", "")

    def _let_in(self, account: Account, route: str, before: str) -> LoggedIn:
        now = self._clock.now()
        act = Act(account.login, account.role, "logged_in", f"account:{account.login}", route=route)
        self._audit.add(act, now)
        token = secrets.token_urlsafe(32)
        self._sessions.end([_key(before)] if before else [])
        self._sessions.put(WebSession(_key(token), account.login, now, now))
        return LoggedIn(token, visitor(account, self._communes))

    def _who(self, token: str) -> Visitor | None:
        found = self._known(token)
        if found is None:
            return None
        session, account = found
        now = self._clock.now()
        if now - session.seen_at >= _KEEP_EVERY:
            self._sessions.put(replace(session, seen_at=now))
        return visitor(account, self._communes)

    def _known(self, token: str) -> tuple[WebSession, Account] | None:
        session = self._sessions.session(_key(token)) if token else None
        if session is None:
            return None
        if expired(session, self._clock.now(), self.limits):
            self._sessions.end([session.key])
            return None
        account = self._accounts.account(session.login)
        return None if account is None or account.disabled else (session, account)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

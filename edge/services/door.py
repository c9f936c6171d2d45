"""The door of the hub's pages: who is logged in at which browser, and which boards may listen."""

import asyncio
import hashlib
import math
from dataclasses import dataclass, field, replace

import structlog

from edge.domain.known_desk import desk_of
from edge.domain.known_desk import mark as new_mark
from edge.domain.sessions import Instant, Limits, Session, expired, seen_again
from edge.domain.staff import Refusal, Role, Staff
from edge.domain.throttle import BY_ADDRESS, BY_NAME, BY_NAME_ANYWHERE, Throttle
from edge.ports import Clock, JournalError, SessionsError, SessionStore
from edge.services.staff_events import StaffEvents
from edge.services.vault import VaultKeeper
from protocol.site_events import StaffSignedIn
from protocol.staff import readable_secret

MOST_WAITING = 8
"""Each try at a password takes 64 MiB and a second of one core: they come one after another."""
_KEEP_EVERY_SECONDS = 60.0

log = structlog.get_logger("door")


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Somebody may come in; the browser keeps ``token``.

    Attributes:
        unlocked: The names of the site came back by this log-in.
        mark: What the browser keeps for good: the hub knows it again, whoever logs in there.
    """

    token: str = field(repr=False)
    staff: Staff
    unlocked: bool
    mark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Nobody came in; after ``wait_seconds`` the next try is heard."""

    reason: Refusal
    wait_seconds: int = 0


class Door:
    """Lets staff in by password, and knows them again by their browser's token."""

    def __init__(
        self,
        *,
        keeper: VaultKeeper,
        store: SessionStore,
        clock: Clock,
        events: StaffEvents,
        limits: Limits,
    ) -> None:
        self._keeper = keeper
        self._store = store
        self._clock = clock
        self._events = events
        self._limits = limits
        self._by_name, self._by_address = Throttle(BY_NAME), Throttle(BY_ADDRESS)
        self._by_name_anywhere = Throttle(BY_NAME_ANYWHERE)
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0
        self._worked_ns: int | None = None
        self._sessions: dict[str, Session] = {}
        self._kept: dict[str, float] = {}
        # Until the stored one is read, and where it cannot be: no browser is known then.
        self._secret = clock.entropy(32)

    def worked_ns(self) -> int | None:
        """Return when somebody who is logged in last did something, since boot; None: nobody yet."""
        return self._worked_ns

    @property
    def locked(self) -> bool:
        """Return whether the names of the site are still locked."""
        return self._keeper.vault_key is None

    @property
    def problem(self) -> str:
        """Return why nobody can log in, for IT; empty when all is well."""
        return self._keeper.problem

    async def open(self) -> None:
        """Read the vault and the sessions that outlived a restart.

        Raises:
            SessionsError: They cannot be read.
        """
        await asyncio.to_thread(self._keeper.load)
        self._sessions = {each.key: each for each in await asyncio.to_thread(self._store.sessions)}
        try:
            self._secret = await asyncio.to_thread(self._store.secret, self._secret)
        except SessionsError as error:
            log.error("known_desks_not_kept", problem=str(error))  # noqa: TRY400 - in words
        await self._drop_expired()

    async def log_in(
        self,
        login: str,
        password: str,
        address: str,
        *,
        desk: str = "",
        before: str = "",
        mark: str = "",
    ) -> LoggedIn | TurnedAway:
        """Try a log-in name and password from a browser at ``address``.

        Args:
            before: Token that the browser holds from an earlier log-in; it ends with this one.
            mark: What an earlier log-in gave the browser: its wrong guesses are counted apart.
        """
        known = desk_of(self._secret, mark)
        if self._waiting >= MOST_WAITING:
            return TurnedAway(Refusal.BUSY, 5)
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                fits = await self._try(login, password, address, known)
        finally:
            self._waiting -= 1
        if isinstance(fits, TurnedAway):
            return fits
        inside = await self._let_in(login, desk, before, unlocked=fits)
        if isinstance(inside, TurnedAway) or known:
            return inside
        return replace(inside, mark=new_mark(self._secret, self._clock.entropy(16)))

    async def proves(self, login: str, password: str, address: str) -> bool:
        """Return whether a password is somebody's; wrong ones slow them down as at a log-in."""
        async with self._one_at_a_time:
            return not isinstance(await self._try(login, password, address), TurnedAway)

    async def _try(
        self, login: str, password: str, address: str, known: str = ""
    ) -> bool | TurnedAway:
        """Return whether the password, which fits, unlocked the site.

        Args:
            known: A browser that the hub knows; what is guessed elsewhere does not slow it down.
        """
        counted = [
            (self._by_name, _key(f"{known} {login}")),
            (self._by_address, known or address),
            *([(self._by_name_anywhere, _key(login))] if known else []),
        ]
        now = self._now()
        wait = max(throttle.wait(who, now) for throttle, who in counted)
        if wait > 0:
            return TurnedAway(Refusal.WAIT, math.ceil(wait))
        locked = self.locked
        fits = await asyncio.to_thread(self._keeper.open, login, password)
        if fits is None:
            return TurnedAway(Refusal.VAULT)
        if not fits:
            for throttle, who in counted:
                throttle.wrong(who, self._now())
            log.warning("log_in_refused", address=address)
            return TurnedAway(Refusal.WRONG)
        for throttle, who in counted:
            throttle.right(who)
        return locked

    async def _let_in(
        self, login: str, desk: str, before: str, *, unlocked: bool
    ) -> LoggedIn | TurnedAway:
        vault = self._keeper.vault
        member = None if vault is None else vault.member(login)
        if member is None:
            return TurnedAway(Refusal.WRONG)
        token = self._clock.entropy(32).hex()
        session = Session(_key(token), login, member.role, "", 0.0, self._instant())
        try:
            await self._drop_expired()
            await self._forget([_key(before)] if before else [])
            await self._keep(session)
        except SessionsError as error:
            # Known until the next restart: staff work on whatever the disk says.
            log.error("session_not_kept", problem=str(error))  # noqa: TRY400 - in words
            self._sessions[session.key] = session
        self._worked_ns = self._clock.boottime_ns()
        body = StaffSignedIn(staff=login, role=member.role, desk=desk, unlocked=unlocked)
        try:
            await self._events.write(body, self._keeper.names.get(login))
        except JournalError as error:
            log.error("log_in_not_journalled", problem=str(error))  # noqa: TRY400 - in words
        return LoggedIn(token, Staff(login, member.role), unlocked)

    async def who(self, token: str, *, acts: bool = True) -> Staff | None:
        """Return who holds ``token``, and count it as an action; None once the log-in has ended.

        Args:
            acts: False where a page asks for news by itself: that keeps nobody logged in.
        """
        session = self._alive(token)
        if session is None or session.role is None:
            return None
        role = self._role(session)
        if role is None:
            return None
        if not acts:
            return Staff(session.login, role)
        self._worked_ns = self._clock.boottime_ns()
        session = replace(seen_again(session, self._instant()), role=role)
        self._sessions[session.key] = session
        await self._keep_now_and_then(session)
        return Staff(session.login, role)

    def still(self, token: str) -> bool:
        """Return whether a log-in or a board's right goes on; no action, for open streams to ask."""
        session = self._alive(token)
        return session is not None and (session.role is None or self._role(session) is not None)

    async def log_out(self, token: str) -> None:
        """End one log-in.

        Raises:
            SessionsError: It ended, yet a restart would bring it back.
        """
        await self._forget([_key(token)])

    async def log_out_everywhere(self, login: str, *, but: str = "") -> None:
        """End every log-in of somebody, but for the browser that holds ``but``.

        Raises:
            SessionsError: They ended, yet a restart would bring them back.
        """
        kept = _key(but) if but else ""
        mine = [each for each in self._sessions.values() if each.role and each.login == login]
        await self._forget([each.key for each in mine if each.key != kept])

    async def new_board(self, label: str) -> str:
        """Return a code that a TV types once; it grants the board's stream and nothing else.

        Raises:
            SessionsError: It could not be stored.
        """
        code = readable_secret(self._clock.entropy(16))
        await self._keep(Session(_key(code), "", None, label, 0.0, self._instant()))
        return code

    def board(self, code: str) -> bool:
        """Return whether a code grants a board's stream."""
        session = self._alive(code)
        return session is not None and session.role is None

    async def try_board(self, code: str, address: str) -> bool | TurnedAway:
        """Try a code that somebody typed at a TV; wrong ones slow their address down."""
        wait = self._by_address.wait(address, self._now())
        if wait > 0:
            return TurnedAway(Refusal.WAIT, math.ceil(wait))
        if self.board(code):
            return True
        self._by_address.wrong(address, self._now())
        return False

    def boards(self) -> dict[str, str]:
        """Return the labels of all boards by the key under which they are taken away."""
        return {each.key: each.label for each in self._sessions.values() if each.role is None}

    async def remove_board(self, key: str) -> None:
        """Take a board's right away.

        Raises:
            SessionsError: It is gone, yet a restart would bring it back.
        """
        if key in self.boards():
            await self._forget([key])

    async def day_ended(self) -> None:
        """Lock the site: what could be read leaves the memory. The queue runs on by numbers."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self._keeper.forget)

    def _alive(self, token: str) -> Session | None:
        session = self._sessions.get(_key(token)) if token else None
        if session is None or expired(session, self._instant(), self._limits):
            return None
        return session

    def _role(self, session: Session) -> Role | None:
        """Return the role as the list has it now; without a usable list the one at the log-in."""
        vault = self._keeper.vault
        if vault is None:
            return session.role
        member = vault.member(session.login)
        return None if member is None else member.role

    async def _keep_now_and_then(self, session: Session) -> None:
        now = self._now()
        if now - self._kept.get(session.key, 0.0) < _KEEP_EVERY_SECONDS:
            return
        try:
            await self._keep(session)
        except SessionsError as error:
            log.error("session_not_kept", problem=str(error))  # noqa: TRY400 - in words

    async def _keep(self, session: Session) -> None:
        await asyncio.to_thread(self._store.put, session)
        self._sessions[session.key] = session
        self._kept[session.key] = self._now()

    async def _drop_expired(self) -> None:
        now = self._instant()
        await self._forget(
            [each.key for each in self._sessions.values() if expired(each, now, self._limits)]
        )

    async def _forget(self, keys: list[str]) -> None:
        for key in keys:
            self._sessions.pop(key, None)
            self._kept.pop(key, None)
        if keys:
            await asyncio.to_thread(self._store.remove, keys)

    def _now(self) -> float:
        return self._clock.boottime_ns() / 1e9

    def _instant(self) -> Instant:
        wall = self._clock.now().timestamp()
        return Instant(self._clock.boot_id(), self._now(), wall, self._clock.clock_ok())


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

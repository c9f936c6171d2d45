"""Keeps the site's roster in memory and fresh, and answers what it says of a person.

Nobody waits for it: without it, or when it is too old, every answer is "unknown". It is never
written down; after a restart it is fetched anew.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from edge.domain.backoff import delay
from edge.domain.roster import Desks, Match, PersonKey, Roster, match
from edge.ports import Clock, RosterError, RosterSource
from protocol.documents.model import Claim

_MOST_PAGES = 1_000
_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 2.0, 120.0

log = structlog.get_logger("roster")


@dataclass(frozen=True, slots=True)
class RosterState:
    """How the roster stands, for the bar.

    Attributes:
        people: How many are on it; 0 before the first one came, and where the centre has none.
        as_of: Wall clock when the centre last said that it is complete; None before that.
        too_old: Whether it counts for nothing any more.
    """

    people: int = 0
    as_of: datetime | None = None
    too_old: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    """A whole roster. Replaced as one, so that a reader in another thread never sees half of it."""

    roster: Roster = field(default_factory=Roster)
    at_ns: int = 0
    as_of: datetime | None = None


class RosterKeeper:
    """The one holder of the roster. ``run`` lives in the program's task group."""

    def __init__(
        self,
        *,
        source: RosterSource,
        person: PersonKey,
        clock: Clock,
        desks: Desks,
        refresh_seconds: float = 300,
        limit_seconds: float = 36 * 3600,
        on_state: Callable[[RosterState], None] = lambda _: None,
    ) -> None:
        """Take the parts.

        Args:
            person: Gives the local matching key of a number.
            limit_seconds: From this age on nothing is read from the roster.
            on_state: Hears how the roster stands after every try, in the event loop.
        """
        self._source = source
        self._person = person
        self._clock = clock
        self._desks = desks
        self._refresh = refresh_seconds
        self._limit_ns = int(limit_seconds * 1e9)
        self._on_state = on_state
        self._held = _Held()
        self._coming = Roster()
        self._failures = 0
        self._nudged = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        # A page that comes while the day key changes must not mix keys of two days.
        self._keying = threading.Lock()

    def match(self, claim: Claim) -> Match:
        """Return what the roster says of a claim; quick, any thread, never a refusal."""
        held = self._held
        if self._too_old(held) or not held.roster:
            return match(claim, None, self._desks, absent="no_list")
        return match(claim, held.roster.find(claim, self._person), self._desks)

    def state(self) -> RosterState:
        """Return how the roster stands now."""
        held = self._held
        return RosterState(
            len(held.roster), held.as_of, held.as_of is not None and self._too_old(held)
        )

    def rekey(self) -> None:
        """Find people by their matching keys of now: the day key is another one. Blocking."""
        with self._keying:
            self._coming = self._coming.rekeyed(self._person)
            self._held = replace(self._held, roster=self._held.roster.rekeyed(self._person))

    async def run(self) -> None:
        """Fetch now and from time to time, until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._nudged.clear()
            await self.refresh()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._nudged.wait()

    def nudge(self) -> None:
        """Fetch at once: whoever was asked in vain may know by now. From any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._nudged.set)

    async def refresh(self) -> bool:
        """Bring the roster up to date once; False when the centre could not be asked."""
        try:
            await asyncio.to_thread(self._fetch)
        except RosterError as error:
            self._failures += 1
            if self._failures == 1:
                log.warning("roster_stays_as_it_is", problem=str(error))
        else:
            if self._failures:
                log.info("roster_fresh_again", after_failures=self._failures)
            self._failures = 0
        self._on_state(self.state())
        return self._failures == 0

    def _fetch(self) -> None:
        """Take pages until there are no more; a later try goes on from where an error left off."""
        try:
            for _ in range(_MOST_PAGES):
                page = self._source.fetch(self._coming.through, self._coming.head)
                with self._keying:
                    self._coming = self._coming.apply(page, self._person)
                    if page.through == page.last:
                        self._complete(self._coming)
                        return
            raise RosterError(f"no end after {_MOST_PAGES} pages")
        finally:
            # A connection that idles until the next look would be dead by then.
            self._source.close()

    def _complete(self, roster: Roster) -> None:
        if roster.through != self._held.roster.through:
            log.info("roster", people=len(roster), changes_through=roster.through)
        age = self._source.age_seconds()
        at_ns = self._clock.boottime_ns() - int(age * 1e9)
        self._held = _Held(roster, at_ns, self._clock.now() - timedelta(seconds=age))

    def _too_old(self, held: _Held) -> bool:
        return held.as_of is None or self._clock.boottime_ns() - held.at_ns > self._limit_ns

    def _pause(self) -> float:
        chance = int.from_bytes(self._clock.entropy(2), "big")
        if self._failures:
            return delay(
                self._failures, chance, least=_FIRST_RETRY_SECONDS, most=_LAST_RETRY_SECONDS
            )
        # A tenth each way, so that the kiosks of a province do not ask at one moment.
        return self._refresh * (0.9 + 0.2 * chance / 0xFFFF)

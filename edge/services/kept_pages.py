"""The hub's copy of what the centre numbers by change: fetched on, on disk sealed to the site alone.

A page is sealed before it is written. It is opened only while somebody has logged in, and only to be
handed on: nothing opened stays in memory here. Each day begins anew where the centre answers, so that
whom it took off leaves the disk; without the centre, what is older than its limit goes.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from edge.domain.kept import Kept, Kind, Place, SealedPage, next_place, sealed_as
from edge.domain.shelf import PageSaid
from edge.domain.vault import SiteKeys
from edge.ports import Clock, JournalError, PageSource, PageStore, RosterError
from edge.services.centre_pages import Read
from edge.services.room import RoomLeft
from protocol.errors import WireError

_MOST_PAGES = 1_000
_NOTED_EVERY = timedelta(minutes=5)
_SECOND_NS = 1_000_000_000

log = structlog.get_logger("kept")


class KeptPages:
    """The pages of one kind. Blocking; ``look`` in one thread at a time, the rest in any."""

    def __init__(
        self,
        *,
        kind: Kind,
        site: str,
        source: PageSource,
        read: Read,
        store: PageStore,
        keys: SiteKeys,
        clock: Clock,
        zone: ZoneInfo,
        limit_seconds: float,
        room: RoomLeft | None = None,
    ) -> None:
        """Take the parts.

        Args:
            read: Returns the place of a page that the centre signed for this site; raises ``WireError``.
            limit_seconds: What is older is removed.
            room: Says whether there is room for copies; None: there is.
        """
        self._kind: Kind = kind
        self._site = site
        self._source = source
        self._read = read
        self._store = store
        self._keys = keys
        self._clock = clock
        self._zone = zone
        self._limit = limit_seconds
        self._room = room or RoomLeft()
        self._as_of: datetime | None = None
        self._heard_ns: int | None = None
        self._changed = True

    def load(self) -> None:
        """Learn how old is what lies on disk; remove it when it is too old.

        Raises:
            JournalError: The store cannot be read or written.
        """
        self._as_of = self._store.kept(self._kind).as_of
        self._purge()

    def age_seconds(self) -> int | None:
        """Return for how long the centre has not said that this is complete; None: it never did.

        Of what was fetched before a power cut the wall clock tells; where that stood still, at least
        as long.
        """
        if self._heard_ns is not None:
            return (self._clock.boottime_ns() - self._heard_ns) // _SECOND_NS
        if self._as_of is None:
            return None
        return max(0, int((self._clock.now() - self._as_of).total_seconds()))

    def look(self) -> None:
        """Fetch what changed; a later try goes on from where an error left off.

        On a disk that is nearly full it gives up what it has instead.

        Raises:
            RosterError: The centre does not answer, or its answer cannot be used.
            JournalError: It cannot be kept.
        """
        if not self._room.for_copies:
            self._make_room()
            return
        if self._as_of is None:
            self.load()
        else:
            self._purge()
        kept = self._store.kept(self._kind)
        at = None if self._is_of_another_day(kept) else kept.at
        try:
            self._take_all(at)
        finally:
            # A connection that idles until the next look would be dead by then.
            self._source.close()
        self._complete()

    def after(self, since: int, mark: str) -> PageSaid:
        """Return what a kiosk of the site is told that stands at a change."""
        age = self.age_seconds()
        if age is None or self._keys.locked:
            return PageSaid()
        try:
            places = self._store.places(self._kind)
            if not places:
                return PageSaid()
            place = next_place(places, since, mark)
            page = b"" if place is None else self._open(place)
        except (WireError, JournalError) as error:
            self._give_up(error)
            return PageSaid()
        if page is None:
            return PageSaid()  # Just replaced by a newer one, or locked.
        return PageSaid(page=page, last=places[-1].through, age_seconds=age)

    def next_after(self, since: int, mark: str) -> tuple[Place, bytes] | None:
        """Return the page that leads on, opened; None: none follows, or nobody has logged in."""
        if self._keys.locked:
            return None
        try:
            place = next_place(self._store.places(self._kind), since, mark)
            page = None if place is None else self._open(place)
        except (WireError, JournalError) as error:
            self._give_up(error)
            return None
        return None if place is None or page is None else (place, page)

    def page_at(self, place: Place) -> bytes | None:
        """Return one page, opened; None when it counts no more, or while locked."""
        try:
            return self._open(place)
        except (WireError, JournalError) as error:
            self._give_up(error)
            return None

    def _take_all(self, at: Place | None) -> None:
        for _ in range(_MOST_PAGES):
            at = self._take_next(at)
            if at.completes:
                return
        raise RosterError(f"no end after {_MOST_PAGES} pages")

    def _take_next(self, at: Place | None) -> Place:
        since, mark = (at.through, at.mark) if at else (0, "")
        message = self._source.fetch(since, mark)
        try:
            place = self._read(message)
        except WireError as error:
            raise RosterError(f"not what the centre signs: {error.code}") from error
        if place.since not in {0, since}:
            raise RosterError(f"asked for what follows {since}, got what follows {place.since}")
        if at is not None and place.says_nothing_new and place.through == at.through:
            return place
        sealed = self._keys.seal_to_site(message, sealed_as(self._kind, self._site, place))
        self._store.add(self._kind, SealedPage(place, sealed), self._today())
        self._changed = True
        return place

    def _complete(self) -> None:
        now, first = self._clock.now(), self._as_of is None
        # Each time would wear the card out. A clock that was put back would leave it of a day to come.
        if self._changed or self._as_of is None or abs(now - self._as_of) >= _NOTED_EVERY:
            self._store.complete(self._kind, now)
            self._as_of, self._changed = now, False
        self._heard_ns = self._clock.boottime_ns()
        if first:
            log.info("kept", kind=self._kind)

    def _open(self, place: Place) -> bytes | None:
        sealed = self._store.page(self._kind, place)
        if sealed is None:
            return None
        bound_to = sealed_as(self._kind, self._site, place)
        message = self._keys.open_bytes(sealed.sealed, bound_to)
        if message is not None and self._read(message) != place:
            raise WireError("bad_page", "a kept page stands in the place of another one")
        return message

    def _give_up(self, error: WireError | JournalError) -> None:
        """Remove what was altered or damaged: the centre has it all. A disk that fails may be read later."""
        log.error("kept_pages_unusable", kind=self._kind, problem=str(error))
        if isinstance(error, WireError):
            with suppress(JournalError):
                self._drop()

    def _purge(self) -> None:
        age = self.age_seconds()
        if self._heard_ns is None and not self._clock.clock_ok():
            return  # Nobody knows how long the power was off.
        if age is not None and age > self._limit:
            log.info("kept_pages_removed", kind=self._kind, age_seconds=age)
            self._drop()

    def _make_room(self) -> None:
        if self._store.kept(self._kind) != Kept():
            log.warning("kept_pages_given_up", kind=self._kind)
            self._drop()

    def _drop(self) -> None:
        self._as_of = self._heard_ns = None
        self._store.drop(self._kind)

    def _is_of_another_day(self, kept: Kept) -> bool:
        today = self._today()
        return bool(today) and kept.began != today

    def _today(self) -> str:
        """Return the site's date; empty while nobody knows it."""
        if not self._clock.clock_ok():
            return ""
        return self._clock.now().astimezone(self._zone).date().isoformat()

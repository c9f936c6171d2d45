"""One look at the figures for all who watch: counted once, however many pages are open."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from central.domain.accounts import Sites
from central.domain.figures import Overview, VisitRow, day_of, day_on
from central.ports import Clock, OverviewReader, StoreUnavailable
from central.services.changes import Changes
from central.services.sharing import Shared

LISTED_VISITS = 100


@dataclass(frozen=True, slots=True)
class Look:
    """The figures of a day and its latest visits, read at one moment."""

    overview: Overview
    visits: tuple[VisitRow, ...]

    def of_nobody(self) -> "Look":
        """Return the look for whoever may see figures and no person: without arrivals one by one."""
        return Look(replace(self.overview, repeats=()), ())


class Dashboard:
    """Reads figures on request, and tells watchers when those of today change."""

    def __init__(
        self,
        reader: OverviewReader,
        clock: Clock,
        zone: tzinfo,
        interval_seconds: float = 1.0,
        heartbeat_seconds: float = 10.0,
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._zone = zone
        self._interval_seconds = interval_seconds
        self._changes = Changes(heartbeat_seconds)
        self._looks = Shared(self._read)
        self._seen: Look | None = None
        self._looked_at: datetime | None = None

    async def look(self, on: date | None = None, sites: Sites = None) -> Look:
        """Return the figures of a day, today by default, at these sites.

        Those of a large centre may be somewhat old: ``overview.made_at`` says when they were counted.

        Raises:
            StoreUnavailable: No answer now.
        """
        # By its date also today: after midnight nobody is given what was yesterday's.
        day = day_of(self._clock.now(), self._zone).date if on is None else on
        return await self._looks.get((day, sites))

    async def run(self) -> None:
        """Look for changes while somebody watches, until cancelled."""
        while True:
            await asyncio.sleep(self._interval_seconds)
            if self._changes.watchers:
                await self.compare()

    def changes(self) -> AsyncIterator[int | None]:
        """Yield a number whenever the figures changed, None when for a while they did not."""
        return self._changes.watch()

    async def close(self) -> None:
        """End every ``changes``, so that the server can stop."""
        await self._changes.close()

    async def compare(self) -> None:
        """Look once, and tell the watchers when today's figures are other than before."""
        try:
            look = await self.look()
        except StoreUnavailable:
            # Each screen says that what it shows is old.
            self._looked_at = None
            return
        self._looked_at = look.overview.made_at
        if self._seen is None or _content(look) != _content(self._seen):
            self._seen = look
            await self._changes.tell()

    def age_seconds(self) -> int | None:
        """Return how old the last look for watchers is; None when the database did not answer."""
        if self._looked_at is None:
            return None
        return max(round((self._clock.now() - self._looked_at).total_seconds()), 0)

    def _read(self, asked: tuple[date, Sites]) -> Look:
        on, sites = asked
        now, day = self._clock.now(), day_on(on, self._zone)
        visits = self._reader.visits(day, LISTED_VISITS, sites)
        return Look(self._reader.overview(day, now, sites), tuple(visits))


def _content(look: Look) -> Look:
    """Return a look without the moment at which it was taken."""
    return replace(look, overview=replace(look.overview, made_at=look.overview.day.start))

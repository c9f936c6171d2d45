"""The figures by level for whoever may see them: read when asked, and watched for changes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from central.domain.accounts import Visitor
from central.domain.figures import Day, day_of, day_on
from central.domain.levels import (
    OLD_DAY_AFTER,
    Level,
    LevelLook,
    Order,
    Place,
    Scope,
    hours_of,
)
from central.ports import Clock, StoreUnavailable
from central.ports.levels import FigureStore, LevelReader
from central.services.changes import Changes

LISTED: Final = 100
DAYS_DRAWN: Final = 14


class NotYours(LookupError):  # noqa: N818 - what the place is to whoever asks
    """There is no such place, or none that the visitor may see."""


class Levels:
    """``look`` and ``exported`` read; ``run`` tells watchers."""

    def __init__(
        self,
        reader: LevelReader,
        sums: FigureStore,
        clock: Clock,
        zone: tzinfo,
        interval_seconds: float = 1.0,
        heartbeat_seconds: float = 10.0,
    ) -> None:
        self._reader = reader
        self._sums = sums
        self._clock = clock
        self._zone = zone
        self._interval_seconds = interval_seconds
        self._changes = Changes(heartbeat_seconds)
        self._seen = ""

    def look(
        self,
        visitor: Visitor,
        commune: str = "",
        site: str = "",
        on: date | None = None,
        order: Order = Order.NAME,
        offset: int = 0,
        limit: int = LISTED,
    ) -> LevelLook:
        """Return a day at one place. Blocking.

        Raises:
            NotYours: Not for this visitor.
            StoreUnavailable: No answer now.
        """
        now = self._clock.now()
        day = day_of(now, self._zone) if on is None else day_on(on, self._zone)
        self._sum_if_old(day, now)
        scope, above = self._scope(visitor, commune, site)
        whole = self._reader.whole(day, scope)
        if scope.level is not Level.PROVINCE and not whole.sites:
            raise NotYours
        places: Sequence[Place] = ()
        number = 0
        if scope.level is not Level.SITE:
            places, number = self._reader.places(day, scope, order, limit, offset)
        last = day.date
        first = last - timedelta(days=DAYS_DRAWN - 1)
        under_way = day.start <= now < day.end
        hour = now.replace(minute=0, second=0, microsecond=0) if under_way else None
        return LevelLook(
            day=day,
            now=now,
            summed_at=self._reader.summed(day),
            scope=scope,
            commune=above,
            whole=whole,
            places=tuple(places),
            number=number,
            offset=offset,
            hours=hours_of(self._reader.hours(day, scope), hour),
            days=tuple(self._reader.days(first.isoformat(), last.isoformat(), scope)),
        )

    def _sum_if_old(self, day: Day, now: datetime) -> None:
        """Sum a day that is long over, when nobody did lately; today's are made all the time."""
        if now < day.end:
            return
        summed_at = self._reader.summed(day)
        if summed_at is None or now - summed_at > OLD_DAY_AFTER:
            self._sums.sum_day(day, now)

    def _scope(self, visitor: Visitor, commune: str, site: str) -> tuple[Scope, str]:
        if site and not visitor.sees(site):
            raise NotYours
        above = self._reader.commune_of(site) if site else commune
        if above is None:
            raise NotYours
        return Scope("" if site else commune, site, visitor.sites), above

    async def run(self) -> None:
        """Look for changes while somebody watches, until cancelled."""
        while True:
            await asyncio.sleep(self._interval_seconds)
            if self._changes.watchers:
                await self.compare()

    async def compare(self) -> None:
        """Look once, and tell the watchers when any sum is other than before."""
        try:
            seen = await asyncio.to_thread(self._reader.changed)
        except StoreUnavailable:
            return  # What they hear is how old the sums are; see ``age_seconds``.
        if seen != self._seen:
            self._seen = seen
            await self._changes.tell()

    def changes(self) -> AsyncIterator[int | None]:
        """Yield a number whenever a sum changed, None when for a while none did."""
        return self._changes.watch()

    async def age_seconds(self) -> int | None:
        """Return how old today's sums are; None when that cannot be said."""
        now = self._clock.now()
        try:
            at = await asyncio.to_thread(self._reader.summed, day_of(now, self._zone))
        except StoreUnavailable:
            return None
        return None if at is None else max(round((now - at).total_seconds()), 0)

    async def close(self) -> None:
        """End every ``changes``, so that the server can stop."""
        await self._changes.close()

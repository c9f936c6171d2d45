"""The closing of a site's day, as the page and the signature need it."""

from collections.abc import Mapping
from datetime import date, tzinfo

from central.domain.accounts import Sites
from central.domain.closing import Closing, close
from central.domain.figures import Day, day_of, day_on
from central.ports import Clock
from central.ports.closing import DayReader


class ClosingDesk:
    """Closes days as the centre knows them now. Blocking."""

    def __init__(self, days: DayReader, clock: Clock, zone: tzinfo) -> None:
        self._days = days
        self._clock = clock
        self._zone = zone

    def closing(self, site: str, on: date | None = None) -> Closing:
        """Return the closing of a site's day, today by default.

        Raises:
            StoreUnavailable: No answer now.
        """
        day = self.day(on)
        return self._days.read(site, day, lambda lines: close(site, day.date, lines))

    def closings(self, on: date | None = None, of: Sites = None) -> list[Closing]:
        """Return the closings of these sites, or all, at which anything happened that day.

        Raises:
            StoreUnavailable: No answer now.
        """
        day = self.day(on).date
        return [self.closing(site, day) for site in self.sites(day, of)]

    def sites(self, on: date | None = None, of: Sites = None) -> list[str]:
        """Return those of these sites, or all, at which anything happened that day.

        Raises:
            StoreUnavailable: No answer now.
        """
        found = self._days.sites(self.day(on))
        return [site for site in found if of is None or site in of]

    def without_certificate(self, site: str, on: date | None = None) -> Mapping[str, int]:
        """Return how many left a site with a dose and no certificate, by the reason.

        Beside the closing, for it is no part of what is signed.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._days.without_certificate(site, self.day(on))

    def day(self, on: date | None = None) -> Day:
        """Return a local day, today by default."""
        if on is not None:
            return day_on(on, self._zone)
        return day_of(self._clock.now(), self._zone)

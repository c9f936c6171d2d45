"""What the closing of a site's day asks of the world."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from central.domain.closing import DayLines
from central.domain.figures import Day

Read = TypeVar("Read")


class DayReader(Protocol):
    """What the projection holds of a site's day. Blocking; never writes."""

    def read(self, site: str, day: Day, make: Callable[[DayLines], Read]) -> Read:
        """Return what ``make`` makes of a site's day, all of it as it was at one moment.

        The lines are read as ``make`` asks for them: visits, then doses, then vials.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        ...

    def sites(self, day: Day) -> list[str]:
        """Return the sites at which anything happened that day.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def without_certificate(self, site: str, day: Day) -> Mapping[str, int]:
        """Return how many left with a dose and no certificate, by the reason; the most frequent first.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

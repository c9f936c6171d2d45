"""What the pages count and list."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from central.domain.accounts import Sites
from central.domain.figures import Day, OpenDose, Overview, VisitRow


class OverviewReader(Protocol):
    """What the dashboard reads. Blocking; never writes."""

    def overview(self, day: Day, now: datetime, sites: Sites = None) -> Overview:
        """Return the figures of a day, and the lists that have no day; of these sites alone.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def visits(self, day: Day, limit: int, sites: Sites = None) -> list[VisitRow]:
        """Return the visits of a day at these sites, the latest first, with names masked.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class LiabilityReader(Protocol):
    """What was injected and is not on the Platform. Blocking; never writes."""

    def open_doses(self, now: datetime, sites: Sites = None) -> Iterator[OpenDose]:
        """Yield each such dose by site and injector, the oldest first; however many there are.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        ...

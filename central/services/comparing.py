"""Reads on in the Platform's list of doses, and compares everything, again and again.

What the Platform was told record by record is read back at once by ``reconcile``; here is found
what nobody told: typed entries, entries without a check-in, people who cannot have been there.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog

from central.domain.findings import Compared
from central.ports import (
    Clock,
    DoseComparison,
    DoseMirror,
    DosePlatform,
    PlatformUnavailable,
    StoreError,
)
from central.services.dose_list import DoseList

log = structlog.get_logger(__name__)


class Comparer:
    """Compares while it runs; killed at any point, the next comparison finds the same."""

    def __init__(
        self,
        platform: DosePlatform,
        mirror: DoseMirror,
        comparison: DoseComparison,
        clock: Clock,
        *,
        least_days: int,
        interval_seconds: float,
    ) -> None:
        """Make a comparer.

        Args:
            least_days: Fewer days between two doses of a person are a discrepancy.
            interval_seconds: Pause between two comparisons.
        """
        self._list = DoseList(platform, mirror, clock)
        self._comparison = comparison
        self._clock = clock
        self._least_days = least_days
        self._interval_seconds = interval_seconds
        self._done: dict[str, datetime] = {}

    def done(self) -> Mapping[str, datetime]:
        """Return when the list was last ``read`` and all ``compared``; at first, since when that is tried."""
        return dict(self._done)

    async def run(self) -> None:
        """Compare until cancelled; a Platform or a database that is away is waited for."""
        self._done = dict.fromkeys(("read", "compared"), self._clock.now())
        while True:
            try:
                found = await asyncio.to_thread(self.step)
            except StoreError as error:
                log.warning("nothing is compared", reason=str(error))
            else:
                log.info(
                    "compared",
                    doses=found.doses,
                    entries=found.entries,
                    people=found.people,
                    visits=found.visits,
                )
            await asyncio.sleep(self._interval_seconds)

    def step(self) -> Compared:
        """Read on, compare once, and return how many discrepancies are open. Blocking."""
        try:
            self._list.read()
        except PlatformUnavailable as error:
            # What is here can be compared all the same.
            log.warning("the Platform's list is not read", reason=str(error))
        else:
            self._done["read"] = self._clock.now()
        found = self._comparison.compare(self._clock.now(), self._least_days)
        self._done["compared"] = self._clock.now()
        return found

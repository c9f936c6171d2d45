"""Where the worklist of discrepancies is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from central.domain.accounts import Sites
from central.domain.audit import Act
from central.domain.discrepancies import Discrepancy, Handover, Values


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a worklist is to show; empty: whatever.

    Attributes:
        opened_before: Only what has been open since before.
    """

    sites: Sites = None
    site: str = ""
    kind: str = ""
    owner: str = ""
    opened_before: datetime | None = None


class DiscrepancyStore(Protocol):
    """Blocking; safe from any thread and process."""

    def open_ones(
        self, chosen: Chosen, limit: int, offset: int = 0
    ) -> tuple[Sequence[Discrepancy], int]:
        """Return a part of what is open, the oldest first, and how many there are.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def all_open(self, chosen: Chosen) -> Iterator[Discrepancy]:
        """Yield everything that is open, the oldest first; however many there are.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        ...

    def one(self, key: str) -> Discrepancy | None:
        """Return one discrepancy, settled ones too.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def whole(self, key: str, act: Act, now: datetime) -> tuple[Values, Sequence[Handover]]:
        """Return what differs and each hand-over, once the reading is written down.

        Raises:
            StoreUnavailable: Nothing can be shown.
        """
        ...

    def hand_over(self, before: Discrepancy, step: Handover, act: Act) -> None:
        """Store a hand-over, the new owner and the row of the audit, all or nothing.

        Raises:
            Overtaken: Somebody else was quicker; nothing was stored.
            StoreUnavailable: Nothing was stored.
        """
        ...

    def explain(self, before: Discrepancy, step: Handover, act: Act) -> None:
        """Store an explanation, the end and the row of the audit, all or nothing.

        Raises:
            Overtaken: Somebody else was quicker; nothing was stored.
            StoreUnavailable: Nothing was stored.
        """
        ...

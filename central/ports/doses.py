"""What the Platform holds, kept here to be compared."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from central.domain.doses import DosePage, HeldDose
from central.domain.findings import Compared


class DoseMirror(Protocol):
    """What the Platform said that it holds. Blocking."""

    def saw_person(self, number: str, held: Sequence[HeldDose], now: datetime) -> None:
        """Keep that the Platform holds these doses of a person, and no others.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def saw_page(self, page: DosePage, now: datetime, again: Sequence[str] = ()) -> None:
        """Keep a part of the Platform's list, from where to go on, and what of it is unread.

        Args:
            again: What was unread and was now asked for; it is no more, unless the page says so.

        Raises:
            StoreUnavailable: Nothing was stored.
        """
        ...

    def unread(self) -> Sequence[str]:
        """Return what of the Platform's list gave no answer yet, in a fixed order.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def forget(self, doses: Sequence[str]) -> None:
        """Drop what was told of these doses and is not valid any more.

        Raises:
            StoreUnavailable: Nothing was dropped.
        """
        ...

    def through(self) -> str:
        """Return from where the reading of the Platform's list goes on; empty at first.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


class DoseComparison(Protocol):
    """Everything that the sites said, against everything that the Platform holds. Blocking."""

    def compare(self, now: datetime, least_days: int) -> Compared:
        """Bring records and discrepancies to what both sides hold now; safe to repeat or to kill.

        Args:
            now: No other comparison's: a record that was settled then needs no second look.
            least_days: Fewer days between two doses of a person are a discrepancy.

        Raises:
            StoreUnavailable: It went as far as it could; what it did stays.
        """
        ...

"""Small things that kiosk and hub must not forget, and that are no facts."""

from collections.abc import Iterable
from typing import Protocol


class SiteStore(Protocol):
    """How far journals were taken, and what copies their events told of. One writer; durable on return.

    Losing it loses nothing: everything is handed over again and taken once.
    """

    def taken(self, line: str) -> int:
        """Return the last place of a line that was taken; 0 for a line that is not known."""
        ...

    def note_taken(self, line: str, through: int) -> None:
        """Keep how far a line was taken; lower than before is allowed.

        Raises:
            JournalError: Nothing was written.
        """
        ...

    def note_copies(self, doses: Iterable[str]) -> None:
        """Keep of which doses a certificate left a printer elsewhere.

        Raises:
            JournalError: Nothing was written.
        """
        ...

    def copied(self, dose: str) -> bool:
        """Return whether that was noted of a dose.

        Raises:
            JournalError: It cannot be read.
        """
        ...

    def close(self) -> None:
        """Release the file. Safe to call twice."""
        ...

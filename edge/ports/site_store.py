"""Small things that kiosk and hub must not forget, and that are no facts."""

from collections.abc import Iterable
from typing import Protocol


class SiteStore(Protocol):
    """How far journals were taken, and what copies their events told of. One writer; durable on return.

    Losing it loses no fact: everything is handed over again and taken once. Of copies it knows more than
    the journals, whose entries go after some days.
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
        """Keep of which doses a certificate left a printer of the site: all of them or none.

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

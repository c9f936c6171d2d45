"""Small things that kiosk and hub must not forget, and that are no facts."""

from typing import Protocol


class SiteStore(Protocol):
    """How far one journal was taken by somebody else. One writer; durable on return.

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

    def close(self) -> None:
        """Release the file. Safe to call twice."""
        ...

"""Where the site's roster comes from."""

from typing import Protocol

from protocol.roster import RosterPage


class RosterSource(Protocol):
    """Where the site's roster comes from. Blocking; one thread at a time; nothing is kept on disk."""

    def fetch(self, since: int, head: str) -> RosterPage:
        """Return the next page after change ``since``, which the import ``head`` made.

        Its ``since`` is 0 when the source does not know that past: then the reader begins anew.

        Raises:
            RosterUnavailable: No answer in time, or none for this device.
            RosterError: The answer is not this site's roster, signed by the centre.
        """
        ...

    def age_seconds(self) -> float:
        """Return how long ago the centre said what was fetched last; 0 where it was asked itself."""
        ...

    def close(self) -> None:
        """Release the connection. Safe to call twice, and to fetch again afterwards."""
        ...

"""Where the centre's pages come from, and where a hub keeps them, sealed to its site."""

from datetime import datetime
from typing import Protocol

from edge.domain.kept import Kept, Kind, Place, SealedPage


class PageSource(Protocol):
    """The centre's pages of one kind, as bytes that it signed. Blocking; one thread at a time."""

    def fetch(self, since: int, mark: str) -> bytes:
        """Return the next page after change ``since`` of the past ``mark``, or the first of another past.

        Raises:
            RosterUnavailable: No answer in time, or none for this device.
            RosterError: An answer that cannot be taken.
        """
        ...

    def close(self) -> None:
        """Release the connection. Safe to call twice, and to fetch again afterwards."""
        ...


class PageStore(Protocol):
    """Of each kind the pages that count, and beside them those of a new beginning until it is complete.

    Blocking; safe from any thread; durable on return. Losing it loses nothing: the centre has it all.
    """

    def kept(self, kind: Kind) -> Kept:
        """Return where the next page leads on, and since when what counts is complete.

        Raises:
            JournalError: It cannot be read.
        """
        ...

    def add(self, kind: Kind, page: SealedPage, began: str) -> None:
        """Keep a page that leads on; one from the beginning begins anew, on the day ``began``.

        Raises:
            JournalError: Nothing was written.
        """
        ...

    def complete(self, kind: Kind, as_of: datetime) -> None:
        """Let what was kept last count; what counted before a new beginning goes.

        Raises:
            JournalError: Nothing was written.
        """
        ...

    def places(self, kind: Kind) -> list[Place]:
        """Return the places of the pages that count, in their order.

        Raises:
            JournalError: They cannot be read.
        """
        ...

    def page(self, kind: Kind, place: Place) -> SealedPage | None:
        """Return one of the pages that count, or None when it counts no more.

        Raises:
            JournalError: It cannot be read.
        """
        ...

    def drop(self, kind: Kind) -> None:
        """Remove all of a kind; with the last one, the disk gets its room back.

        Raises:
            JournalError: Some or all may be left; another try goes on.
        """
        ...

    def close(self) -> None:
        """Release the file. Safe to call twice."""
        ...

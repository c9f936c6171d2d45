"""What two machines that take turns as a site's hub keep of each other."""

from collections.abc import Sequence
from typing import Protocol

from edge.domain.lan import HubState
from edge.domain.replica import Ask, Page, Replicated
from edge.ports.journal import Entry
from protocol.identity import Epoch


class CommandFile(Protocol):
    """The newest signed command that names the site's hub, on this device."""

    def read(self) -> bytes | None:
        """Return the command, or None where there is none.

        Raises:
            JournalError: It cannot be read.
        """
        ...

    def write(self, message: bytes) -> None:
        """Keep a command in the place of the one before; durable on return.

        Raises:
            JournalError: Nothing was changed.
        """
        ...


class Replica(Protocol):
    """Exact copies of other devices' journals. One writer; safe from any thread."""

    def append(self, device: str, epoch: Epoch, prev: bytes, entries: Sequence[Entry]) -> None:
        """Add entries to a copy, durable on return; ``prev`` is the hash before the first.

        Raises:
            JournalError: Nothing was added.
        """
        ...

    def last(self, device: str, epoch: Epoch) -> tuple[int, bytes]:
        """Return place and hash of the newest entry of a copy; 0 and nothing where there is none."""
        ...

    def newest(self) -> Replicated | None:
        """Return how far the copy that grew last goes, or None before the first."""
        ...

    def epochs(self, device: str | None = None) -> list[Epoch]:
        """Return the epochs that are held of a device, or of all, in the order of their beginning."""
        ...

    def entries(self, after: int, *, most: int, most_bytes: int, epoch: Epoch) -> list[Entry]:
        """Return the entries of a copy that follow ``after``, at least one if there is any."""
        ...

    def close(self) -> None:
        """Release the file. Safe to call twice."""
        ...


class Peer(Protocol):
    """The other of the two, wherever it answers. Blocking; each question has an end in time."""

    def who(self) -> HubState:
        """Return what the other is now.

        Raises:
            HubUnavailable: No answer.
            HubError: An answer that nobody understands.
        """
        ...

    def tell(self, command: bytes) -> HubState:
        """Give the other a signed command; return what it is then.

        Raises:
            HubError: As above.
        """
        ...

    def journal(self, ask: Ask) -> Page:
        """Return the next page of its journal; waits a while for news where there is none yet.

        Raises:
            HubError: As above.
        """
        ...

    def vault(self) -> bytes | None:
        """Return its vault, where it has changed one.

        Raises:
            HubError: As above.
        """
        ...

    def close(self) -> None:
        """End every connection. Safe to call twice."""
        ...

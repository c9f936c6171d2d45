"""What is measured for IT: read from the database, from this machine, and handed out as text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from central.domain.standing import Standing


class StandingReader(Protocol):
    """Reads how the centre stands. Blocking."""

    def read(self, now: datetime) -> Standing:
        """Return the figures of this moment.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...


@dataclass(frozen=True, slots=True)
class MachineFigures:
    """Of the machine that this process runs on.

    Attributes:
        backup_at: When the newest whole backup was made; None: there is none.
    """

    disk_free_bytes: int
    disk_size_bytes: int
    backup_at: datetime | None = None
    backup_bytes: int = 0


class Metrics(Protocol):
    """Everything that is measured, as a program asks for it."""

    media_type: str
    """What the text is, as HTTP says it."""

    def text(self) -> bytes:
        """Return all of it as it is now. Blocking; a database that is away is a figure, too."""
        ...

"""What could not be taken, read by people."""

from typing import Protocol

from central.domain.set_aside import SetAside


class SetAsideReader(Protocol):
    """Reads the messages in quarantine. Blocking; safe from any thread."""

    def newest(self, limit: int) -> tuple[list[SetAside], int]:
        """Return the newest messages that were set aside, the latest first, and how many there are.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

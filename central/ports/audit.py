"""What the centre keeps of who saw and who changed a person's record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from central.domain.audit import Act, AuditRow


class AuditStore(Protocol):
    """Rows that are added and never changed. Blocking; safe from any thread and process."""

    def add(self, act: Act, now: datetime) -> AuditRow:
        """Add a row behind the newest and return it.

        Raises:
            StoreUnavailable: Nothing was added; whoever wants to see must not see.
        """
        ...

    def newest(self, limit: int, *, who: str = "", record: str = "") -> list[AuditRow]:
        """Return the newest rows, the latest first; only those of a person or a record, if given.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def rows(self) -> Iterator[AuditRow]:
        """Yield every row, the oldest first.

        Raises:
            StoreUnavailable: No answer now; also in the middle.
        """
        ...

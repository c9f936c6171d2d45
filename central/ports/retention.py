"""What is erased because it was kept long enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from central.domain.retention import Kind, Run


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did: how many it erased, and whether to ask again at once."""

    erased: int
    more: bool


class RetentionStore(Protocol):
    """Blocking; safe from any thread and process."""

    def sweep(self, kind: Kind, before: datetime, limit: int, run_at: datetime) -> Batch:
        """Erase about ``limit`` of what became old before; in one transaction with how many it was.

        Goes on where it was, also after a restart; to repeat it changes nothing.

        Args:
            run_at: When the run began that this is a part of.

        Raises:
            StoreError: Nothing was erased by this call.
        """
        ...

    def ended(self, kind: Kind, run_at: datetime) -> None:
        """Keep that a run ended well; the audit has a row for all that was erased since the last one.

        Raises:
            StoreError: It was not kept.
        """
        ...

    def failed(self, kind: Kind, at: datetime) -> None:
        """Keep that a run failed.

        Raises:
            StoreError: It was not kept.
        """
        ...

    def runs(self) -> Mapping[Kind, Run]:
        """Return what was last done about each kind; kinds that never ran are left out.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

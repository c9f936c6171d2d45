"""Who does which part of the work, when several workers share one database.

Time is the database's own: workers' clocks may differ.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from central.ports.errors import StoreError


class LeaseLost(StoreError):  # noqa: N818 - what happened, in the field's words
    """Another worker does this part now; nothing was stored.

    Attributes:
        names: The parts that are lost.
    """

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(f"another worker holds {', '.join(sorted(names))}")
        self.names = frozenset(names)


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """One lease as the database has it now.

    Attributes:
        seconds_left: Until it may be taken by another; negative when it is over.
    """

    name: str
    holder: str
    token: int
    seconds_left: float


class LeaseStore(Protocol):
    """The leases of one database. Blocking."""

    def keep(
        self, names: Collection[str], worker: str, held: dict[str, int], seconds: float
    ) -> dict[str, int]:
        """Renew what is ``held``, take or give back for a fair share of ``names``.

        A share is fair when the workers that were heard lately hold about the same. What was
        held under the same name before a restart is taken over at once: its token changes, so
        that the worker of before can commit no more.

        Args:
            held: Names and tokens as the last call returned them; empty at the start.
            seconds: How long the leases last unless they are renewed.

        Returns:
            The names that are held now, each with its fencing token.

        Raises:
            StoreUnavailable: Nothing was changed.
        """
        ...

    def release(self, worker: str, held: dict[str, int]) -> None:
        """Give everything back, so that others need not wait.

        Raises:
            StoreUnavailable: They must wait.
        """
        ...

    def rows(self) -> list[LeaseRow]:
        """Return every lease that somebody ever held.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

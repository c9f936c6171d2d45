"""What is derived from the events, and what the Platform is still to be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from central.domain.comparison import Difference
from central.domain.projection import Fact
from central.domain.records import Record
from central.domain.told import StoredEvent


class ProjectionStore(Protocol):
    """The tables made of raw events. Blocking; one writer."""

    def advance(self, project: Callable[[StoredEvent], list[Fact]], limit: int) -> int:
        """Project up to ``limit`` raw events that are new, and return how many they were.

        Rows and cursors are committed together: killed at any point, it goes on where it was.

        Raises:
            StoreUnavailable: Nothing was projected.
        """
        ...

    def forget(self) -> None:
        """Empty the tables that can be made again; what was agreed with the Platform stays.

        Raises:
            StoreUnavailable: Nothing was emptied.
        """
        ...


Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Due(Generic[Told]):
    """A record whose turn has come, and what the Platform is to be told.

    Attributes:
        told: None when the person's identity is not known.
    """

    record: Record
    told: Told | None


class RecordStore(Protocol[Told]):
    """Where each record of one kind stands with the Platform. Blocking."""

    def due(self, now: datetime, limit: int) -> list[Due[Told]]:
        """Return the records to go on with, the longest waiting first.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def save(self, record: Record, found: Sequence[Difference] | None, now: datetime) -> None:
        """Store a record's new state; with ``found``, open and close its discrepancies to fit.

        Raises:
            StoreUnavailable: Nothing was stored; the attempt will be made again.
        """
        ...

    def mark_overdue(self, opened_before: datetime) -> int:
        """Mark every open record that is older, and return how many were newly marked.

        Raises:
            StoreUnavailable: Nothing was marked.
        """
        ...

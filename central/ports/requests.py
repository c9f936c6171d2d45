"""What is asked for by the people themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from central.domain.audit import Act
from central.domain.erasure import Erasure, Held


@dataclass(frozen=True, slots=True)
class HeldPart:
    """What one stored event holds of a person, and from where it came."""

    held: Held
    site: str
    device: str
    received_at: datetime


class RequestStore(Protocol):
    """Blocking; safe from any thread and process."""

    def held(self, visits: Collection[str], act: Act, now: datetime) -> dict[str, Any]:
        """Return all that is held of the person of these visits, once it is written down.

        Raises:
            StoreUnavailable: Nothing may be given out.
        """
        ...

    def parts(self, visits: Collection[str]) -> list[HeldPart]:
        """Return what the events hold of the person of these visits: what an erasure would take.

        Reads through the journals of the person's sites; call after ``held``, which writes down why.

        Raises:
            StoreUnavailable: Nothing may be given out.
        """
        ...

    def open_doses(self, visits: Collection[str]) -> int:
        """Return how many doses of these visits the Platform does not hold yet.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def untold_reactions(self, visits: Collection[str]) -> int:
        """Return how many reactions of these visits the Platform was not told yet.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

    def erase(self, visits: Collection[str], reference: str, act: Act, now: datetime) -> Erasure:
        """Take out who came to these visits: from the tables, and from the raw events.

        All in one transaction, with its row of the audit. Safe to repeat.

        Raises:
            StoreUnavailable: Nothing was erased.
        """
        ...

    def erasures(self, limit: int) -> list[Erasure]:
        """Return the newest erasures.

        Raises:
            StoreUnavailable: No answer now.
        """
        ...

"""The computer under the program."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Condition:
    """How the machine under the program is; None where it cannot tell.

    Attributes:
        disk_free_bytes: Room left for the journal.
        celsius: Temperature of the hottest part that is measured.
        under_voltage: Whether the power supply is too weak now.
    """

    disk_free_bytes: int | None = None
    celsius: float | None = None
    under_voltage: bool | None = None


class Machine(Protocol):
    """The computer under the program. Blocking, quick."""

    def condition(self) -> Condition:
        """Return how the machine is now; never raises, whatever cannot be told is None."""
        ...

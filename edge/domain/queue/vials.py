"""Vials: what was opened is what was given and what was discarded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vial:
    """One vial of the day."""

    id: str
    vaccine: str
    lot: str
    doses: int
    staff: str
    opened_ms: int
    expiry: str = ""
    given: int = 0
    discarded: int = 0
    discard_reasons: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """Return how many doses must still be in it; negative when more came out than was in it."""
        return self.doses - self.given - self.discarded

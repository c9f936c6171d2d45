"""Vials: what was opened is what was given and what was discarded."""

from dataclasses import dataclass, replace


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

    def less_discarded(self, doses: int, reason: str) -> "Vial":
        """Return the vial after ``doses`` of it were thrown away."""
        reasons = (*self.discard_reasons, reason)
        return replace(self, discarded=self.discarded + doses, discard_reasons=reasons)

    def less_given(self, doses: int) -> "Vial":
        """Return the vial after ``doses`` of it were given; -1 for one that was not from it."""
        return replace(self, given=self.given + doses)

"""Vials: what was opened is what was given and what was discarded."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Vial:
    """One vial of the day.

    Attributes:
        discards: Ids of the events by which doses of it were thrown away; each counts once.
        from_day: The day before, where it was left open then; its doses are those that were left. Of one
            that was written on paper and keyed in later: the paper's day, with all that was in it.
        happened_at: When it was opened, as it was written on paper; empty where it was not.
    """

    id: str
    vaccine: str
    lot: str
    doses: int
    staff: str
    opened_ms: int
    expiry: str = ""
    given: int = 0
    discarded: int = 0
    discards: tuple[str, ...] = ()
    from_day: str = ""
    happened_at: str = ""

    @property
    def left(self) -> int:
        """Return how many doses must still be in it; negative when more came out than was in it."""
        return self.doses - self.given - self.discarded

    def less_discarded(self, doses: int, event: str) -> "Vial":
        """Return the vial after ``doses`` of it were thrown away by ``event``."""
        if event in self.discards:
            return self
        return replace(self, discarded=self.discarded + doses, discards=(*self.discards, event))

    def left_from(self, day: str) -> "Vial":
        """Return the vial as it stands open on the day after ``day``."""
        return replace(self, doses=self.left, given=0, discarded=0, from_day=day)

    def less_given(self, doses: int) -> "Vial":
        """Return the vial after ``doses`` of it were given; -1 for one that was not from it."""
        return replace(self, given=self.given + doses)

"""The list of reactions after an injection: what happened where, and whether the Platform was told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Severity = Literal["mild", "moderate", "severe"]
SEVERITIES: Final[tuple[Severity, ...]] = ("severe", "moderate", "mild")
"""In the order in which somebody should look at them."""


@dataclass(frozen=True, slots=True)
class ReactionRow:
    """One reaction, without whom it is of and without what was written of it: that stays at the site.

    Attributes:
        visit: Of the person; empty where no check-in of it is known.
        vaccine: Of the dose before it, with ``lot`` and ``dose_number``; empty where none is known.
        state: Of its record for the Platform; ``reason`` is a code of ours, never the Platform's words.
        told_at: When the Platform was told; ``told``: whether it has taken it.
    """

    event: str
    visit: str
    site: str
    ticket: str
    severity: str
    staff: str
    occurred_at: datetime
    vaccine: str
    lot: str
    dose_number: int | None
    state: str
    reason: str
    told: bool
    told_at: datetime | None

    def age_hours(self, now: datetime) -> int:
        """Return how many whole hours ago it happened; a site's clock may be ahead of ours."""
        return max(int((now - self.occurred_at).total_seconds() // 3600), 0)

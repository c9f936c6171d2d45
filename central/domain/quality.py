"""How good a site's data are: five shares of what was counted, and one number made of them.

Made of sums, so the score of a commune is that of its sites' sums, never a mean of scores. What
nobody counted has no share and takes no part. Explained in ``docs/data-quality.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

WEIGHTS: Final[Mapping[str, int]] = {
    "platform": 30,
    "identity": 25,
    "traced": 20,
    "timely": 15,
    "clock": 10,
}
GOOD: Final = 95
FAIR: Final = 80


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    good: int
    of: int

    @property
    def percent(self) -> int:
        """Return whole percents, rounded down: 100 only when nothing is missing."""
        return 100 * self.good // self.of


@dataclass(frozen=True, slots=True)
class Quality:
    """The score, and the shares that it is made of, the weightiest first.

    Attributes:
        score: 0 to 100; None where nothing was counted.
    """

    score: int | None
    shares: Mapping[str, Share]

    @property
    def grade(self) -> str:
        """Return ``good``, ``fair``, ``poor`` or ``none``."""
        if self.score is None:
            return "none"
        if self.score >= GOOD:
            return "good"
        return "fair" if self.score >= FAIR else "poor"


def quality(counted: Mapping[str, int]) -> Quality:
    """Return the quality of what was counted.

    Args:
        counted: Sums by the names of ``levels.COUNTED``.
    """
    arrivals, doses = counted["arrivals"], counted["doses"]
    told = arrivals + doses
    all_shares = {
        # What still has time until it is overdue is not held against anybody.
        "platform": Share(told - counted["visits_bad"] - counted["doses_bad"], told),
        "identity": Share(counted["identified"], arrivals),
        "traced": Share(counted["doses_traced"], doses),
        "timely": Share(counted["timely"], arrivals),
        "clock": Share(counted["clocked"], arrivals),
    }
    shares = {name: share for name, share in all_shares.items() if share.of}
    weight = sum(WEIGHTS[name] for name in shares)
    if not weight:
        return Quality(None, {})
    # What is wanting is summed, and the rest rounded down: a hundred says that nothing is wanting.
    wanting = sum(WEIGHTS[name] * (one.of - one.good) / one.of for name, one in shares.items())
    score = int(100 - 100 * wanting / weight)
    return Quality(score, shares)

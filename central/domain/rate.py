"""A limit on how often the Platform is spoken to: tokens that come back with time."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``per_second`` records, and what was saved up in one second at once.

    Attributes:
        tokens: What was left at ``since``.
    """

    per_second: float
    tokens: float = 0.0
    since: datetime | None = None

    def available(self, now: datetime) -> int:
        """Return how many records may be taken up now."""
        return int(self._at(now))

    def spent(self, now: datetime, records: int) -> "Rate":
        """Return the limit after ``records`` were taken up."""
        return replace(self, tokens=self._at(now) - records, since=now)

    def _at(self, now: datetime) -> float:
        most = max(self.per_second, 1.0)
        if self.since is None:
            return most
        # A clock that is set back gives nothing and takes nothing.
        passed = max((now - self.since).total_seconds(), 0.0)
        return min(self.tokens + passed * self.per_second, most)

"""A breaker before the Platform: when it does not answer, stop asking for everybody and probe alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Breaker:
    """Closed while ``failures`` stay below ``threshold``.

    Attributes:
        failures: Attempts in a row without an answer.
        open_until: When one probe may go out again.
    """

    failures: int = 0
    open_until: datetime | None = None
    threshold: int = 5
    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(seconds=60)

    def allowed(self, now: datetime) -> int | None:
        """Return how many records may be tried now: 0, 1 (a probe), or None for any number."""
        if self.open_until is None:
            return None
        return 0 if now < self.open_until else 1

    def failed(self, now: datetime, jitter: float) -> "Breaker":
        """Return the breaker after an attempt without an answer.

        Args:
            jitter: From 0 to 1; half of the pause is fixed, half is by chance.
        """
        failures = self.failures + 1
        if failures < self.threshold:
            return self._with(failures, None)
        pause = min(
            self.first_pause * (1 << min(failures - self.threshold, 20)), self.longest_pause
        )
        return self._with(failures, now + pause * (0.5 + jitter / 2))

    def answered(self) -> "Breaker":
        """Return the breaker after any answer; a refusal is an answer."""
        return self._with(0, None)

    def _with(self, failures: int, open_until: datetime | None) -> "Breaker":
        return Breaker(failures, open_until, self.threshold, self.first_pause, self.longest_pause)

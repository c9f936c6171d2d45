"""The one line to the Platform: whoever speaks over it shares its breaker and its rate."""

from datetime import datetime

from central.domain.breaker import Breaker
from central.domain.rate import Rate

BATCH = 40


class PlatformLine:
    """Remembers how the Platform answered whom. Used from one event loop."""

    def __init__(self, breaker: Breaker | None = None, rate: Rate | None = None) -> None:
        self._breaker = breaker or Breaker()
        self._rate = rate

    def allowed(self, now: datetime) -> int:
        """Return how many records may be taken up now; 1 is a probe of a Platform that was away."""
        by_breaker = self._breaker.allowed(now)
        most = BATCH if by_breaker is None else by_breaker
        return most if self._rate is None else min(most, self._rate.available(now))

    def closed(self, now: datetime) -> bool:
        """Return whether nothing may be asked now: the Platform went away a moment ago."""
        return self._breaker.allowed(now) == 0

    @property
    def away(self) -> bool:
        """Whether the Platform is left in peace, but for a probe now and then."""
        return self._breaker.open_until is not None

    @property
    def failures(self) -> int:
        """How many questions in a row brought no answer."""
        return self._breaker.failures

    def taken_up(self, now: datetime, records: int) -> None:
        """Count records against the rate."""
        if self._rate is not None and records:
            self._rate = self._rate.spent(now, records)

    def answered(self) -> None:
        """Note an answer; a refusal is one."""
        self._breaker = self._breaker.answered()

    def failed(self, now: datetime, jitter: float) -> None:
        """Note that no answer came."""
        self._breaker = self._breaker.failed(now, jitter)

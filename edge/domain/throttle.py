"""How long whoever guessed wrong waits before the next guess is heard.

Kept in memory alone: a restart forgives, a power cut is no way to guess quickly.
"""

from collections import OrderedDict
from dataclasses import dataclass

FORGET_SECONDS = 15 * 60
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Pace:
    """How many wrong guesses are free, and how long the wait grows."""

    free: int
    longest_seconds: float


# A stranger who guesses at a name must not be able to keep its owner out for long.
BY_NAME = Pace(free=3, longest_seconds=60)
# At all browsers that the hub knows together: whoever has a log-in of their own could get them known by
# the hundred, and each would have free guesses at a colleague's name.
BY_NAME_ANYWHERE = Pace(free=30, longest_seconds=60)
BY_ADDRESS = Pace(free=10, longest_seconds=300)


@dataclass(slots=True)
class _Guesses:
    wrong: int
    last: float


class Throttle:
    """Remembers wrong guesses by name or by address; the longest untouched is forgotten first."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._seen: OrderedDict[str, _Guesses] = OrderedDict()

    def wait(self, who: str, now: float) -> float:
        """Return how many seconds ``who`` still has to wait; 0 for none."""
        guesses = self._seen.get(who)
        if guesses is None or now - guesses.last > FORGET_SECONDS:
            return 0.0
        over = guesses.wrong - self._pace.free
        if over < 0:
            return 0.0
        delay = min(self._pace.longest_seconds, 2.0 ** min(over, 20))
        return max(0.0, guesses.last + delay - now)

    def wrong(self, who: str, now: float) -> None:
        """Remember a wrong guess."""
        before = self._seen.pop(who, None)
        fresh = before is None or now - before.last > FORGET_SECONDS
        self._seen[who] = _Guesses(1 if before is None or fresh else before.wrong + 1, now)
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)

    def right(self, who: str) -> None:
        """Forget what ``who`` guessed wrong."""
        self._seen.pop(who, None)

"""When a log-in at the centre ends, and how long whoever guesses wrong waits."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class WebSession:
    """One log-in at one browser.

    Attributes:
        key: SHA-256 of the token that the browser holds; the token itself is kept nowhere.
    """

    key: str
    login: str
    began_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """A log-in ends so long after it began, and so long after nothing was done with it."""

    whole: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=30)


def expired(session: WebSession, now: datetime, limits: Limits) -> bool:
    """Return whether a log-in has ended."""
    return now - session.seen_at >= limits.idle or now - session.began_at >= limits.whole


@dataclass(frozen=True, slots=True)
class Pace:
    """How many wrong guesses are free, and how long the wait grows."""

    free: int
    longest: timedelta


# A stranger who guesses at a name must not be able to keep its owner out for long.
BY_NAME = Pace(free=3, longest=timedelta(minutes=1))
BY_ADDRESS = Pace(free=10, longest=timedelta(minutes=5))
_FORGET = timedelta(minutes=15)
_MOST_REMEMBERED = 1000


class Throttle:
    """Remembers wrong guesses by name or by address; the longest untouched is forgotten first.

    In memory alone: a restart forgives, and nobody but the operator can make one.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._seen: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def wait(self, who: str, now: datetime) -> timedelta:
        """Return how long ``who`` still has to wait."""
        wrong, last = self._seen.get(who, (0, now))
        over = wrong - self._pace.free
        if over < 0 or now - last > _FORGET:
            return timedelta()
        delay = min(self._pace.longest, timedelta(seconds=2 ** min(over, 20)))
        return max(timedelta(), last + delay - now)

    def wrong(self, who: str, now: datetime) -> None:
        """Remember a wrong guess."""
        wrong, last = self._seen.pop(who, (0, now))
        self._seen[who] = (1 if now - last > _FORGET else wrong + 1, now)
        if len(self._seen) > _MOST_REMEMBERED:
            self._seen.popitem(last=False)

    def right(self, who: str) -> None:
        """Forget what ``who`` guessed wrong."""
        self._seen.pop(who, None)

"""When a slip may be printed again: for who asks at the kiosk, and not without end.

A second slip of one number in two hands makes two people stand up at one call. So each is marked,
each is an event, and there are few of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

REMEMBERED_MS = 16 * 3_600_000
"""Longer than any session."""


@dataclass(frozen=True, slots=True)
class Reprints:
    """What was printed again at this kiosk since it started.

    Attributes:
        most: For one visit; 0 prints none.
        pause_ms: Between two of one visit: a finger that rests on a button is one wish.
        times: Visit -> when each was granted.
    """

    most: int = 2
    pause_ms: int = 10_000
    times: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def grant(self, visit: str, at_ms: int) -> "tuple[Reprints, bool]":
        """Return whether ``visit``'s slip is printed again now, and what is known then."""
        kept = {v: times for v, times in self.times.items() if at_ms - times[-1] < REMEMBERED_MS}
        earlier = kept.get(visit, ())
        resting = bool(earlier) and at_ms - earlier[-1] < self.pause_ms
        if resting or len(earlier) >= self.most:
            return replace(self, times=kept), False
        return replace(self, times=kept | {visit: (*earlier, at_ms)}), True

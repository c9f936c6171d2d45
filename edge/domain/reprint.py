"""When a slip may be printed again: for who asks at the kiosk, and not without end.

A second slip of one number in two hands makes two people stand up at one call. So each is marked,
each is an event, and there are few of them; beyond that staff print it, who see who asks. Only where
the first one never left the printer is its replacement no second slip: then it says nothing of having
been printed again, and is not counted. Nor is one of which no paper came out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

LIMIT: Final = "reprint_limit"
"""The reason of a slip that was not printed because it was printed already."""
REMEMBERED_MS = 16 * 3_600_000
"""Longer than any session."""


@dataclass(frozen=True, slots=True)
class Reprints:
    """What was printed again at this kiosk since it started.

    Attributes:
        most: For one visit; 0 prints none.
        pause_ms: Between two of one visit: a finger that rests on a button is one wish.
        times: Visit -> when each was granted.
        nothing_out: Visit -> when the slip failed of which no paper left the printer.
    """

    most: int = 2
    pause_ms: int = 10_000
    times: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    nothing_out: Mapping[str, int] = field(default_factory=dict)

    def grant(self, visit: str, at_ms: int, *, limited: bool = True) -> "tuple[Reprints, bool]":
        """Return whether ``visit``'s slip is printed again now, and what is known then.

        Args:
            limited: False where staff print it.
        """
        kept = {v: times for v, times in self.times.items() if at_ms - times[-1] < REMEMBERED_MS}
        if visit in self.nothing_out:
            return replace(self, times=kept), True
        earlier = kept.get(visit, ())
        resting = bool(earlier) and at_ms - earlier[-1] < self.pause_ms
        if resting or (limited and len(earlier) >= self.most):
            return replace(self, times=kept), False
        return replace(self, times=kept | {visit: (*earlier, at_ms)}), True

    def given_back(self, visit: str) -> "Reprints":
        """Return what is known after the newest that was granted left no paper."""
        times = self.times.get(visit, ())[:-1]
        others = {v: each for v, each in self.times.items() if v != visit}
        return replace(self, times=others | ({visit: times} if times else {}))

    def marked(self, visit: str) -> "tuple[Reprints, bool]":
        """Return whether the next slip of ``visit`` is a second one, and what is known then.

        It is, unless nothing came out before; while one is on its way, the one after it is.
        """
        kept = {v: at_ms for v, at_ms in self.nothing_out.items() if v != visit}
        return replace(self, nothing_out=kept), visit not in self.nothing_out

    def ended(self, visit: str, *, failed: bool, marked: bool, at_ms: int) -> "Reprints":
        """Return what is known after a slip of ``visit`` ended that was granted, or its first.

        A slip that was doubtful may lie in somebody's hand. A marked one says that an earlier may.
        """
        kept = {v: t for v, t in self.nothing_out.items() if at_ms - t < REMEMBERED_MS}
        kept.pop(visit, None)
        if failed and not marked:
            kept[visit] = at_ms
        known = replace(self, nothing_out=kept)
        return known.given_back(visit) if failed and marked else known

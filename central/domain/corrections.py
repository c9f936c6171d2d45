"""Which of several writings of one thing stands, when some of them say that they correct others.

Two people may correct the same entry, a correction may be corrected, and a correction may arrive
before what it corrects. Whatever is linked is one thing; of it the latest writing stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from central.domain.facts import Stamp


@dataclass(frozen=True, slots=True)
class Writing:
    """One writing.

    Attributes:
        replaces: Event id of the writing that it corrects, which may be unknown here; or empty.
    """

    event: str
    stamp: Stamp
    replaces: str


def standing(writings: Iterable[Writing]) -> dict[str, bool]:
    """Return for each writing, by event id, whether it stands; in any order the same."""
    all_ = list(writings)
    thing = _Things()
    for one in all_:
        if one.replaces:
            thing.join(one.event, one.replaces)
    latest: dict[str, Writing] = {}
    for one in all_:
        root = thing.of(one.event)
        latest[root] = max(latest.get(root, one), one, key=lambda each: each.stamp)
    return {one.event: latest[thing.of(one.event)] is one for one in all_}


class _Things:
    """Ids that were linked, as sets; links may run in circles."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, event: str) -> str:
        while (above := self._above.get(event, event)) != event:
            event = above
        return event

    def join(self, one: str, other: str) -> None:
        self._above[self.of(one)] = self.of(other)

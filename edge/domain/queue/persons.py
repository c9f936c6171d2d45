"""Who checked in more than once today: all are kept, one counts, and it is the same in any order.

The visit that counts is the one with the smallest (hlc, event id). The one that stands in the line is
the same, unless another one was called already: a person is not called twice.
"""

from bisect import insort
from collections.abc import Mapping, Sequence
from itertools import chain

from msgspec.structs import replace

from edge.domain.queue.visit import Visit


class Persons:
    """The visits of each person who is known by a key, the one that counts first."""

    def __init__(self) -> None:
        self._visits: dict[str, list[tuple[str, str, str]]] = {}

    def add(self, person: str | None, visit: Visit) -> None:
        """Note a visit of ``person``; nothing where nobody knows who it is."""
        if person is not None:
            insort(self._visits.setdefault(person, []), (*visit.order, visit.id))

    def remove(self, visit: Visit) -> None:
        """Forget that a visit is of the person it was thought to be of."""
        if visit.person is not None:
            self._visits[visit.person].remove((*visit.order, visit.id))

    def of(self, person: str | None) -> Sequence[str]:
        """Return the visits of a person, the one that counts first."""
        return [entry[-1] for entry in self._visits.get(person or "", ())]


def regrouped(visits: Sequence[Visit]) -> list[Visit]:
    """Return one person's visits, the one that counts first, with their flags as they must be."""
    winner = visits[0].id
    standing = _standing(visits)
    return [
        replace(
            visit,
            duplicate_of=None if visit.id == winner else winner,
            passed_over=visit.is_open and not visit.touched and visit.id != standing,
        )
        for visit in visits
    ]


def _standing(visits: Sequence[Visit]) -> str | None:
    """Return which visit the person is served by; None when none of them is to be called.

    Who was served and has left is not called by a number that they held meanwhile; but who checks in
    again afterwards is a person who came back.
    """
    here = [visit for visit in visits if visit.is_open]
    ended_ms = max(
        (visit.since_ms for visit in visits if visit.touched and not visit.is_open), default=None
    )
    served = (visit.id for visit in here if visit.touched)
    waiting = (visit.id for visit in here if ended_ms is None or visit.arrived_ms > ended_ms)
    return next(chain(served, waiting), None)


def changed(before: Mapping[str, Visit], after: Sequence[Visit]) -> list[Visit]:
    """Return those of ``after`` that are not as they were."""
    return [visit for visit in after if before[visit.id] != visit]

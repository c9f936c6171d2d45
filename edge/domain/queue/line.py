"""The line of one station, in the order in which its people are called.

A class is a head start: who is elderly stands as if they had come twenty minutes earlier. So the order
never changes by waiting, and whoever waits grows older than everybody who can still overtake them. A
flood within that head start is bounded by counting how often the first comer was passed over.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator

Place = tuple[int, str, str, str, str, str]
"""Effective time, order of the family, own order, id."""
Came = tuple[int, str, str, str]
"""Since when at the station, own order, id."""


class Line:
    """Who waits at one station."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._came: list[Came] = []
        self._keys: dict[str, tuple[Place, Came]] = {}
        self.passed_over = 0
        """Calls in a row that passed over the first comer."""

    def copy(self) -> "Line":
        """Return a line with the same people in it, to be changed without this one."""
        made = Line()
        made._places, made._came, made._keys = self._places[:], self._came[:], dict(self._keys)
        made.passed_over = self.passed_over
        return made

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, visit: str) -> bool:
        return visit in self._keys

    def __iter__(self) -> Iterator[str]:
        """Yield the visits in the order in which they are called."""
        return (place[-1] for place in self._places)

    def put(self, place: Place, came: Came) -> None:
        """Put a visit into its place; who stands in the line already moves there."""
        visit = place[-1]
        if self._keys.get(visit) == (place, came):
            return
        self.take(visit)
        insort(self._places, place)
        insort(self._came, came)
        self._keys[visit] = (place, came)

    def take(self, visit: str) -> None:
        """Take a visit out of the line, if it stands in it."""
        keys = self._keys.pop(visit, None)
        if keys is not None:
            del self._places[bisect_left(self._places, keys[0])]
            del self._came[bisect_left(self._came, keys[1])]

    def before(self, visit: str) -> int | None:
        """Return how many stand before ``visit``, or None where it does not stand here."""
        keys = self._keys.get(visit)
        return None if keys is None else bisect_left(self._places, keys[0])

    def first_come(self, may: Callable[[str], bool]) -> str | None:
        """Return who came first of those who ``may`` be called."""
        return next((came[-1] for came in self._came if may(came[-1])), None)

    def next(self, may: Callable[[str], bool], passed_over_most: int) -> str | None:
        """Return who is next of those who ``may`` be called."""
        if self.passed_over >= passed_over_most:
            return self.first_come(may)
        return next((place[-1] for place in self._places if may(place[-1])), None)

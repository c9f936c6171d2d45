"""A centre's roster in memory: the port ``RosterSource`` with changes and failures on demand."""

from dataclasses import replace

from edge.ports import RosterError
from protocol.identity import SiteId
from protocol.roster import RosterEntry, RosterPage


class SimulatedRoster:
    """Numbers every change, as the centre does, and hands out what a reader lacks."""

    def __init__(self, site: SiteId, *, most: int = 100) -> None:
        """Begin empty; a page holds at most ``most`` changes."""
        self._site = site
        self._most = most
        self._people: dict[int, tuple[int, RosterEntry]] = {}
        self._gone: dict[int, int] = {}
        self._last = 0
        self._head = "a" * 16
        self._failure: RosterError | None = None

    def put(self, *entries: RosterEntry) -> None:
        """Add people or change them, each by its id."""
        for entry in entries:
            self._last += 1
            self._gone.pop(entry.id, None)
            self._people[entry.id] = (self._last, entry)

    def remove(self, row: int) -> None:
        """Take a person off."""
        self._last += 1
        self._people.pop(row, None)
        self._gone[row] = self._last

    def restore(self, head: str) -> None:
        """Become a centre of another past, which knows none of its readers."""
        self._head = head

    def fail_with(self, failure: RosterError | None) -> None:
        """Fail every fetch until told None."""
        self._failure = failure

    def people(self) -> list[RosterEntry]:
        """Return everybody, by id."""
        return [self._people[row][1] for row in sorted(self._people)]

    def fetch(self, since: int, head: str) -> RosterPage:
        if self._failure is not None:
            raise self._failure
        if head != self._head:
            since = 0
        changes: list[tuple[int, RosterEntry | int]] = [*self._people.values()]
        if since:
            changes += [(number, row) for row, number in self._gone.items()]
        due = sorted((c for c in changes if c[0] > since), key=lambda change: change[0])
        page = RosterPage(self._site, since, self._last, self._last, self._head)
        if len(due) > self._most:
            page = replace(page, through=due[self._most - 1][0])
        taken = [what for _, what in due[: self._most]]
        return replace(
            page,
            people=tuple(what for what in taken if isinstance(what, RosterEntry)),
            removed=tuple(what for what in taken if isinstance(what, int)),
        )

    def age_seconds(self) -> float:
        return 0

    def close(self) -> None:
        return

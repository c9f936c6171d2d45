"""The site's small store in memory."""

from collections.abc import Iterable


class SimulatedSiteStore:
    """See the port ``SiteStore``."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}
        self._copies: set[str] = set()

    def taken(self, line: str) -> int:
        return self._taken.get(line, 0)

    def note_taken(self, line: str, through: int) -> None:
        self._taken[line] = through

    def note_copies(self, doses: Iterable[str]) -> None:
        self._copies.update(doses)

    def copied(self, dose: str) -> bool:
        return dose in self._copies

    def close(self) -> None:
        return

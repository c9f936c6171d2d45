"""The site's small store in memory."""


class SimulatedSiteStore:
    """See the port ``SiteStore``."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def taken(self, line: str) -> int:
        return self._taken.get(line, 0)

    def note_taken(self, line: str, through: int) -> None:
        self._taken[line] = through

    def close(self) -> None:
        return

"""People who came together stand together: as early as the first of them, in the best of their classes."""

from collections.abc import Sequence


class Families:
    """Who came with whom, and since when a family is at a station."""

    def __init__(self) -> None:
        self._members: dict[str, dict[str, None]] = {}
        self._since: dict[tuple[str, str], int] = {}

    def copy(self) -> "Families":
        """Return the same families, whose times can be changed without these; nobody may ``join`` it."""
        made = Families()
        made._members, made._since = self._members, dict(self._since)
        return made

    def join(self, root: str, visit: str) -> None:
        """Note that ``visit`` came with ``root``, who may arrive later than they do."""
        self._members.setdefault(root, {})[visit] = None

    def of(self, root: str) -> Sequence[str]:
        """Return the visits of the family that have arrived."""
        return list(self._members.get(root, ()))

    def enter(self, root: str, station: str, since_ms: int) -> None:
        """Note that one of the family is at a station since ``since_ms``."""
        key = (root, station)
        self._since[key] = min(since_ms, self._since.get(key, since_ms))

    def is_alone(self, root: str) -> bool:
        """Return whether nobody, or not yet anybody, came together with the only one."""
        return len(self._members.get(root, ())) < 2

    def since_ms(self, root: str, station: str, own_ms: int) -> int:
        """Return since when the first of a family is at a station; ``own_ms`` where nobody told."""
        return self._since.get((root, station), own_ms)

"""What the hub keeps, as it is reached once this Pi knows whether it is the hub itself.

The screen answers before that: until then nobody is there to be asked.
"""

from edge.domain.shelf import DosesSaid, PageSaid
from edge.ports import HubUnavailable, ListName, SiteShelf


class LateShelf:
    """The port ``SiteShelf``: another one, which is named later."""

    def __init__(self) -> None:
        self._shelf: SiteShelf | None = None

    def be(self, shelf: SiteShelf) -> None:
        """Answer as ``shelf`` does from now on."""
        self._shelf = shelf

    def roster(self, since: int, head: str) -> PageSaid:
        return self._there().roster(since, head)

    def doses(self, number: str) -> DosesSaid:
        return self._there().doses(number)

    def copy(self, dose: str) -> bool:
        return self._there().copy(dose)

    def list_of(self, name: ListName, serial: int) -> bytes | None:
        return self._there().list_of(name, serial)

    def close(self) -> None:
        if self._shelf is not None:
            self._shelf.close()

    def _there(self) -> SiteShelf:
        if self._shelf is None:
            raise HubUnavailable("nobody knows yet who the hub is")
        return self._shelf

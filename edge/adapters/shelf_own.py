"""What the hub keeps, as the kiosk of the same Pi reaches it: without any network."""

from edge.domain.shelf import DosesSaid, PageSaid
from edge.ports import HubError, HubUnavailable, JournalError, ListName
from edge.services.hub_shelf import HubShelf


class OwnShelf:
    """The port ``SiteShelf``; silent until the hub's part is built, after the screen answers."""

    def __init__(self) -> None:
        self._kept: HubShelf | None = None

    def be(self, kept: HubShelf) -> None:
        """Answer from ``kept`` from now on."""
        self._kept = kept

    def roster(self, since: int, head: str) -> PageSaid:
        return self._there().roster(since, head)

    def doses(self, number: str) -> DosesSaid:
        try:
            return self._there().doses(number)
        except JournalError as error:
            raise HubUnavailable(str(error)) from error

    def copy(self, dose: str) -> bool:
        try:
            return self._there().copy("", dose)
        except JournalError as error:
            raise HubUnavailable(str(error)) from error

    def list_of(self, name: ListName, serial: int) -> bytes | None:
        raise HubError(f"the list {name} of issue {serial} is this Pi's own")

    def close(self) -> None:
        return

    def _there(self) -> HubShelf:
        if self._kept is None:
            raise HubUnavailable("the hub of this Pi is not there yet")
        return self._kept

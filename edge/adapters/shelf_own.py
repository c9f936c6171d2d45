"""What the hub keeps, as the kiosk of the same Pi reaches it: without any network."""

from edge.domain.shelf import DosesSaid, PageSaid
from edge.ports import HubError, HubUnavailable, JournalError, ListName
from edge.services.hub_shelf import HubShelf


class OwnShelf:
    """The port ``SiteShelf``."""

    def __init__(self, kept: HubShelf) -> None:
        self._kept = kept

    def roster(self, since: int, head: str) -> PageSaid:
        return self._kept.roster(since, head)

    def doses(self, number: str) -> DosesSaid:
        try:
            return self._kept.doses(number)
        except JournalError as error:
            raise HubUnavailable(str(error)) from error

    def copy(self, dose: str) -> bool:
        try:
            return self._kept.copy("", dose)
        except JournalError as error:
            raise HubUnavailable(str(error)) from error

    def list_of(self, name: ListName, serial: int) -> bytes | None:
        raise HubError(f"the list {name} of issue {serial} is this Pi's own")

    def close(self) -> None:
        return

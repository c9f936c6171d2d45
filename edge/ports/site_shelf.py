"""What the hub of the site keeps of what the centre sent, as a kiosk asks for it."""

from typing import Protocol

from edge.domain.shelf import DosesSaid, PageSaid
from edge.ports.lists import ListName


class SiteShelf(Protocol):
    """The hub's copy. Blocking; safe from any thread; each question has an end in time."""

    def roster(self, since: int, head: str) -> PageSaid:
        """Return what follows on change ``since`` of the site's roster, which the import ``head`` made.

        Raises:
            HubUnavailable: No answer in time.
            HubError: The hub does not take what this device says, or says what nobody understands.
        """
        ...

    def doses(self, number: str) -> DosesSaid:
        """Return what is known of the doses of the person with this ID number.

        Raises:
            HubError: As above.
        """
        ...

    def copy(self, dose: str) -> bool:
        """Tell that the certificate of a dose is about to be printed; return whether another copy may be out.

        Asked again by the same device, the answer is the same while nothing else was printed.

        Raises:
            HubError: As above.
        """
        ...

    def list_of(self, name: ListName, serial: int) -> bytes | None:
        """Return the signed list, or the signed word that issue ``serial`` stands; None: no newer one.

        Raises:
            HubError: As above.
        """
        ...

    def close(self) -> None:
        """End every connection. Safe to call twice, and to ask again afterwards."""
        ...

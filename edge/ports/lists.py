"""Where the lists for certificates come from, and where they lie meanwhile."""

from typing import Literal, Protocol

ListName = Literal["trust", "revocations"]


class ListSource(Protocol):
    """The centre's lists. Blocking; one thread at a time."""

    def fetch(self, name: ListName, serial: int) -> bytes | None:
        """Return the signed list, or the signed word that issue ``serial`` stands; None: there is none.

        Raises:
            ListsUnavailable: No answer in time, or none for this device.
        """
        ...

    def close(self) -> None:
        """Release the connection. Safe to call twice, and to fetch again afterwards."""
        ...


class ListShelf(Protocol):
    """Signed messages on disk. Nothing in them is about a person. Blocking."""

    def read(self, name: str) -> bytes | None:
        """Return what was put there last, or None; it is not trusted before it is verified."""
        ...

    def put(self, name: str, message: bytes) -> None:
        """Keep ``message``, whole or not at all, whenever the power goes.

        Raises:
            ListsUnavailable: It could not be written; what was there stays.
        """
        ...

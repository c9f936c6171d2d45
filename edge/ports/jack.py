"""The socket for headphones."""

from typing import Protocol


class Jack(Protocol):
    """Tells whether headphones are in. Blocking; one thread at a time."""

    def open(self) -> None:
        """Begin to listen. Safe to call again after ``close`` or an error.

        Raises:
            JackUnavailable: No socket here that can tell.
        """
        ...

    def plugged(self) -> bool:
        """Return whether headphones are in: as soon as that changes, else after a moment.

        The first answer after ``open`` comes at once.

        Raises:
            JackUnavailable: The socket went away, such as a sound card on USB.
        """
        ...

    def close(self) -> None:
        """Release the socket. Safe to call twice."""
        ...

"""The scan engine, a source of codes beside the camera."""

from typing import Protocol


class Scanner(Protocol):
    """A scan engine: does its own seeing and gives what codes hold. Blocking; one thread at a time."""

    def open(self) -> None:
        """Take the engine for this program alone. Safe to call again after ``close`` or an error.

        Raises:
            ScannerUnavailable: No such engine, or another program holds it.
        """
        ...

    def read(self) -> bytes:
        """Return the exact bytes of the next code, or none when none came for a moment: call again.

        Raises:
            ScannerUnavailable: The engine went away; a code that was cut off is dropped.
        """
        ...

    def close(self) -> None:
        """Release the engine. Safe to call twice."""
        ...

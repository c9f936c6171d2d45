"""Which devices of the installation the hub believes."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device of the registry; ``active`` is false once it was revoked."""

    device: str
    site: str
    active: bool


class Registry(Protocol):
    """The signed registry. Quick; safe from any thread."""

    def find(self, thumbprint: bytes) -> KnownDevice | None:
        """Return the device of a certificate, by the SHA-256 of it; None for an unknown one."""
        ...

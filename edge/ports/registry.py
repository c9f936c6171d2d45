"""Which devices of the installation the hub believes."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device of the registry; ``active`` is false once it was revoked.

    Attributes:
        certificate: DER bytes.
    """

    device: str
    site: str
    active: bool
    certificate: bytes = field(default=b"", compare=False, repr=False)


class Registry(Protocol):
    """The signed registry. Quick; safe from any thread."""

    def find(self, thumbprint: bytes) -> KnownDevice | None:
        """Return the device of a certificate, by the SHA-256 of it; None for an unknown one."""
        ...

    def signer(self, kid: bytes) -> KnownDevice | None:
        """Return the device whose certificate's SHA-256 begins with ``kid``; revoked ones too.

        What a device signed before it was revoked stays what it was.
        """
        ...

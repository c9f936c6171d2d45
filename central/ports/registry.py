"""Which devices belong to the installation."""

from dataclasses import dataclass
from typing import Protocol

from cryptography import x509

from protocol.identity import DeviceId, SiteId


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device of the signed registry."""

    device: DeviceId
    site: SiteId
    certificate: x509.Certificate
    revoked: bool = False


class Registry(Protocol):
    """Which devices exist, by certificate thumbprint."""

    def find(self, kid: bytes) -> KnownDevice | None:
        """Return the device whose certificate has this SHA-256 thumbprint."""
        ...


class SiteNames(Protocol):
    """Which sites there are, and what people call them."""

    def site_name(self, site: str) -> str:
        """Return the name of a site; empty where none is known."""
        ...

    def site_ids(self) -> frozenset[str]:
        """Return the sites of the installation; empty where that is not known."""
        ...

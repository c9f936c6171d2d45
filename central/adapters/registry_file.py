"""The signed registry from a file; read again when the file changes.

A registry that does not verify never replaces one that did: a torn copy locks nobody out.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

import structlog
from cryptography import x509

from central.ports import KnownDevice, RegistryUnavailable
from protocol import cose
from protocol.errors import WireError
from protocol.registry import DeviceStatus, Registry, open_registry

log = structlog.get_logger(__name__)


class FileRegistry:
    """The ports ``Registry`` and ``SiteNames``."""

    def __init__(self, path: Path, verify_certificate: x509.Certificate) -> None:
        """Read the registry.

        Raises:
            RegistryUnavailable: There is no registry, or the certificate did not sign it.
        """
        self._path = path
        self._certificate = verify_certificate
        self._lock = threading.Lock()
        self._serial = 0
        self._devices: dict[bytes, KnownDevice] = {}
        self._sites: Mapping[str, str] = {}
        self._site_ids: frozenset[str] = frozenset()
        self._seen = self._stamp()
        try:
            self._read()
        except (OSError, WireError) as error:
            raise RegistryUnavailable(f"no usable registry at {path}: {error}") from error

    def find(self, kid: bytes) -> KnownDevice | None:
        with self._lock:
            self._refresh()
            return self._devices.get(kid)

    def site_name(self, site: str) -> str:
        with self._lock:
            self._refresh()
            return self._sites.get(site, "")

    def site_ids(self) -> frozenset[str]:
        with self._lock:
            self._refresh()
            return self._site_ids

    def _refresh(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._read()
        except (OSError, WireError) as error:
            log.warning("the registry in use stays", path=self._path.name, reason=str(error))

    def _read(self) -> None:
        registry = open_registry(self._path.read_bytes(), self._certificate)
        if registry.serial < self._serial:
            raise WireError("old_registry", f"issue {registry.serial}, in use is {self._serial}")
        self._devices = _by_thumbprint(registry)
        self._sites = registry.sites
        # An earlier version named no sites: then at least those with a device are known.
        self._site_ids = frozenset(registry.sites) | {one.site for one in registry.devices}
        self._serial = registry.serial

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def _by_thumbprint(registry: Registry) -> dict[bytes, KnownDevice]:
    devices = {}
    for entry in registry.devices:
        try:
            certificate = x509.load_der_x509_certificate(entry.certificate)
        except ValueError as error:
            raise WireError("bad_registry", f"no certificate for {entry.device}") from error
        devices[cose.thumbprint(certificate)] = KnownDevice(
            entry.device,
            entry.site,
            certificate,
            revoked=entry.status is not DeviceStatus.ACTIVE,
        )
    return devices

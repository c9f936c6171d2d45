"""The hub's copy of the signed registry, from a file; read again when the file changes.

A copy that does not verify, or an older issue, never replaces one that did: a torn file locks
nobody out, and an old one lets nobody back in.
"""

import hashlib
import threading
from pathlib import Path

import structlog
from cryptography import x509

from edge.ports import KeysError, KnownDevice
from protocol import cose
from protocol.errors import WireError
from protocol.registry import DeviceStatus, open_registry

log = structlog.get_logger("registry")


class FileRegistry:
    """The port ``Registry``."""

    def __init__(self, keys_directory: Path) -> None:
        """Read ``registry.cose registry.crt``.

        Raises:
            KeysError: One of them is missing or is not what its name says.
        """
        self._path = keys_directory / "registry.cose"
        self._guard = threading.Lock()
        self._serial = 0
        self._devices: dict[bytes, KnownDevice] = {}
        self._seen = self._stamp()
        try:
            self._certificate = _certificate(keys_directory / "registry.crt")
            self._read()
        except (OSError, WireError) as error:
            raise KeysError(
                f"no usable registry.cose and registry.crt in {keys_directory}: {error}; "
                "provision this hub again"
            ) from error

    def find(self, thumbprint: bytes) -> KnownDevice | None:
        with self._guard:
            self._refresh()
            return self._devices.get(thumbprint)

    def signer(self, kid: bytes) -> KnownDevice | None:
        with self._guard:
            self._refresh()
            found = [known for digest, known in self._devices.items() if digest.startswith(kid)]
        return found[0] if kid and len(found) == 1 else None

    def _refresh(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._read()
        except (OSError, WireError) as error:
            log.warning("the registry in use stays", reason=str(error))

    def _read(self) -> None:
        registry = open_registry(self._path.read_bytes(), self._certificate)
        if registry.serial < self._serial:
            raise WireError("old_registry", f"issue {registry.serial}, in use is {self._serial}")
        self._devices = {
            hashlib.sha256(entry.certificate).digest(): KnownDevice(
                entry.device,
                entry.site,
                entry.status is DeviceStatus.ACTIVE,
                entry.certificate,
            )
            for entry in registry.devices
        }
        self._serial = registry.serial

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def _certificate(path: Path) -> x509.Certificate:
    return cose.load_certificate(path.read_bytes())

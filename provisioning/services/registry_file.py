"""The signed registry in the provisioning directory, and the centre's copy of it."""

import re
import tomllib
from dataclasses import replace
from datetime import UTC

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from protocol import cose
from protocol.hub_command import HubCommand, encode_hub_command
from protocol.messages import Signer
from protocol.registry import (
    DeviceStatus,
    RegisteredDevice,
    Registry,
    encode_registry,
    open_registry,
)
from provisioning.domain import steps
from provisioning.ports import Clock, FileMissing, Store, StoreError

_COPY = f"centre/{steps.REGISTRY}"
_HUB = re.compile(r"devices/[^/]+/hub\.crt\Z")
_SITE = re.compile(r"sites/([^/]+)/site\.toml\Z")


class RegistryFile:
    """Reads, extends and signs the registry."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def current(self) -> Registry:
        """Return the present issue; an empty one with serial 0 before the first.

        Raises:
            WireError: The file was not signed by this installation.
        """
        message = self._read(steps.REGISTRY)
        if message is None:
            return Registry(0, "", ())
        return open_registry(message, self._certificate())

    def publish(self, change: steps.PublishRegistry) -> list[str]:
        """Write the next issue and the centre's copy; return their names."""
        current = self.current()
        devices = self._changed(current.devices, change)
        # Taking a device's trust away waits for nothing, a site's damaged file least of all.
        sites = dict(current.sites) if change.revoke else self._names(current)
        message = self._signed(devices, current.serial + 1, sites)
        self._store.write(steps.REGISTRY, message, mode=0o644)
        return [steps.REGISTRY, *self.mend_copy()]

    def mend_copy(self) -> list[str]:
        """Make the copies of centre and hubs equal to the registry, should a command have died before."""
        message = self._read(steps.REGISTRY)
        if message is None:
            return []
        hubs = sorted(name for name in self._store.names() if _HUB.match(name))
        copies = [_COPY, *(name.replace("hub.crt", steps.REGISTRY) for name in hubs)]
        stale = [name for name in copies if self._read(name) != message]
        for name in stale:
            self._store.write(name, message, mode=0o644)
        return stale

    def _changed(
        self, devices: tuple[RegisteredDevice, ...], change: steps.PublishRegistry
    ) -> tuple[RegisteredDevice, ...]:
        if change.add is not None:
            device, site, name = change.add
            certificate = cose.load_certificate(self._store.read(name))
            der = certificate.public_bytes(Encoding.DER)
            devices = (*devices, RegisteredDevice(device, site, der))
        return tuple(
            replace(entry, status=DeviceStatus.REVOKED) if entry.device == change.revoke else entry
            for entry in devices
        )

    def sign(self, step: steps.PublishRegistry | steps.SignHubCommand) -> list[str]:
        """Write what a step wants signed by the registry's key; return the names of the files."""
        if isinstance(step, steps.PublishRegistry):
            return self.publish(step)
        command = HubCommand(step.site, step.device, step.serial, self._now())
        self._store.write(step.name, encode_hub_command(command, self._signer()), mode=0o644)
        return [step.name]

    def _names(self, current: Registry) -> dict[str, str]:
        """Return what people call each site: as the last issue said, and of sites new since then."""
        found = (_SITE.match(name) for name in self._store.names())
        new = {match[1]: match[0] for match in found if match and match[1] not in current.sites}
        return {**current.sites, **{site: self._name_in(file) for site, file in new.items()}}

    def _name_in(self, file: str) -> str:
        try:
            return str(tomllib.loads(self._store.read(file).decode())["name"])
        except (ValueError, KeyError) as error:
            raise StoreError(f"{file} names no site: {error}") from error

    def _signed(
        self, devices: tuple[RegisteredDevice, ...], serial: int, sites: dict[str, str]
    ) -> bytes:
        return encode_registry(
            devices, self._signer(), serial=serial, issued_at=self._now(), sites=sites
        )

    def _signer(self) -> Signer:
        key = cose.load_signing_key(self._store.read(steps.REGISTRY_KEY))
        return Signer(key, cose.thumbprint(self._certificate()))

    def _now(self) -> str:
        return self._clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _read(self, name: str) -> bytes | None:
        try:
            return self._store.read(name)
        except FileMissing:
            return None

    def _certificate(self) -> x509.Certificate:
        return cose.load_certificate(self._store.read(steps.REGISTRY_CERTIFICATE))

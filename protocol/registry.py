"""The signed registry: which devices exist, at which site, by which certificate.

Made by provisioning, read by the centre. Signed as a whole, so that a copy on any path is as good as
the original; the serial number rises with every issue, so that an old copy can be told from a new one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from protocol import cbor, cose
from protocol.errors import WireError
from protocol.identity import DeviceId, SiteId, device_id, site_id
from protocol.messages import Signer

REGISTRY = "application/tram-registry+cbor"
_VERSION = 1


class DeviceStatus(StrEnum):
    """Whether the centre takes what a device signs."""

    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class RegisteredDevice:
    """One certificate of one device; a device that changed its key is in the list twice.

    Attributes:
        certificate: DER bytes; the SHA-256 of them is the ``kid`` under which the device signs.
    """

    device: DeviceId
    site: SiteId
    certificate: bytes
    status: DeviceStatus = DeviceStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Registry:
    """One issue of the registry.

    Attributes:
        serial: Rises by one with every issue; a reader keeps the highest it has seen.
        issued_at: RFC 3339 in UTC.
        sites: What people call each site, by its id; an earlier version issued none.
    """

    serial: int
    issued_at: str
    devices: tuple[RegisteredDevice, ...]
    sites: Mapping[str, str] = field(default_factory=dict)


def encode_registry(
    devices: Iterable[RegisteredDevice],
    signer: Signer,
    *,
    serial: int,
    issued_at: str,
    sites: Mapping[str, str] | None = None,
) -> bytes:
    """Return a signed registry; ``sites`` are the names of sites by their ids."""
    fields = {
        "v": _VERSION,
        "serial": serial,
        "issued_at": issued_at,
        "devices": [
            {
                "device": entry.device,
                "site": entry.site,
                "certificate": entry.certificate,
                "status": entry.status.value,
            }
            for entry in devices
        ],
        "sites": dict(sites or {}),
    }
    return cose.sign(cbor2.dumps(fields), signer.key, signer.kid, REGISTRY)


def decode_registry(message: bytes, certificate: x509.Certificate) -> list[RegisteredDevice]:
    """Return the devices of a registry that ``certificate`` signed.

    Raises:
        WireError: ``bad_cose``, ``bad_signature`` or ``bad_registry``.
    """
    return list(open_registry(message, certificate).devices)


def open_registry(message: bytes, certificate: x509.Certificate) -> Registry:
    """Return the whole issue, serial number included, when ``certificate`` signed it.

    Raises:
        WireError: ``bad_cose``, ``bad_signature`` or ``bad_registry``.
    """
    signed = cose.parse(message)
    cose.verify(signed, public_key(certificate))
    if signed.content_type != REGISTRY:
        raise WireError("bad_registry", "signed as a message of another kind")
    fields = cbor.load_map(signed.payload, "bad_registry")
    return _registry(fields)


def _registry(fields: Mapping[str, Any]) -> Registry:
    serial, issued_at, entries = (fields.get(name) for name in ("serial", "issued_at", "devices"))
    sites = fields.get("sites", {})
    if not isinstance(serial, int) or isinstance(serial, bool) or serial < 1:
        raise WireError("bad_registry", "the serial number must be a whole number from 1")
    if not isinstance(issued_at, str):
        raise WireError("bad_registry", "the time of issue must be a text")
    if not isinstance(entries, list):
        raise WireError("bad_registry", "the devices must be a list")
    if not isinstance(sites, Mapping) or not all(isinstance(name, str) for name in sites.values()):
        raise WireError("bad_registry", "the names of sites must be a map of texts")
    devices = tuple(_entry(entry) for entry in entries)
    return Registry(serial, issued_at, devices, {str(site): name for site, name in sites.items()})


def _entry(fields: object) -> RegisteredDevice:
    if not isinstance(fields, Mapping):
        raise WireError("bad_registry", "a device must be a map")
    device, site, status = (fields.get(name) for name in ("device", "site", "status"))
    certificate = fields.get("certificate")
    if not all(isinstance(text, str) for text in (device, site, status)):
        raise WireError("bad_registry", "device, site and status must be texts")
    if not isinstance(certificate, bytes):
        raise WireError("bad_registry", "a certificate must be bytes")
    # A status that a later version adds is not "active": what we do not understand we do not trust.
    known = DeviceStatus.ACTIVE if status == DeviceStatus.ACTIVE else DeviceStatus.REVOKED
    return RegisteredDevice(device_id(str(device)), site_id(str(site)), certificate, known)


def public_key(certificate: x509.Certificate) -> cose.PublicKey:
    """Return the key by which the registry is signed.

    Raises:
        WireError: ``bad_signature``: it cannot sign.
    """
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise WireError("bad_signature", "the registry's certificate holds no key that can sign it")
    return key

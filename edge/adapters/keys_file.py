"""The device's keys from the folder that provisioning made."""

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509.oid import NameOID

from edge.domain.keyring import KeyRing
from edge.ports import KeysError
from protocol import cose
from protocol.errors import WireError
from protocol.identity import DeviceId, device_id
from protocol.messages import Signer


class FileKeys(KeyRing):
    """See the port ``Keys``."""

    def __init__(self, keys_directory: Path, *, day_key: bytes, software: str) -> None:
        """Read ``ca.crt device.crt device.key ack.crt centre-seal.pub site-seal.pub``.

        Raises:
            KeysError: A file is missing, is not what its name says, or is not signed by the CA.
        """
        try:
            authority = cose.load_certificate(_read(keys_directory, "ca.crt"))
            own = cose.load_certificate(_read(keys_directory, "device.crt"))
            acks = cose.load_certificate(_read(keys_directory, "ack.crt"))
            key = cose.load_signing_key(_read(keys_directory, "device.key"))
            device = _common_name(own)
        except WireError as error:
            raise KeysError(f"a key file in {keys_directory} is not usable: {error}") from error
        for name, certificate in (("device.crt", own), ("ack.crt", acks)):
            _must_be_signed_by(authority, certificate, name)
        if own.public_key() != key.public_key():
            raise KeysError("device.key does not belong to device.crt; provision this device again")
        super().__init__(
            device,
            Signer(key, cose.thumbprint(own)),
            centre_key=_verifying_key(acks),
            centre_kid=cose.thumbprint(acks),
            recipients=[
                _sealing_key(keys_directory, "centre-seal.pub"),
                _sealing_key(keys_directory, "site-seal.pub"),
            ],
            day_key=day_key,
            software=software,
        )


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise KeysError(f"cannot read {name}: {error.strerror}; provision this device") from error


def _common_name(certificate: x509.Certificate) -> DeviceId:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1:
        raise WireError("bad_certificate", "the device's certificate has no single common name")
    return device_id(str(names[0].value))


def _must_be_signed_by(
    authority: x509.Certificate, certificate: x509.Certificate, name: str
) -> None:
    # Validity dates are not checked: a kiosk whose clock stands years off must go on working.
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise KeysError(f"{name} is not signed by ca.crt") from error


def _verifying_key(certificate: x509.Certificate) -> cose.PublicKey:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise KeysError("ack.crt holds a key of a kind that signs no acknowledgements")
    return key


def site_seal_key(keys_directory: Path) -> X25519PublicKey:
    """Return the key that identities are sealed to for the site alone, ``site-seal.pub``.

    Raises:
        KeysError: It is missing, or is no such key.
    """
    return _sealing_key(keys_directory, "site-seal.pub")


def _sealing_key(folder: Path, name: str) -> X25519PublicKey:
    try:
        key = load_pem_public_key(_read(folder, name))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeysError(f"{name} is not a public key in PEM form") from error
    if not isinstance(key, X25519PublicKey):
        raise KeysError(f"{name} is not an X25519 key")
    return key

"""COSE_Sign1: the one signature form of the system, for batches, acknowledgements and certificates.

Writes ES256, and PS256 with an RSA key, with the key id and content type protected; reads both, tagged
or untagged, with the key id in either header.

Source: RFC 9052, 4.2 and 4.4; RFC 9053, 2.1; RFC 8230, 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from protocol import cbor
from protocol.errors import WireError

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

ES256: Final = -7
PS256: Final = -37
_ALG, _CRITICAL, _CONTENT_TYPE, _KID = 1, 2, 3, 4
_TAG_SIGN1 = 18
_ECDSA = ec.ECDSA(hashes.SHA256())
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
_PSS_HASH = hashes.SHA256()


@dataclass(frozen=True, slots=True)
class Sign1:
    """A parsed message whose signature has *not* been checked yet.

    Attributes:
        algorithm: COSE algorithm identifier, or None when the headers name none.
        kid: Key id as sent; which header held it does not matter.
        content_type: What the signer says the payload is.
    """

    protected: bytes
    payload: bytes
    signature: bytes
    algorithm: int | None
    kid: bytes | None
    content_type: str | None


def sign(payload: bytes, key: PrivateKey, kid: bytes, content_type: str | None) -> bytes:
    """Return a tagged COSE_Sign1 over ``payload``, by ES256 or, with an RSA key, by PS256.

    Args:
        key: P-256 or RSA; our own messages are signed on P-256.
        kid: Key id by which the reader finds the public key.
        content_type: Protected, so that a message of one kind cannot pass as another. Certificates
            alone have none.
    """
    header: dict[int, Any] = {_ALG: PS256 if isinstance(key, rsa.RSAPrivateKey) else ES256}
    if content_type is not None:
        header[_CONTENT_TYPE] = content_type
    protected = cbor2.dumps({**header, _KID: kid})
    signature = _signature(_to_be_signed(protected, payload), key)
    return cbor2.dumps(cbor2.CBORTag(_TAG_SIGN1, [protected, {}, payload, signature]))


def parse(message: bytes) -> Sign1:
    """Return the parts of a COSE_Sign1; nothing in them is proven yet.

    Raises:
        WireError: ``bad_cose``.
    """
    protected, unprotected, payload, signature = _four_parts(cbor.load(message, "bad_cose"))
    header = cbor.load_map(protected, "bad_cose") if protected else {}
    if _CRITICAL in header:
        raise WireError("bad_cose", "a critical header that is not known here")
    kid = header.get(_KID, unprotected.get(_KID))
    content_type = header.get(_CONTENT_TYPE)
    algorithm = header.get(_ALG, unprotected.get(_ALG))
    return Sign1(
        protected=protected,
        payload=payload,
        signature=signature,
        algorithm=algorithm if isinstance(algorithm, int) else None,
        kid=kid if isinstance(kid, bytes) else None,
        content_type=content_type if isinstance(content_type, str) else None,
    )


def verify(message: Sign1, key: PublicKey) -> None:
    """Return when ``key`` made the signature of ``message``.

    Raises:
        WireError: ``bad_signature``; also when the key is of another kind than the algorithm.
    """
    to_be_signed = _to_be_signed(message.protected, message.payload)
    try:
        if message.algorithm == ES256 and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_der_signature(message.signature, key), to_be_signed, _ECDSA)
        elif message.algorithm == PS256 and isinstance(key, rsa.RSAPublicKey):
            key.verify(message.signature, to_be_signed, _PSS, _PSS_HASH)
        else:
            raise WireError("bad_signature", "the key does not fit the algorithm")
    except InvalidSignature as error:
        raise WireError("bad_signature", "the signature was not made by this key") from error


def thumbprint(certificate: x509.Certificate) -> bytes:
    """Return the SHA-256 of a certificate's DER bytes: the ``kid`` of devices and of the centre."""
    return certificate.fingerprint(hashes.SHA256())


def load_certificate(pem: bytes) -> x509.Certificate:
    """Return the certificate that PEM text holds.

    Raises:
        WireError: ``bad_certificate``.
    """
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise WireError("bad_certificate", "not a certificate in PEM form") from error


def load_signing_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 signing key that PEM text holds.

    Raises:
        WireError: ``bad_key``.
    """
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise WireError("bad_key", "not an unencrypted private key in PEM form") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise WireError("bad_key", "the signing key must be on curve P-256")
    return key


def _signature(to_be_signed: bytes, key: PrivateKey) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(to_be_signed, _PSS, _PSS_HASH)
    r, s = decode_dss_signature(key.sign(to_be_signed, _ECDSA))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _der_signature(signature: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    # On P-256 that is 32; ES256 names the hash alone, and some certificates' keys are longer.
    size = (key.key_size + 7) // 8
    if len(signature) != 2 * size:
        raise WireError("bad_signature", f"on this curve a signature is {2 * size} bytes")
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    return encode_dss_signature(r, s)


def _four_parts(value: Any) -> tuple[bytes, Mapping[Any, Any], bytes, bytes]:  # noqa: ANN401
    # Double tagging occurs in certificates that are in circulation.
    # Two and no more: a tag may hold itself.
    for _ in range(2):
        if isinstance(value, cbor2.CBORTag):
            value = value.value
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise WireError("bad_cose", "not an array of four")
    protected, unprotected, payload, signature = value
    if not (
        isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)
    ):
        raise WireError("bad_cose", "header, payload and signature must be byte strings")
    # Inside a tag cbor2 gives a frozen map, which is no dict.
    if not isinstance(unprotected, Mapping):
        raise WireError("bad_cose", "the unprotected header is no map")
    return protected, unprotected, payload, signature


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload])

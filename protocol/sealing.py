"""Identity sealed end to end: only the centre and the site's opened key can read it.

HPKE base mode, one sealing a recipient. ``info`` binds the sealing to one event, so that it cannot
be lifted into another.

Source: RFC 9180 with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from protocol.errors import WireError

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

Sealed = Mapping[str, str]
"""Recipient's key id -> base64 of what only that recipient can open."""


def key_id(public_key: X25519PublicKey) -> str:
    """Return the id of a sealing key: the first 8 bytes of its SHA-256, hexadecimal."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def seal(plain: bytes, event_id: str, recipients: Sequence[X25519PublicKey]) -> dict[str, str]:
    """Return ``plain`` sealed once to each of ``recipients``, bound to the event ``event_id``."""
    info = _info(event_id)
    return {
        key_id(key): base64.b64encode(_SUITE.encrypt(plain, key, info)).decode()
        for key in recipients
    }


def unseal(sealed: Sealed, event_id: str, key: X25519PrivateKey) -> bytes:
    """Return what was sealed to ``key`` in the event ``event_id``.

    Raises:
        WireError: ``not_sealed_to_us``, or ``bad_seal`` when it was cut, altered or moved.
    """
    text = sealed.get(key_id(key.public_key()))
    if text is None:
        raise WireError("not_sealed_to_us", "no sealing for this key")
    try:
        return _SUITE.decrypt(base64.b64decode(text, validate=True), key, _info(event_id))
    except (ValueError, InvalidTag) as error:
        raise WireError("bad_seal", "the sealing does not open") from error


def _info(event_id: str) -> bytes:
    return b"tram/v1/identity\n" + event_id.encode()

"""A way to an organisation's log-in, sealed into the browser's own cookie: the centre keeps nothing.

AES-256-GCM under a key that every process of the centre derives from the same key file. Whoever asks
for the log-in without ever coming back leaves no trace here.
"""

import base64
import json
import os
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from central.ports.accounts import Journey

_NONCE_BYTES: Final = 12
_PURPOSE: Final = b"tram centre: ways to an organisation's log-in, 1"


class SealedJourneys:
    """``ports.accounts.JourneySeal``."""

    def __init__(self, key: X25519PrivateKey) -> None:
        """Derive the key of cookies; of a purpose of its own, it opens nothing else."""
        derived = HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(key.private_bytes_raw())
        self._cipher = AESGCM(derived)

    def seal(self, journey: Journey, began_at: datetime) -> str:
        said = [journey.state, journey.nonce, journey.verifier, began_at.timestamp()]
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, json.dumps(said).encode(), _PURPOSE)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def opened(self, sealed: str) -> tuple[Journey, datetime] | None:
        try:
            data = base64.urlsafe_b64decode(sealed.encode("ascii") + b"==")
            plain = self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _PURPOSE)
        except (ValueError, InvalidTag):
            return None  # Of another installation, of before a new key, or made up.
        state, nonce, verifier, began_at = json.loads(plain)
        return Journey("", state, nonce, verifier), datetime.fromtimestamp(began_at, UTC)

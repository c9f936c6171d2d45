"""Passwords as argon2id keeps them, with the same cost as the vaults of sites."""

import secrets
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_SALT_BYTES: Final = 16
_LENGTH: Final = 32


class Argon2Passwords:
    """``ports.accounts.Passwords``.

    Source: RFC 9106, 4, the second recommended option: 64 MiB, 3 passes, 4 lanes.
    """

    def __init__(self, memory_kib: int = 65_536) -> None:
        self._memory_kib = memory_kib
        self._nobodys = self.kept(secrets.token_hex(16))

    def kept(self, password: str) -> str:
        made = Argon2id(
            salt=secrets.token_bytes(_SALT_BYTES),
            length=_LENGTH,
            iterations=3,
            lanes=4,
            memory_cost=self._memory_kib,
        )
        return made.derive_phc_encoded(_typed(password))

    def fits(self, password: str, secret: str) -> bool:
        # Whoever is not there takes as long as whoever is: nobody learns which names exist.
        try:
            Argon2id.verify_phc_encoded(_typed(password), secret or self._nobodys)
        except InvalidKey:
            return False
        return bool(secret)


def _typed(password: str) -> bytes:
    # One person's keyboard composes letters, another's does not.
    return unicodedata.normalize("NFC", password).encode()

"""Files that a password opens: Argon2id gives the key, ChaCha20-Poly1305 seals piece by piece.

Each piece carries its place and whether it is the last (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, 2015), so a piece that was changed, moved, left out or cut off is noticed.
"""

import os
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from central.ports.backups import BackupError

_HEAD: Final = b"TRAM-SEALED-1\n"
_SALT_BYTES: Final = 16
_PIECE: Final = 1 << 16
_TAG_BYTES: Final = 16


class PasswordSeal:
    """The port ``Seal``."""

    def __init__(self, password: str) -> None:
        self._password = password.encode()

    def seal(self, name: str, data: Iterable[bytes]) -> Iterator[bytes]:
        salt = os.urandom(_SALT_BYTES)
        cipher = self._cipher(salt)
        yield _HEAD + salt
        for nonce, piece in _numbered(_cut(data, _PIECE)):
            yield cipher.encrypt(nonce, piece, name.encode())

    def unseal(self, name: str, data: Iterable[bytes]) -> Iterator[bytes]:
        stream = iter(data)
        head, rest = _head(stream)
        if not head.startswith(_HEAD):
            raise BackupError(f"{name} is not a sealed file of ours")
        cipher = self._cipher(head[len(_HEAD) :])
        sealed = _cut(_before(rest, stream), _PIECE + _TAG_BYTES)
        try:
            for nonce, piece in _numbered(sealed):
                yield cipher.decrypt(nonce, piece, name.encode())
        except InvalidTag:
            raise BackupError(f"{name}: another password, or the file was changed") from None

    def _cipher(self, salt: bytes) -> ChaCha20Poly1305:
        # As RFC 9106 recommends where memory is scarce.
        derived = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=1 << 16)
        return ChaCha20Poly1305(derived.derive(self._password))


def _numbered(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each piece with its nonce: its number, and whether it is the last."""
    held: bytes | None = None
    number = 0
    for piece in pieces:
        if held is not None:
            yield number.to_bytes(11, "big") + b"\0", held
            number += 1
        held = piece
    yield number.to_bytes(11, "big") + b"\1", held or b""


def _cut(data: Iterable[bytes], size: int) -> Iterator[bytes]:
    held = bytearray()
    for piece in data:
        held += piece
        while len(held) > size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


def _head(stream: Iterator[bytes]) -> tuple[bytes, bytes]:
    wanted = len(_HEAD) + _SALT_BYTES
    held = b""
    while len(held) < wanted:
        piece = next(stream, None)
        if piece is None:
            break
        held += piece
    return held[:wanted], held[wanted:]


def _before(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest

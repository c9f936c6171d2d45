"""The hash chain that makes a journal's completeness provable.

``hash_n = SHA-256(hash_{n-1} || exact event bytes)``; the first link is bound to the device and to
the journal's epoch, so that two journals never share a link.
"""

import hashlib
from collections.abc import Iterable

from protocol.identity import DeviceId, Epoch


def genesis(device: DeviceId, epoch: Epoch) -> bytes:
    """Return the 32-byte hash before the first event of a journal."""
    return hashlib.sha256(f"tram/v1/journal\n{device}\n{epoch}".encode()).digest()


def link(previous: bytes, event_bytes: bytes) -> bytes:
    """Return the hash of an event that follows the one hashed ``previous``."""
    return hashlib.sha256(previous + event_bytes).digest()


def links(previous: bytes, events: Iterable[bytes]) -> list[bytes]:
    """Return the hash of each of ``events`` in turn."""
    hashes = []
    for event_bytes in events:
        previous = link(previous, event_bytes)
        hashes.append(previous)
    return hashes

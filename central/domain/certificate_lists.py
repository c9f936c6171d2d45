"""The lists for certificates as their keepers publish them: what is in them, and what is left out.

Trusted signers: a JSON list of certificates, each DER in base64. Revoked certificates: a JSON map of
``uci``, ``country_uci`` and ``signature`` to lists of hashes, each the first 16 bytes of a SHA-256 in
base64, as in the EU's revocation lists, or in hexadecimal.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import cbor2

from protocol import cbor
from protocol.certificates.lists import MAX_TRUST_LIST_BYTES
from protocol.certificates.revocations import HASH_BYTES, MAX_BYTES, HashKind, in_buckets
from protocol.certificates.trust import from_base64
from protocol.errors import WireError

_MARGIN: Final = 1 << 16
"""What a signed list holds beside its entries."""
_HEX_LETTERS: Final = 2 * HASH_BYTES


class ListKind(StrEnum):
    """Which list."""

    TRUST = "trust"
    REVOCATIONS = "revocations"


class ListUnusable(Exception):  # noqa: N818 - what is wrong with the list
    """Nothing of a list can be used; what was there before stays."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that did not go in; ``place`` as its keeper finds it, such as ``entry 3``."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ReadList:
    """What a published list says.

    Attributes:
        content: Its entries, sorted and each once: equal bytes are an equal list.
        entries: How many.
    """

    content: bytes
    entries: int
    left_out: tuple[LeftOut, ...] = ()


def trustworthy(url: str) -> bool:
    """Return whether a list from this address is what its keeper says: by https, or on this machine.

    By http alone anybody on the way could put signers on it.
    """
    parts = urlsplit(url)
    if parts.scheme != "http":
        return parts.scheme == "https"
    try:
        return parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def read_list(kind: ListKind, data: bytes) -> ReadList:
    """Return what a published list says.

    Raises:
        ListUnusable: It is none, or none of its entries can be used.
    """
    try:
        published = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ListUnusable("not JSON") from error
    return _trust(published) if kind is ListKind.TRUST else _revocations(published)


def certificates_in(content: bytes) -> tuple[bytes, ...]:
    """Return the certificates of a trust list's content, in DER."""
    return tuple(cbor.load(content, "bad_trust_list"))


def buckets_in(content: bytes) -> dict[HashKind, dict[int, bytes]]:
    """Return the hashes of a revocation list's content."""
    kinds = cbor.load_map(content, "bad_revocation_list")
    return {HashKind(kind): dict(buckets) for kind, buckets in kinds.items()}


def _trust(published: object) -> ReadList:
    if not isinstance(published, list):
        raise ListUnusable("not a JSON list of certificates")
    found, left_out = _sorted_out("entry", published, from_base64)
    if not found:
        # A keeper whose list is empty is ill: without signers every certificate would be doubted.
        raise ListUnusable("no certificate in it can be used")
    return _within(sorted(set(found)), len(set(found)), left_out, MAX_TRUST_LIST_BYTES)


def _revocations(published: object) -> ReadList:
    if not isinstance(published, dict):
        raise ListUnusable("not a JSON map of lists of hashes")
    revoked: set[tuple[HashKind, bytes]] = set()
    left_out: list[LeftOut] = []
    for name, hashes in published.items():
        if name not in set(HashKind) or not isinstance(hashes, list):
            left_out.append(LeftOut(str(name)[:40], "no list of hashes of a known kind"))
            continue
        found, not_found = _sorted_out(f"{name} entry", hashes, _hash)
        revoked.update((HashKind(name), digest) for digest in found)
        left_out.extend(not_found)
    if left_out and not revoked:
        raise ListUnusable("no hash in it can be used")
    content = {kind.value: buckets for kind, buckets in in_buckets(revoked).items()}
    return _within(content, len(revoked), left_out, MAX_BYTES)


def _within(content: object, entries: int, left_out: Sequence[LeftOut], most: int) -> ReadList:
    data = cbor2.dumps(content)
    if len(data) > most - _MARGIN:
        raise ListUnusable(f"larger than the {most >> 20} MiB that a kiosk takes")
    return ReadList(data, entries, tuple(left_out))


def _sorted_out(
    place: str, entries: list[object], read: Callable[[object], bytes]
) -> tuple[list[bytes], list[LeftOut]]:
    """Return what could be read of ``entries``, and the others by their place, counted from 1."""
    found: list[bytes] = []
    left_out: list[LeftOut] = []
    for number, entry in enumerate(entries, start=1):
        try:
            found.append(read(entry))
        except WireError as error:
            left_out.append(LeftOut(f"{place} {number}", str(error)))
    return found, left_out


def _hash(entry: object) -> bytes:
    try:
        text = entry if isinstance(entry, str) else ""
        digest = (
            bytes.fromhex(text)
            if len(text) == _HEX_LETTERS
            else base64.b64decode(text, validate=True)
        )
    except ValueError as error:
        raise WireError("bad_revocation_list", "no hash in base64 or hexadecimal") from error
    if len(digest) != HASH_BYTES:
        raise WireError("bad_revocation_list", f"a hash has {HASH_BYTES} bytes")
    return digest

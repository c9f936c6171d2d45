"""Which certificates count no more: hashes in buckets, as in the EU's revocation lists.

A hash tells nobody whose certificate it is. Each is kept in the bucket of its first byte, sorted, so
that a look at a list of a million costs a few comparisons and no more memory than the list itself.

Source: eHealth Network, "EU DCC revocation", B2A: the first 128 bits of SHA-256 over the identifier,
the issuer's country before the identifier, or the signature, of ES256 the first half alone.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import cbor2

from protocol import cbor, cose
from protocol.certificates.lists import as_of_text, read_as_of, read_serial
from protocol.certificates.model import Certificate
from protocol.errors import ProtocolMisuse, WireError
from protocol.messages import Signer

REVOCATION_LIST: Final = "application/tram-revocations+cbor"
HASH_BYTES: Final = 16
MAX_BYTES: Final = 32 << 20
"""Two million hashes; the EU's whole list had fewer at its largest."""

_CODE: Final = "bad_revocation_list"


class HashKind(StrEnum):
    """What a hash is made of."""

    IDENTIFIER = "uci"
    COUNTRY_AND_IDENTIFIER = "country_uci"
    SIGNATURE = "signature"


Buckets = Mapping[HashKind, Mapping[int, bytes]]


@dataclass(frozen=True, slots=True)
class Revocations:
    """One issue of the revocation list.

    Attributes:
        serial: Rises with every issue; a reader keeps the highest it has seen.
        as_of: When it was made; how old is too old is for callers to say.
        buckets: By kind and first byte: hashes of 16 bytes each, sorted, one behind the other.
    """

    serial: int
    as_of: datetime
    buckets: Buckets

    def cover(self, message: cose.Sign1, certificate: Certificate) -> bool:
        """Say whether the certificate in ``message`` is on the list."""
        return any(
            self._has(kind, digest)
            for kind, digest in hashes_of(message, certificate, self.buckets)
        )

    def __len__(self) -> int:
        every = (bucket for kind in self.buckets.values() for bucket in kind.values())
        return sum(map(len, every)) // HASH_BYTES

    def _has(self, kind: HashKind, digest: bytes) -> bool:
        bucket = self.buckets[kind].get(digest[0], b"")
        low, high = 0, len(bucket) // HASH_BYTES
        while low < high:
            middle = (low + high) // 2
            found = bucket[middle * HASH_BYTES : (middle + 1) * HASH_BYTES]
            if found == digest:
                return True
            low, high = (middle + 1, high) if found < digest else (low, middle)
        return False


def hashes_of(
    message: cose.Sign1, certificate: Certificate, kinds: Iterable[HashKind] = HashKind
) -> Iterable[tuple[HashKind, bytes]]:
    """Return the hashes by which a certificate can be revoked."""
    for kind in kinds:
        if kind is HashKind.SIGNATURE:
            half = message.algorithm == cose.ES256
            signature = message.signature
            yield kind, _digest(signature[: len(signature) // 2] if half else signature)
            continue
        country = "" if kind is HashKind.IDENTIFIER else certificate.issuer or ""
        for identifier in certificate.identifiers:
            yield kind, _digest((country + identifier).encode("utf-8", "surrogatepass"))


def in_buckets(revoked: Iterable[tuple[HashKind, bytes]]) -> Buckets:
    """Return hashes sorted into buckets, each once.

    Raises:
        ProtocolMisuse: A hash is not of 16 bytes.
    """
    sorted_in: dict[HashKind, dict[int, list[bytes]]] = {}
    for kind, digest in sorted(set(revoked)):
        if len(digest) != HASH_BYTES:
            raise ProtocolMisuse(f"a hash has {HASH_BYTES} bytes")
        sorted_in.setdefault(kind, {}).setdefault(digest[0], []).append(digest)
    return {
        kind: {first: b"".join(bucket) for first, bucket in buckets.items()}
        for kind, buckets in sorted_in.items()
    }


def encode_revocations(revocations: Revocations, signer: Signer) -> bytes:
    """Return a signed revocation list.

    Raises:
        ProtocolMisuse: Larger than a reader takes.
    """
    fields = {
        "v": 1,
        "serial": revocations.serial,
        "as_of": as_of_text(revocations.as_of),
        "hashes": {kind.value: dict(buckets) for kind, buckets in revocations.buckets.items()},
    }
    payload = cbor2.dumps(fields)
    if len(payload) > MAX_BYTES:
        raise ProtocolMisuse(f"a revocation list is at most {MAX_BYTES} bytes")
    return cose.sign(payload, signer.key, signer.kid, REVOCATION_LIST)


def decode_revocations(message: cose.Sign1) -> Revocations:
    """Return the list in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_revocation_list``.
    """
    if message.content_type != REVOCATION_LIST:
        raise WireError(_CODE, "signed as a message of another kind")
    if len(message.payload) > MAX_BYTES:
        raise WireError(_CODE, f"larger than {MAX_BYTES} bytes")
    fields = cbor.load_map(message.payload, _CODE)
    kinds = fields.get("hashes")
    if not isinstance(kinds, Mapping):
        raise WireError(_CODE, "the hashes must be a map")
    return Revocations(
        serial=read_serial(fields, _CODE),
        as_of=read_as_of(fields, _CODE),
        # A kind that a later version adds is of no use to a reader that cannot make its hashes.
        buckets={kind: _buckets(kinds[kind.value]) for kind in HashKind if kind.value in kinds},
    )


def _buckets(buckets: object) -> Mapping[int, bytes]:
    if not isinstance(buckets, Mapping):
        raise WireError(_CODE, "the buckets must be a map")
    return {_first_byte(first, bucket): bucket for first, bucket in buckets.items()}


def _first_byte(first: Any, bucket: object) -> int:  # noqa: ANN401 - a key of CBOR may be anything
    if not isinstance(bucket, bytes) or len(bucket) % HASH_BYTES:
        raise WireError(_CODE, f"a bucket must be hashes of {HASH_BYTES} bytes")
    digests = [bucket[start : start + HASH_BYTES] for start in range(0, len(bucket), HASH_BYTES)]
    # A list out of order would hide what is in it.
    if digests != sorted(set(digests)) or any(digest[0] != first for digest in digests):
        raise WireError(_CODE, "a bucket is not in order")
    return int(first)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:HASH_BYTES]

"""The messages on the wire: batch, hello and acknowledgement, each a COSE_Sign1 over CBOR.

A batch is signed end to end, so any path will do: broker, relay, USB stick. An acknowledgement is
cumulative and may arrive twice or late without harm.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from protocol import cbor, chain, cose
from protocol.errors import ProtocolMisuse, WireError
from protocol.identity import DeviceId, Epoch, device_id, epoch

VERSION = 1
MAX_BATCH_EVENTS = 100
MAX_BATCH_BYTES = 64 * 1024
BATCH = "application/tram-batch+cbor"
HELLO = "application/tram-hello+cbor"
ACK = "application/tram-ack+cbor"

# 2^53 keeps every number exact in JSON readers and inside a database's 64-bit column.
_MAX_WHOLE = (1 << 53) - 1
# No control characters: PostgreSQL takes no NUL in a text.
_TEXT = re.compile(r"[^\x00-\x1f\x7f]{0,200}\Z")


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and the id under which readers find its certificate."""

    key: ec.EllipticCurvePrivateKey
    kid: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of journal entries, ``first`` to ``last``, as their exact bytes.

    Attributes:
        prev: Hash of the entry before ``first``; of the genesis when ``first`` is 1.
        after_loss: The device no longer holds the entries right before ``first`` and never will:
            whoever lacks them must not wait for them.
    """

    device: DeviceId
    epoch: Epoch
    first: int
    prev: bytes
    events: tuple[bytes, ...]
    after_loss: bool = False

    @property
    def last(self) -> int:
        """Sequence number of the last entry."""
        return self.first + len(self.events) - 1

    def hashes(self) -> list[bytes]:
        """Return the chain hash of each entry."""
        return chain.links(self.prev, self.events)


@dataclass(frozen=True, slots=True)
class Hello:
    """What a device says first on every connection.

    Attributes:
        through: Highest sequence number that it knows to be acknowledged.
        last: Highest sequence number that it has written.
        head: Hash of the entry ``through``.
    """

    device: DeviceId
    epoch: Epoch
    through: int
    last: int
    head: bytes
    boot: str
    software: str


@dataclass(frozen=True, slots=True)
class Ack:
    """What the centre has committed of one journal.

    Attributes:
        through: Highest sequence number committed without a gap below it.
        head: Hash of that entry. A device that finds another hash in its journal alarms, takes the
            acknowledgement for that of a cloned card, and goes on sending from where it was.
        window: Batches that may be under way at once.
        now: The centre's clock, RFC 3339 in UTC.
    """

    device: DeviceId
    epoch: Epoch
    through: int
    head: bytes
    window: int
    now: str


def encode_batch(batch: Batch, signer: Signer) -> bytes:
    """Return a signed batch.

    Raises:
        ProtocolMisuse: Empty, or beyond the limits of a batch.
    """
    if not 1 <= len(batch.events) <= MAX_BATCH_EVENTS:
        raise ProtocolMisuse(f"a batch holds 1 to {MAX_BATCH_EVENTS} events")
    fields = {
        "v": VERSION,
        "device": batch.device,
        "epoch": batch.epoch,
        "first": batch.first,
        "prev": batch.prev,
        "events": list(batch.events),
    }
    if batch.after_loss:
        fields["after_loss"] = True
    message = _sign(fields, signer, BATCH)
    if len(message) > MAX_BATCH_BYTES:
        raise ProtocolMisuse(f"a batch is at most {MAX_BATCH_BYTES} bytes, not {len(message)}")
    return message


def encode_hello(hello: Hello, signer: Signer) -> bytes:
    """Return a signed hello."""
    fields = {
        "v": VERSION,
        "device": hello.device,
        "epoch": hello.epoch,
        "through": hello.through,
        "last": hello.last,
        "head": hello.head,
        "boot": hello.boot,
        "software": hello.software,
    }
    return _sign(fields, signer, HELLO)


def encode_ack(ack: Ack, signer: Signer) -> bytes:
    """Return a signed acknowledgement."""
    fields = {
        "v": VERSION,
        "device": ack.device,
        "epoch": ack.epoch,
        "through": ack.through,
        "head": ack.head,
        "window": ack.window,
        "now": ack.now,
    }
    return _sign(fields, signer, ACK)


def decode_batch(message: cose.Sign1) -> Batch:
    """Return the batch in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_batch``.
    """
    if len(message.payload) > MAX_BATCH_BYTES:
        raise WireError("bad_batch", f"larger than {MAX_BATCH_BYTES} bytes")
    fields = _fields(message, BATCH, "bad_batch")
    events = fields.get("events")
    if not isinstance(events, list) or not 1 <= len(events) <= MAX_BATCH_EVENTS:
        raise WireError("bad_batch", f"a batch holds 1 to {MAX_BATCH_EVENTS} events")
    if not all(isinstance(event_bytes, bytes) for event_bytes in events):
        raise WireError("bad_batch", "events must be byte strings")
    batch = Batch(
        device=_device(fields, "bad_batch"),
        epoch=_epoch(fields, "bad_batch"),
        first=_whole(fields, "first", 1, "bad_batch"),
        prev=_hash(fields, "prev", "bad_batch"),
        events=tuple(events),
        after_loss=fields.get("after_loss") is True,
    )
    if batch.last > _MAX_WHOLE:
        raise WireError("bad_batch", "the sequence numbers are out of range")
    return batch


def decode_hello(message: cose.Sign1) -> Hello:
    """Return the hello in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_hello``.
    """
    fields = _fields(message, HELLO, "bad_hello")
    return Hello(
        device=_device(fields, "bad_hello"),
        epoch=_epoch(fields, "bad_hello"),
        through=_whole(fields, "through", 0, "bad_hello"),
        last=_whole(fields, "last", 0, "bad_hello"),
        head=_hash(fields, "head", "bad_hello"),
        boot=_text(fields, "boot", "bad_hello"),
        software=_text(fields, "software", "bad_hello"),
    )


def decode_ack(message: cose.Sign1) -> Ack:
    """Return the acknowledgement in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_ack``.
    """
    fields = _fields(message, ACK, "bad_ack")
    return Ack(
        device=_device(fields, "bad_ack"),
        epoch=_epoch(fields, "bad_ack"),
        through=_whole(fields, "through", 0, "bad_ack"),
        head=_hash(fields, "head", "bad_ack"),
        window=_whole(fields, "window", 1, "bad_ack"),
        now=_text(fields, "now", "bad_ack"),
    )


def _sign(fields: dict[str, Any], signer: Signer, content_type: str) -> bytes:
    return cose.sign(cbor2.dumps(fields), signer.key, signer.kid, content_type)


def _fields(message: cose.Sign1, content_type: str, code: str) -> Mapping[str, Any]:
    if message.content_type != content_type:
        raise WireError(code, "signed as a message of another kind")
    fields = cbor.load_map(message.payload, code)
    # A later version adds fields and is read as version 1; a version that is no number is no message.
    _whole(fields, "v", 1, code)
    return fields


def _device(fields: Mapping[str, Any], code: str) -> DeviceId:
    return device_id(_text(fields, "device", code))


def _epoch(fields: Mapping[str, Any], code: str) -> Epoch:
    return epoch(_text(fields, "epoch", code))


def _text(fields: Mapping[str, Any], name: str, code: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not _TEXT.match(value):
        raise WireError(code, f"{name} must be a text of at most 200 visible characters")
    return value


def _whole(fields: Mapping[str, Any], name: str, least: int, code: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MAX_WHOLE:
        raise WireError(code, f"{name} must be a whole number of at least {least}")
    return value


def _hash(fields: Mapping[str, Any], name: str, code: str) -> bytes:
    value = fields.get(name)
    if not isinstance(value, bytes) or len(value) != 32:
        raise WireError(code, f"{name} must be 32 bytes")
    return value

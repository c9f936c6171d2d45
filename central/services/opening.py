"""Opens what devices send: whose is it, is it theirs, what does it hold; one bad message stops none.

A signature under a batch covers, by the hash chain, everything that its journal holds before it.
So of batches that continue one another only the last needs its signature checked.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from central.domain.deliveries import (
    Delivery,
    DeviceState,
    Greeting,
    Quarantined,
    RawEvent,
    Watermark,
)
from central.ports import KnownDevice, Registry
from central.services.inbox import Message
from protocol import cose, events, messages, topics
from protocol.errors import WireError
from protocol.identity import DeviceId, shard_of

MAX_STATE_BYTES: Final = 4 * 1024
# The same few topics come again and again; a refusal is not kept.
_parse_topic = lru_cache(maxsize=16_384)(topics.parse_up)


@dataclass(slots=True)
class Opened:
    """What a number of messages held."""

    deliveries: list[Delivery] = field(default_factory=list)
    greetings: list[Greeting] = field(default_factory=list)
    states: list[DeviceState] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)

    def set_aside(self, message: Message, reason: str) -> None:
        """Quarantine a message, whole up to the size that any honest one has."""
        # PostgreSQL keeps no NUL in a text.
        topic = message.topic.replace("\0", "\N{REPLACEMENT CHARACTER}")[:300]
        data = message.payload[: messages.MAX_BATCH_BYTES]
        self.quarantined.append(Quarantined(topic, reason, data))

    def devices(self) -> set[DeviceId]:
        """Return whose words these are."""
        said: list[Delivery | Greeting | DeviceState] = []
        said += [*self.deliveries, *self.greetings, *self.states]
        return {one.device for one in said}

    def without(self, shards: Collection[str]) -> "Opened":
        """Return the rest when ``shards`` are another's to store."""
        return Opened(
            [one for one in self.deliveries if shard_of(one.device) not in shards],
            [one for one in self.greetings if shard_of(one.device) not in shards],
            [one for one in self.states if shard_of(one.device) not in shards],
            self.quarantined,
        )


@dataclass(frozen=True, slots=True)
class _Claim:
    """A batch that reads well and whose signature is not checked yet."""

    message: Message
    signed: cose.Sign1
    sender: KnownDevice
    delivery: Delivery


class Opener:
    """Opens messages by the registry's certificates. One thread at a time."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._keys: dict[bytes, tuple[KnownDevice, cose.PublicKey]] = {}

    def open(self, arrived: Sequence[Message]) -> Opened:
        """Return what ``arrived`` held, in order; never raises on any bytes."""
        opened = Opened()
        claims: list[_Claim] = []
        for message in arrived:
            try:
                self._open_one(message, opened, claims)
            except WireError as error:
                opened.set_aside(message, error.code)
        for run in _runs(claims):
            self._prove(run, opened)
        return opened

    def _open_one(self, message: Message, opened: Opened, claims: list[_Claim]) -> None:
        topic = _parse_topic(message.topic)
        if len(message.payload) > messages.MAX_BATCH_BYTES:
            raise WireError("too_large", f"more than {messages.MAX_BATCH_BYTES} bytes")
        match topic.kind:
            case "state":
                opened.states.append(_state(topic, message))
            case "hello":
                opened.greetings.append(self._hello(topic, message))
            case "batch":
                claims.append(self._batch(topic, message))

    def _hello(self, topic: topics.UpTopic, message: Message) -> Greeting:
        signed = cose.parse(message.payload)
        sender = self._sender(topic, signed)
        cose.verify(signed, self._key(signed, sender))
        hello = messages.decode_hello(signed)
        _must_be(hello.device, sender)
        return Greeting(hello.device, hello.epoch, Watermark(hello.through, hello.head))

    def _batch(self, topic: topics.UpTopic, message: Message) -> _Claim:
        signed = cose.parse(message.payload)
        sender = self._sender(topic, signed)
        try:
            batch = messages.decode_batch(signed)
            _must_be(batch.device, sender)
        except WireError:
            # Say "badly made" of a device only when it was the device that made it.
            cose.verify(signed, self._key(signed, sender))
            raise
        return _Claim(message, signed, sender, _delivery(batch, sender))

    def _sender(self, topic: topics.UpTopic, signed: cose.Sign1) -> KnownDevice:
        sender = self._registry.find(signed.kid) if signed.kid is not None else None
        if sender is None:
            raise WireError("unknown_device", "no certificate in the registry has this key id")
        if sender.revoked:
            raise WireError("revoked_device", "the certificate was revoked")
        if sender.device != topic.device:
            raise WireError("wrong_topic", "signed by another device than the topic's")
        return sender

    def _key(self, signed: cose.Sign1, sender: KnownDevice) -> cose.PublicKey:
        kid = signed.kid or b""
        cached = self._keys.get(kid)
        if cached is not None and cached[0] is sender:
            return cached[1]
        key = sender.certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            raise WireError("bad_signature", "the certificate holds no key that can sign")
        self._keys[kid] = (sender, key)
        return key

    def _prove(self, run: Sequence[_Claim], opened: Opened) -> None:
        proven = 0
        for number in range(len(run), 0, -1):
            claim = run[number - 1]
            try:
                cose.verify(claim.signed, self._key(claim.signed, claim.sender))
            except WireError as error:
                opened.set_aside(claim.message, error.code)
            else:
                proven = number
                break
        opened.deliveries.extend(claim.delivery for claim in run[:proven])


def _must_be(device: DeviceId, sender: KnownDevice) -> None:
    if device != sender.device:
        raise WireError("wrong_device", "a message in the name of another device")


def _runs(claims: Iterable[_Claim]) -> list[list[_Claim]]:
    """Return the claims, those together of which each continues the one before.

    Runs keep the order of arrival within a journal, which is all that a store asks for.
    """
    runs: list[list[_Claim]] = []
    open_runs: dict[tuple[str, str], list[_Claim]] = {}
    for claim in claims:
        delivery = claim.delivery
        key = (delivery.device, delivery.epoch)
        run = open_runs.get(key)
        follows = run and run[-1].delivery.end == Watermark(delivery.first - 1, delivery.prev)
        # No link of the chain covers the words "after a loss": they need a signature of their own.
        if run and follows and not run[-1].delivery.after_loss:
            run.append(claim)
        else:
            open_runs[key] = [claim]
            runs.append(open_runs[key])
    return runs


def _delivery(batch: messages.Batch, sender: KnownDevice) -> Delivery:
    return Delivery(
        device=batch.device,
        site=sender.site,
        epoch=batch.epoch,
        first=batch.first,
        prev=batch.prev,
        events=tuple(
            RawEvent(seq, hash_, data, _problem(seq, data))
            for seq, (hash_, data) in enumerate(
                zip(batch.hashes(), batch.events, strict=True), batch.first
            )
        ),
        after_loss=batch.after_loss,
    )


def _problem(seq: int, data: bytes) -> str | None:
    """Return why an event cannot be read, or None; a type of a later version is no problem."""
    try:
        event = events.decode_event(data)
        events.decode_body(event)
    except WireError as error:
        return error.code
    return None if event.seq == seq else "wrong_seq"


def _state(topic: topics.UpTopic, message: Message) -> DeviceState:
    # Not signed: a will must be left with the broker beforehand. The broker's access rule binds the
    # topic to the device; nothing but a light on the dashboard hangs on it.
    if len(message.payload) > MAX_STATE_BYTES:
        raise WireError("too_large", f"a state of more than {MAX_STATE_BYTES} bytes")
    return DeviceState(topic.device, message.payload)

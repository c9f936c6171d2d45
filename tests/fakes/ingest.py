"""The ingest's ports in memory: a broker to speak through, a registry to be in, an ailing store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from factories.devices import AT, Card, identity

from central.domain.deliveries import Delivery, DeviceState, Greeting, Quarantined, Watermark
from central.ports import BrokerUnavailable, EventStore, KnownDevice, StoreUnavailable
from protocol import cose, messages, topics
from protocol.certificates import notice
from protocol.certificates.notice import ListsNotice
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack


class MemoryBroker:
    """Delivers what a test says and keeps what the centre publishes."""

    def __init__(self) -> None:
        self.published: list[tuple[str, bytes]] = []
        self.connected = False
        self.shards: frozenset[str] | None = None
        self._on_message: Callable[[str, bytes], None] | None = None
        self._on_closed: Callable[[str], None] | None = None

    def connect(
        self, on_message: Callable[[str, bytes], None], on_closed: Callable[[str], None]
    ) -> None:
        self._on_message, self._on_closed = on_message, on_closed
        self.connected = True

    def listen(self, shards: frozenset[str] | None) -> None:
        self.shards = shards

    def publish(self, topic: str, payload: bytes) -> None:
        if not self.connected:
            raise BrokerUnavailable("closed")
        self.published.append((topic, payload))

    def close(self) -> None:
        self.connected = False

    def deliver(self, topic: str, payload: bytes) -> None:
        assert self._on_message is not None
        shard = topic.split("/")[2:3]
        if self.shards is None or (shard and shard[0] in self.shards):
            self._on_message(topic, payload)

    def say(self, card: Card, kind: topics.Up, payload: bytes) -> None:
        self.deliver(topics.up(card.device, kind), payload)

    def drop(self) -> None:
        self.connected = False
        assert self._on_closed is not None
        self._on_closed("the cable was pulled")


class RefusingBroker(MemoryBroker):
    """Never answers."""

    def connect(self, *_: object) -> None:
        raise BrokerUnavailable("nobody answers")


@dataclass
class MemoryRegistry:
    """The registry of the cards that it is given."""

    devices: dict[bytes, KnownDevice] = field(default_factory=dict)

    @classmethod
    def of(cls, *cards: Card) -> "MemoryRegistry":
        return cls({card.signer.kid: card.known for card in cards})

    def find(self, kid: bytes) -> KnownDevice | None:
        return self.devices.get(kid)


@dataclass
class AilingStore:
    """A real store before which the database fails a number of times."""

    store: EventStore
    failures: int = 0
    greet_failures: int = 0

    def commit(
        self,
        deliveries: Sequence[Delivery],
        quarantined: Sequence[Quarantined],
        received_at: datetime,
        states: Sequence[DeviceState] = (),
    ) -> list[Watermark]:
        if self.failures > 0:
            self.failures -= 1
            raise StoreUnavailable("the database does not answer")
        return self.store.commit(deliveries, quarantined, received_at, states)

    def greet(self, greetings: Sequence[Greeting], received_at: datetime) -> list[Watermark]:
        if greetings and self.greet_failures > 0:
            self.greet_failures -= 1
            raise StoreUnavailable("the database does not answer")
        return self.store.greet(greetings, received_at)

    def watermark(self, device: DeviceId, epoch: Epoch) -> Watermark | None:
        return self.store.watermark(device, epoch)


class CentreSigner:
    """Signs with a centre's key of the tests' own."""

    def __init__(self) -> None:
        key, certificate = identity("centre")
        self._signer = messages.Signer(key, cose.thumbprint(certificate))

    def sign_ack(self, ack: Ack) -> bytes:
        return messages.encode_ack(ack, self._signer)

    def sign_lists_notice(self, newest: ListsNotice) -> bytes:
        return notice.encode_lists_notice(newest, self._signer)


def open_ack(message: bytes) -> Ack:
    """Return an acknowledgement whose signature is the centre's."""
    signed = cose.parse(message)
    key = identity("centre")[1].public_key()
    cose.verify(signed, key)  # type: ignore[arg-type]  # made on P-256
    return messages.decode_ack(signed)


class StoppedClock:
    """Always says the same."""

    def now(self) -> datetime:
        return AT

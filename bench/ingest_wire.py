"""MQTT 3.1.1 by hand over TLS: load for the broker that costs next to nothing itself.

Packets are made before the clock starts; a device publishes while fewer than ``window`` of its
messages are unanswered. What answers a message is the measurement's choice: the broker's PUBACK, or
an application's acknowledgement on the device's own topic.
"""

import selectors
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

CONNACK, PUBLISH, PUBACK, SUBACK = 0x20, 0x30, 0x40, 0x90
DISCONNECT = b"\xe0\0"
_CONNECT, _SUBSCRIBE = 0x10, 0x82
_CHUNK = 256 * 1024


def _length(count: int) -> bytes:
    out = bytearray()
    while True:
        count, digit = divmod(count, 128)
        out.append(digit | (0x80 if count else 0))
        if not count:
            return bytes(out)


def _text(text: str) -> bytes:
    return len(text.encode()).to_bytes(2, "big") + text.encode()


def publish_packet(topic: str, payload: bytes, number: int) -> bytes:
    """Return a QoS 1 PUBLISH."""
    body = _text(topic) + (number % 65_000 + 1).to_bytes(2, "big") + payload
    return bytes([PUBLISH | 2]) + _length(len(body)) + body


def told_once(topic: str, payload: bytes) -> bytes:
    """Return a QoS 0 PUBLISH."""
    body = _text(topic) + payload
    return bytes([PUBLISH]) + _length(len(body)) + body


def connect_packet(will: tuple[str, bytes] | None = None) -> bytes:
    """Return a CONNECT of a fresh session; ``will``, topic and words, is published with QoS 1.

    The client id is empty: our brokers take it from the certificate.
    """
    body = _text("MQTT") + bytes([4, 0x0E if will else 2, 0, 0]) + _text("")
    if will:
        topic, words = will
        body += _text(topic) + len(words).to_bytes(2, "big") + words
    return bytes([_CONNECT]) + _length(len(body)) + body


def subscribe_packet(listen: str) -> bytes:
    """Return a SUBSCRIBE with QoS 1."""
    body = b"\0\1" + _text(listen) + b"\1"
    return bytes([_SUBSCRIBE]) + _length(len(body)) + body


@dataclass
class Wire:
    """One TLS connection that speaks MQTT."""

    connection: ssl.SSLSocket
    incoming: bytearray = field(default_factory=bytearray)
    outgoing: bytearray = field(default_factory=bytearray)

    @classmethod
    def connect(cls, port: int, keys: Path, name: str, listen: str) -> "Wire":
        """Connect as ``name`` and subscribe to ``listen`` with QoS 1."""
        context = ssl.create_default_context(cafile=str(keys / "ca.crt"))
        context.load_cert_chain(keys / f"{name}.crt", keys / f"{name}.key")
        plain = socket.create_connection(("127.0.0.1", port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = cls(context.wrap_socket(plain, server_hostname="127.0.0.1"))
        wire.connection.sendall(connect_packet())
        wire._answer(CONNACK)
        wire.connection.sendall(subscribe_packet(listen))
        wire._answer(SUBACK)
        wire.connection.settimeout(0)
        return wire

    def _answer(self, kind: int) -> None:
        while not (packets := list(self._packets())):
            self.incoming += self.connection.recv(4096)
        if packets[0][0] != kind or packets[0][1][-1] not in (0, 1):
            raise RuntimeError(f"the broker refused: {packets[0]}")

    def receive(self) -> list[tuple[int, bytes]]:
        """Return the packets that have arrived."""
        try:
            while chunk := self.connection.recv(_CHUNK):
                self.incoming += chunk
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        return list(self._packets())

    def flush(self) -> None:
        """Send what the socket takes now."""
        try:
            while self.outgoing:
                sent = self.connection.send(self.outgoing[:_CHUNK])
                del self.outgoing[:sent]
        except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
            pass

    def _packets(self) -> Iterator[tuple[int, bytes]]:
        at, data = 0, self.incoming
        while len(data) - at >= 2:
            length, shift, head = 0, 0, at + 1
            while head < len(data) and data[head] & 0x80:
                length |= (data[head] & 0x7F) << shift
                shift, head = shift + 7, head + 1
            if head >= len(data):
                break
            length |= data[head] << shift
            head += 1
            if len(data) - head < length:
                break
            yield data[at], bytes(data[head : head + length])
            at = head + length
        del data[:at]


def split_publish(kind: int, body: bytes) -> tuple[bytes, bytes]:
    """Return packet id (empty for QoS 0) and payload of a PUBLISH."""
    at = 2 + int.from_bytes(body[:2], "big")
    if kind & 0x06:
        return body[at : at + 2], body[at + 2 :]
    return b"", body[at:]


@dataclass
class Sender:
    """A device that publishes its packets in a window."""

    wire: Wire
    packets: list[bytes]
    window: int
    answered_by: Callable[[bytes], int] | None
    sent: int = 0
    answered: int = 0

    def step(self) -> None:
        """Take answers, send what the window allows."""
        for kind, body in self.wire.receive():
            if kind & 0xF0 == PUBACK and self.answered_by is None:
                self.answered += 1
            elif kind & 0xF0 == PUBLISH and self.answered_by is not None:
                number, payload = split_publish(kind, body)
                if number:
                    self.wire.outgoing += bytes([PUBACK, 2]) + number
                self.answered = max(self.answered, self.answered_by(payload))
        free = min(len(self.packets), self.answered + self.window)
        if free > self.sent:
            self.wire.outgoing += b"".join(self.packets[self.sent : free])
            self.sent = free
        self.wire.flush()

    @property
    def done(self) -> bool:
        """Whether every packet was answered."""
        return self.answered >= len(self.packets)


def drive(senders: list[Sender], most_seconds: float) -> float:
    """Publish everything; return the seconds until the last answer."""
    with selectors.DefaultSelector() as selector:
        for sender in senders:
            selector.register(sender.wire.connection, selectors.EVENT_READ, sender)
        started = perf_counter()
        for sender in senders:
            sender.step()
        left = {id(sender) for sender in senders}
        while left:
            if perf_counter() - started > most_seconds:
                raise TimeoutError("not everything was answered")
            stuck = [s for s in senders if s.wire.outgoing]
            for key, _ in selector.select(0.001 if stuck else 1.0):
                key.data.step()
                if key.data.done:
                    left.discard(id(key.data))
            for sender in stuck:
                sender.wire.flush()
        return perf_counter() - started


def swallow(port: int, keys: Path, name: str, listen: str, ready: Callable[[], None]) -> None:
    """Subscribe and answer PUBACK to whatever comes, for ever: the cheapest consumer there is."""
    wire = Wire.connect(port, keys, name, listen)
    ready()
    with selectors.DefaultSelector() as selector:
        selector.register(wire.connection, selectors.EVENT_READ)
        while True:
            selector.select(1.0)
            for kind, body in wire.receive():
                if kind & 0xF0 == PUBLISH:
                    at = 2 + int.from_bytes(body[:2], "big")
                    wire.outgoing += bytes([PUBACK, 2]) + body[at : at + 2]
            wire.flush()

"""Devices that all come back at once: each opens TLS with its own certificate, speaks, and is answered."""

import selectors
import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bench.ingest_wire import CONNACK, DISCONNECT, PUBACK, PUBLISH, Wire, split_publish, told_once
from protocol import topics
from protocol.identity import DeviceId

AT_ONCE = 50
"""Devices between their first byte and the broker's CONNACK; more than a hundred wait in no queue."""
Step = tuple[bytes, int]
"""What a device sends, and the kind of packet that lets it go on."""


def context_of(keys: Path) -> ssl.SSLContext:
    """Return a device's side of TLS, as the edge has it."""
    context = ssl.create_default_context(cafile=str(keys / "ca.crt"))
    context.load_cert_chain(keys / "device.crt", keys / "device.key")
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


@dataclass(eq=False)
class Caller:
    """One device; ``steps`` are taken in turn, each when the one before was answered.

    Attributes:
        answer: What the last PUBLISH to this device held.
        seconds: From its first byte to its last answer, when it is done.
    """

    context: ssl.SSLContext
    steps: Sequence[Step]
    answer: bytes = b""
    seconds: float = 0.0
    greeted: bool = False
    done: bool = False
    _taken: int = -1
    _begun: float = 0.0
    _wire: Wire | None = field(default=None, repr=False)

    def open(self, port: int) -> ssl.SSLSocket:
        """Begin a connection; the handshake is made by ``step``."""
        self._begun, self._taken, self.greeted, self.done = perf_counter(), -1, False, False
        plain = socket.create_connection(("127.0.0.1", port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setblocking(False)  # noqa: FBT003 - the socket module's own form
        secure = self.context.wrap_socket(
            plain, server_hostname="127.0.0.1", do_handshake_on_connect=False
        )
        self._wire = Wire(secure)
        return secure

    def step(self) -> None:
        """Do what can be done now without waiting."""
        wire = self._wire
        assert wire is not None
        if self._taken < 0:
            try:
                wire.connection.do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            self._go_on(wire)
        for kind, body in wire.receive():
            self._hear(wire, kind, body)
        wire.flush()

    def close(self) -> None:
        """Leave as one does on purpose: the broker keeps the will to itself."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.outgoing += DISCONNECT
            with suppress(OSError):
                wire.flush()
            wire.connection.close()

    def _hear(self, wire: Wire, kind: int, body: bytes) -> None:
        kind &= 0xF0
        if kind == CONNACK:
            if body[-1] != 0:
                raise RuntimeError(f"the broker refused a device: {body!r}")
            self.greeted = True
        elif kind == PUBLISH:
            _, self.answer = split_publish(kind, body)
        if not self.done and kind == self.steps[self._taken][1]:
            self._go_on(wire)

    def _go_on(self, wire: Wire) -> None:
        self._taken += 1
        if self._taken == len(self.steps):
            self.done, self.seconds = True, perf_counter() - self._begun
        else:
            wire.outgoing += self.steps[self._taken][0]


def storm(callers: Sequence[Caller], port: int, most_seconds: float) -> float:
    """Let all of them come at once; return the seconds until the last one was answered.

    Raises:
        TimeoutError: Somebody was not answered.
    """
    try:
        with selectors.DefaultSelector() as selector:
            return _storm(callers, port, most_seconds, selector)
    finally:
        for caller in callers:
            caller.close()


def _storm(
    callers: Sequence[Caller], port: int, most_seconds: float, selector: selectors.BaseSelector
) -> float:
    outside, opening, left = deque(callers), 0, len(callers)
    begun = perf_counter()
    while left:
        while outside and opening < AT_ONCE:
            caller = outside.popleft()
            selector.register(caller.open(port), selectors.EVENT_READ, caller)
            caller.step()
            opening += 1
        for caller in _ready(selector):
            was_greeted, was_done = caller.greeted, caller.done
            caller.step()
            opening -= caller.greeted and not was_greeted
            left -= caller.done and not was_done
        if perf_counter() - begun > most_seconds:
            raise TimeoutError(f"{left} of {len(callers)} devices were not answered")
    return perf_counter() - begun


def _ready(selector: selectors.BaseSelector) -> Iterable[Caller]:
    return [key.data for key, _ in selector.select(0.5)]


def echo(port: int, keys: Path, kind: str, ready: Callable[[], None]) -> None:
    """Answer at once whatever comes on ``up/kind/``, for ever: the least that can be called a centre."""
    wire = Wire.connect(port, keys, "centre", f"{topics.ROOT}/+/+/up/{kind}/+")
    ready()
    with selectors.DefaultSelector() as selector:
        selector.register(wire.connection, selectors.EVENT_READ)
        while True:
            selector.select(1.0)
            for packet, body in wire.receive():
                if packet & 0xF0 == PUBLISH:
                    topic = body[2 : 2 + int.from_bytes(body[:2], "big")].decode()
                    number, _ = split_publish(packet, body)
                    answer = told_once(
                        topics.down(DeviceId(topics.speaker(topic)), "notice"), b"8 bytes."
                    )
                    wire.outgoing += bytes([PUBACK, 2]) + number + answer
            wire.flush()

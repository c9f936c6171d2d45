"""The broker by paho: MQTT 5 over TLS 1.3 with the centre's own certificate.

Paho's client is driven by one thread of our own: every call into it is made there, its end is the
connection's end, and whatever ends it is told once. (Paho's own thread dies silently on an
exception.) What the broker says is judged by reason codes.
"""

import selectors
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Final, cast

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from central.adapters.buffered_socket import BufferedSocket
from central.ports import BrokerUnavailable
from protocol import topics
from protocol.identity import SHARDS

_KEEPALIVE_SECONDS: Final = 30
_RECEIVE_MAXIMUM: Final = 65_535
_TICK_SECONDS: Final = 1.0
_READS_A_STEP: Final = 1000
_PAUSE_SECONDS: Final = 0.001


class PahoBroker:
    """See the port ``Broker``. One connection: make another for the next."""

    def __init__(
        self,
        host: str,
        port: int,
        keys_directory: Path,
        *,
        client_id: str = "centre",
        timeout_seconds: float = 10.0,
    ) -> None:
        """Prepare; nothing is opened before ``connect``.

        Args:
            keys_directory: Holds ``ca.crt``, ``centre.crt`` and ``centre.key``.
            timeout_seconds: For the connection, and again for the subscription.
        """
        self._address = (host, port)
        self._keys_directory = keys_directory
        self._client_id = client_id
        self._timeout_seconds = timeout_seconds
        self._granted = threading.Event()
        self._connected_once = False
        self._over = threading.Event()
        self._closing = threading.Event()
        self._telling = threading.Lock()
        self._reason = "the connection ended"
        self._wanted = _filters(None)
        self._subscribed_to: frozenset[str] = frozenset()
        self._outgoing: deque[tuple[str, bytes]] = deque()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_writer.settimeout(0)
        self._thread: threading.Thread | None = None
        self._on_message: Callable[[str, bytes], None] = _ignore
        self._on_closed: Callable[[str], None] | None = None

    def connect(
        self, on_message: Callable[[str, bytes], None], on_closed: Callable[[str], None]
    ) -> None:
        self._on_message = on_message
        client = self._client()
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
        properties.ReceiveMaximum = _RECEIVE_MAXIMUM
        try:
            client.tls_set_context(self._tls())
            client.connect(
                *self._address,
                keepalive=_KEEPALIVE_SECONDS,
                clean_start=True,
                properties=properties,
            )
        except (OSError, ValueError) as error:
            raise BrokerUnavailable(f"no broker answers: {error}") from error
        self._thread = threading.Thread(
            target=self._drive, args=(client,), name="broker", daemon=True
        )
        self._thread.start()
        self._wait_until_granted()
        with self._telling:
            if self._over.is_set():
                raise BrokerUnavailable(self._reason)
            # From here on the end is told; before, the exception tells it.
            self._on_closed = on_closed

    def listen(self, shards: frozenset[str] | None) -> None:
        with self._telling:
            self._wanted = _filters(shards)
        self._wake()

    def publish(self, topic: str, payload: bytes) -> None:
        if self._over.is_set() or not self._granted.is_set():
            raise BrokerUnavailable(self._reason)
        self._outgoing.append((topic, payload))
        self._wake()

    def close(self) -> None:
        with self._telling:
            self._on_closed = None
        self._closing.set()
        self._wake()
        if self._thread is not None:
            self._thread.join(self._timeout_seconds)
        self._over.set()
        self._wake_reader.close()
        self._wake_writer.close()

    def _client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = self._timeout_seconds
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_disconnect = self._disconnected
        client.on_message = self._received
        return client

    def _tls(self) -> ssl.SSLContext:
        folder = self._keys_directory
        context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        context.load_cert_chain(folder / "centre.crt", folder / "centre.key")
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.sslsocket_class = BufferedSocket
        return context

    def _wait_until_granted(self) -> None:
        # Set by the grant and, so that nobody waits for nothing, by the end.
        self._granted.wait(self._timeout_seconds)
        if self._over.is_set() or not self._granted.is_set():
            self.close()
            raise BrokerUnavailable(f"no subscription was granted: {self._reason}")

    def _wake(self) -> None:
        # Full means that a wake-up is waiting already; closed, that nobody is left to wake.
        with suppress(OSError):
            self._wake_writer.send(b"\0")

    # Below: the connection's own thread.

    def _drive(self, client: Client) -> None:
        wire = cast("BufferedSocket", client.socket())
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(wire, selectors.EVENT_READ)
                selector.register(self._wake_reader, selectors.EVENT_READ)
                while not self._closing.is_set() and self._step(client, wire, selector):
                    pass
                if client.socket() is not None:
                    client.disconnect()
        except OSError as error:
            self._reason = f"the connection ended: {error}"
        finally:
            wire.close()
            self._ended()

    def _step(self, client: Client, wire: BufferedSocket, selector: selectors.BaseSelector) -> bool:
        """Do what is due on the socket; return False when the connection is over."""
        if self._connected_once:
            self._listen(client)
        waiting = 0 if self._send(client, wire) else selectors.EVENT_WRITE
        selector.modify(wire, selectors.EVENT_READ | waiting)
        # What TLS has taken off the wire already wakes no selector.
        held = wire.pending() > 0
        ready = {key.fileobj for key, _ in selector.select(0 if held else _TICK_SECONDS)}
        if self._wake_reader in ready:
            self._wake_reader.recv(4096)
        if (held or wire in ready) and not _read(client, wire):
            return False
        return client.loop_misc() == MQTTErrorCode.MQTT_ERR_SUCCESS and client.socket() is not None

    def _listen(self, client: Client) -> None:
        wanted = self._wanted
        if more := sorted(wanted - self._subscribed_to):
            client.subscribe([(name, SubscribeOptions(qos=1)) for name in more])
        if less := sorted(self._subscribed_to - wanted):
            client.unsubscribe(less)
        self._subscribed_to = wanted

    def _send(self, client: Client, wire: BufferedSocket) -> bool:
        """Send what waits; return whether the network took all of it."""
        while self._outgoing:
            # QoS 0: a lost acknowledgement is asked for again, and a broker's word proves nothing.
            client.publish(*self._outgoing.popleft(), qos=0)
        if client.want_write():
            client.loop_write()
        return wire.flush()

    def _connected(
        self, client: Client, _data: object, _flags: object, code: ReasonCode, _props: object
    ) -> None:
        if code.is_failure:
            self._end(f"the broker refused: {code}")
            return
        if not self._wanted:
            self._granted.set()
        self._connected_once = True
        self._listen(client)

    def _subscribed(
        self, _client: Client, _data: object, _mid: int, codes: list[ReasonCode], _props: object
    ) -> None:
        if any(code.is_failure for code in codes):
            self._end(f"the broker refused the subscription: {codes[0]}")
            return
        self._granted.set()

    def _disconnected(
        self, _client: Client, _data: object, _flags: object, code: ReasonCode, _props: object
    ) -> None:
        if code.is_failure and not self._closing.is_set():
            self._reason = f"the connection ended: {code}"

    def _received(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(not UTF-8)"
        self._on_message(topic, bytes(message.payload))

    def _end(self, reason: str) -> None:
        self._reason = reason
        self._closing.set()

    def _ended(self) -> None:
        with self._telling:
            self._over.set()
            self._granted.set()
            told, self._on_closed = self._on_closed, None
        if told is not None:
            told(self._reason)


def _read(client: Client, wire: BufferedSocket) -> bool:
    """Take what has arrived; return False when the connection is over."""
    for _ in range(_READS_A_STEP):
        if client.loop_read() != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        if client.socket() is None:
            return False
        if wire.dry:
            break
    # Under load more arrives meanwhile: a thousand messages then cost a few rounds, not a thousand.
    sleep(_PAUSE_SECONDS)
    return True


def _filters(shards: frozenset[str] | None) -> frozenset[str]:
    if shards is None or len(shards) == SHARDS:
        return frozenset({topics.up_filter()})
    return frozenset(topics.up_filter(shard) for shard in shards)


def _ignore(_topic: str, _payload: bytes) -> None:
    pass

"""The link on MQTT 5: paho's client driven by one thread of our own.

Every call into paho is made by that thread, its end is the link's end, and whatever ends it is told
once. (paho's own thread dies silently on a callback's exception while ``is_connected()`` stays true.)
"""

import queue
import selectors
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, cast

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from edge.adapters.device_tls import device_context
from edge.ports import LinkUnavailable
from protocol import topics
from protocol.identity import DeviceId

_TICK_SECONDS = 1.0
_KEEPALIVE_SECONDS = 30


class PahoLink:
    """See the port."""

    def __init__(
        self,
        host: str,
        port: int,
        device: DeviceId,
        keys_directory: Path,
        *,
        will: bytes,
        trust_clock: bool = True,
        timeout_seconds: float = 10.0,
    ) -> None:
        """Prepare; nothing is opened before ``connect``.

        Args:
            keys_directory: Holds ``ca.crt``, ``device.crt`` and ``device.key``.
            will: What the broker publishes on ``up/state`` when this device vanishes.
            trust_clock: False where the device knows that its clock may be years off: then the
                broker's certificate is believed by its signature alone, without its dates.
            timeout_seconds: For the connection, and again for the subscription.
        """
        self._address = (host, port)
        self._device = device
        self._keys_directory = keys_directory
        self._trust_clock = trust_clock
        self._timeout_seconds = timeout_seconds
        self._will = will
        self._outgoing: queue.SimpleQueue[tuple[topics.Up, bytes]] = queue.SimpleQueue()
        self._granted = threading.Event()
        self._over = threading.Event()
        self._closing = threading.Event()
        self._reason = "the connection ended"
        try:
            self._wake_reader, self._wake_writer = socket.socketpair()
        except OSError as error:
            # The machine has no file handle left: the uplink tries again, the kiosk goes on.
            raise LinkUnavailable(f"cannot begin a connection: {error}") from error
        self._wake_writer.setblocking(False)  # noqa: FBT003 - the socket module's own form
        self._thread: threading.Thread | None = None
        self._on_ack: Callable[[bytes], None] = _ignore
        self._on_notice: Callable[[bytes], None] = _ignore
        self._on_closed: Callable[[str], None] = _ignore

    def connect(
        self,
        on_ack: Callable[[bytes], None],
        on_closed: Callable[[str], None],
        on_notice: Callable[[bytes], None] | None = None,
    ) -> None:
        self._on_ack = on_ack
        self._on_notice = on_notice or _ignore
        client = self._client()
        try:
            client.connect(*self._address, keepalive=_KEEPALIVE_SECONDS, clean_start=True)
        except (OSError, ValueError) as error:
            raise LinkUnavailable(f"no broker answers: {error}") from error
        cast("socket.socket", client.socket()).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(
            target=self._drive, args=(client,), name="link", daemon=True
        )
        self._thread.start()
        if not self._wait_until_granted():
            self.close()
            raise LinkUnavailable(f"the broker granted no subscription: {self._reason}")
        # From here on the end is told; before, the exception above tells it.
        self._on_closed = on_closed
        if self._over.is_set():
            raise LinkUnavailable(self._reason)

    def publish(self, kind: str, payload: bytes) -> None:
        if self._over.is_set() or not self._granted.is_set():
            raise LinkUnavailable(self._reason)
        self._outgoing.put((cast("topics.Up", kind), payload))
        self._wake()

    def close(self) -> None:
        self._closing.set()
        self._wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(self._timeout_seconds)
        if self._thread is None or not self._thread.is_alive():
            self._wake_reader.close()
            self._wake_writer.close()

    def _client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._device,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = self._timeout_seconds
        client.tls_set_context(self._tls())
        client.will_set(topics.up(self._device, "state"), self._will, qos=1)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_publish = self._published
        client.on_disconnect = self._disconnected
        client.on_message = self._received
        return client

    def _tls(self) -> ssl.SSLContext:
        try:
            return device_context(self._keys_directory, trust_clock=self._trust_clock)
        except OSError as error:
            raise LinkUnavailable(f"the device's keys cannot be used: {error}") from error

    def _wait_until_granted(self) -> bool:
        deadline = monotonic() + self._timeout_seconds
        while not self._over.is_set() and not self._closing.is_set() and monotonic() < deadline:
            if self._granted.wait(0.02):
                return True
        return self._granted.is_set()

    # Below: the link's own thread.

    def _drive(self, client: Client) -> None:
        try:
            while not self._closing.is_set() and self._step(client):
                pass
            self._say_goodbye(client)
        finally:
            self._over.set()
            self._on_closed(self._reason)

    def _step(self, client: Client) -> bool:
        """Do what is due on the socket; return False when the connection is over."""
        with selectors.DefaultSelector() as selector:
            wire = client.socket()
            if wire is None:
                return False
            waiting = selectors.EVENT_READ
            selector.register(
                wire, waiting | selectors.EVENT_WRITE if client.want_write() else waiting
            )
            selector.register(self._wake_reader, waiting)
            # Bytes that TLS has taken off the wire already wake no selector.
            pending = bool(wire.pending()) if isinstance(wire, ssl.SSLSocket) else False
            ready = {key.fileobj for key, _ in selector.select(0 if pending else _TICK_SECONDS)}
        if self._wake_reader in ready:
            self._wake_reader.recv(4096)
        results = []
        if pending or wire in ready:
            results.append(client.loop_read())
        self._send_waiting(client)
        if client.want_write():
            results.append(client.loop_write())
        results.append(client.loop_misc())
        return all(result in _GOING_ON for result in results)

    def _send_waiting(self, client: Client) -> None:
        with suppress(queue.Empty):
            while True:
                kind, payload = self._outgoing.get_nowait()
                client.publish(topics.up(self._device, kind), payload, qos=1)

    def _say_goodbye(self, client: Client) -> None:
        if client.socket() is None:
            return
        # Leaving on purpose is leaving all the same: let the broker publish the will.
        client.disconnect(ReasonCode(PacketTypes.DISCONNECT, "Disconnect with will message"))
        client.loop_write()

    def _wake(self) -> None:
        # Full means that a wake-up is waiting already; closed, that nobody is left to wake.
        with suppress(OSError):
            self._wake_writer.send(b"\0")

    def _connected(
        self, client: Client, _data: object, _flags: object, code: ReasonCode, _props: object
    ) -> None:
        if code.is_failure:
            self._end(f"the broker refused: {code}")
            return
        client.subscribe(topics.down_filter(self._device), qos=1)

    def _subscribed(
        self, _client: Client, _data: object, _mid: int, codes: list[ReasonCode], _props: object
    ) -> None:
        if any(code.is_failure for code in codes):
            self._end(f"the broker refused the subscription: {codes[0]}")
            return
        self._granted.set()

    def _published(
        self, _client: Client, _data: object, _mid: int, code: ReasonCode, _props: object
    ) -> None:
        # Success, and "no matching subscribers", prove nothing; a refusal will not heal by waiting.
        if code.is_failure:
            self._end(f"the broker refused a message: {code}")

    def _disconnected(
        self, _client: Client, _data: object, _flags: object, code: ReasonCode, _props: object
    ) -> None:
        if not self._closing.is_set():
            self._reason = f"the connection ended: {code}"

    def _received(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if message.topic == topics.down(self._device, "ack"):
            self._on_ack(bytes(message.payload))
        elif message.topic == topics.down(self._device, "notice"):
            self._on_notice(bytes(message.payload))

    def _end(self, reason: str) -> None:
        self._reason = reason
        self._closing.set()


_GOING_ON = (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_AGAIN)


def _ignore(_value: Any) -> None:  # noqa: ANN401 - takes what comes before anyone listens
    pass

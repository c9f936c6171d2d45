"""The broker by paho: MQTT 5 over TLS 1.3 with the centre's own certificate.

What is published and granted is judged by reason codes. The connection's end is told once, however
it ends: paho's own thread would otherwise die silently on an exception.
"""

import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from central.ports import BrokerUnavailable
from protocol import topics

_KEEPALIVE_SECONDS: Final = 30
_RECEIVE_MAXIMUM: Final = 65_535


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
        self._timeout_seconds = timeout_seconds
        self._granted = threading.Event()
        self._over = threading.Event()
        self._telling = threading.Lock()
        self._reason = "the connection ended"
        self._on_message: Callable[[str, bytes], None] = _ignore
        self._on_closed: Callable[[str], None] | None = None
        self._client = _EndingClient(client_id, self._ended)
        self._client.connect_timeout = timeout_seconds
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._received

    def connect(
        self, on_message: Callable[[str, bytes], None], on_closed: Callable[[str], None]
    ) -> None:
        self._on_message = on_message
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
        properties.ReceiveMaximum = _RECEIVE_MAXIMUM
        try:
            self._client.tls_set_context(self._tls())
            self._client.connect(
                *self._address,
                keepalive=_KEEPALIVE_SECONDS,
                clean_start=True,
                properties=properties,
            )
        except (OSError, ValueError) as error:
            raise BrokerUnavailable(f"no broker answers: {error}") from error
        self._client.loop_start()
        self._wait_until_granted()
        with self._telling:
            self._on_closed = on_closed
            if self._over.is_set():
                raise BrokerUnavailable(self._reason)

    def publish(self, topic: str, payload: bytes) -> None:
        if self._over.is_set() or not self._granted.is_set():
            raise BrokerUnavailable(self._reason)
        # QoS 0: a lost acknowledgement is asked for again, a broker's word about it proves nothing.
        sent = self._client.publish(topic, payload, qos=0)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BrokerUnavailable(f"not taken for sending: {sent.rc}")

    def close(self) -> None:
        with self._telling:
            self._on_closed = None
        self._client.disconnect()
        self._client.loop_stop()
        self._over.set()

    def _tls(self) -> ssl.SSLContext:
        folder = self._keys_directory
        context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        context.load_cert_chain(folder / "centre.crt", folder / "centre.key")
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.sslsocket_class = _ClosingSocket
        return context

    def _wait_until_granted(self) -> None:
        # Set by the grant and, so that nobody waits for nothing, by the end.
        self._granted.wait(self._timeout_seconds * 2)
        if self._over.is_set() or not self._granted.is_set():
            self.close()
            raise BrokerUnavailable(f"no subscription was granted: {self._reason}")

    # Below: paho's thread.

    def _connected(
        self, client: Client, _data: object, _flags: object, code: ReasonCode, _props: object
    ) -> None:
        if code.is_failure:
            self._reason = f"the broker refused: {code}"
            client.disconnect()
            return
        client.subscribe(topics.up_filter(), qos=1)

    def _subscribed(
        self, client: Client, _data: object, _mid: int, codes: list[ReasonCode], _props: object
    ) -> None:
        if any(code.is_failure for code in codes):
            self._reason = f"the broker refused the subscription: {codes[0]}"
            client.disconnect()
            return
        self._granted.set()

    def _disconnected(
        self, _client: Client, _data: object, _flags: object, code: ReasonCode, _props: object
    ) -> None:
        if code.is_failure:
            self._reason = f"the connection ended: {code}"

    def _received(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(not UTF-8)"
        self._on_message(topic, bytes(message.payload))

    def _ended(self) -> None:
        with self._telling:
            self._over.set()
            self._granted.set()
            told, self._on_closed = self._on_closed, None
        if told is not None:
            told(self._reason)


class _EndingClient(Client):
    """Paho's client, which says when its thread ends for whatever reason."""

    def __init__(self, client_id: str, ended: Callable[[], None]) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self._ended = ended

    def loop_forever(self, *args: Any, **kwargs: Any) -> MQTTErrorCode:  # noqa: ANN401 - paho's
        try:
            return super().loop_forever(*args, **kwargs)
        finally:
            self._ended()


class _ClosingSocket(ssl.SSLSocket):
    """Closes itself when the handshake fails, which paho leaves to the garbage collector."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the base's form
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _ignore(_topic: str, _payload: bytes) -> None:
    pass

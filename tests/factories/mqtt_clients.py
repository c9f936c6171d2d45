"""Plain MQTT 5 clients, as any machine on the network could run one, to try a broker with."""

import ssl
import threading
from contextlib import suppress
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

WAIT_SECONDS = 10.0


class Client:
    """One client; what the broker answered and what it was sent are lists."""

    def __init__(self, ca: Path, certificate: Path | None, client_id: str) -> None:
        self.received: list[str] = []
        self.answers: list[str] = []
        self._changed = threading.Condition()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, protocol=mqtt.MQTTv5)
        context = ssl.create_default_context(cafile=str(ca))
        if certificate is not None:
            context.load_cert_chain(str(certificate), str(certificate.with_suffix(".key")))
        self._client.tls_set_context(context)
        self._client.on_connect = lambda _c, _u, _f, code, _p: self._note(f"connect: {code}")
        self._client.on_subscribe = lambda _c, _u, _i, codes, _p: self._note(
            f"subscribe: {codes[0]}"
        )
        self._client.on_publish = lambda _c, _u, _i, code, _p: self._note(f"publish: {code}")
        self._client.on_disconnect = lambda _c, _u, _f, code, _p: self._note(f"disconnect: {code}")
        self._client.on_message = self._take

    def _note(self, answer: str) -> None:
        with self._changed:
            self.answers.append(answer)
            self._changed.notify_all()

    def _take(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        with self._changed:
            self.received.append(f"{message.topic} {message.payload.decode()}")
            self._changed.notify_all()

    def answer(self, start: str) -> str:
        """Wait for the broker's next answer of one kind, and take it."""

        def first() -> str | None:
            return next((text for text in self.answers if text.startswith(start)), None)

        with self._changed:
            text = self._changed.wait_for(first, WAIT_SECONDS)
            assert text, f"no {start} among {self.answers}"
            self.answers.remove(text)
        return text.removeprefix(f"{start}: ")

    def connect(self, port: int) -> str:
        self.start(port)
        return self.answer("connect")

    def start(self, port: int) -> None:
        """Begin to connect. In TLS 1.3 a server refuses a certificate after its client felt let in."""
        with suppress(OSError):
            self._client.connect("localhost", port, keepalive=30)
        self._client.loop_start()

    def subscribe(self, topic: str) -> str:
        self._client.subscribe(topic, qos=1)
        return self.answer("subscribe")

    def publish(self, topic: str, payload: str) -> str:
        self.send(topic, payload)
        return self.answer("publish")

    def send(self, topic: str, payload: str) -> None:
        self._client.publish(topic, payload, qos=1)

    def got(self, expected: list[str]) -> bool:
        """Wait until exactly these messages have come, in this order."""
        with self._changed:
            return self._changed.wait_for(lambda: self.received == expected, WAIT_SECONDS)

    def heard(self, message: str) -> bool:
        """Wait until this message has come at least once."""
        with self._changed:
            return self._changed.wait_for(lambda: message in self.received, WAIT_SECONDS)

    def close(self) -> None:
        with suppress(OSError):
            self._client.disconnect()
        self._client.loop_stop()

"""The far side of a link: a simulated exchange, or a real mosquitto with a listening centre."""

import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from factories.installations import provisioned
from factories.waiting import wait_until
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from edge.adapters.link_paho import PahoLink
from edge.ports import Link
from edge.simulated.link import SimulatedExchange
from protocol import topics
from protocol.identity import DeviceId
from provisioning.adapters.local_processes import LocalProcesses, free_ports
from provisioning.domain.local_site import Program

DEVICE = DeviceId("kiosk-0001")
WILL = b'{"boot": "boot-1", "online": false}'


class SimulatedFarSide:
    """The same handles on the simulated exchange."""

    def __init__(self) -> None:
        self.exchange = SimulatedExchange()

    @property
    def heard(self) -> list[tuple[str, bytes]]:
        return self.exchange.published

    def new_link(self) -> Link:
        return self.exchange.new_link()

    def say(self, message: bytes) -> None:
        self.exchange.deliver(message)

    def notify(self, message: bytes) -> None:
        self.exchange.notify(message)

    def go_away(self) -> None:
        self.exchange.refusing = "no broker answers"
        self.exchange.cut("the broker went away")

    def come_back(self) -> None:
        self.exchange.refusing = None


class MosquittoFarSide:
    """A real broker by what provisioning makes, and a centre's client that hears everything."""

    def __init__(self, directory: Path) -> None:
        self.port = free_ports(1)[0]
        self.keys_directory = directory / "devices" / DEVICE
        self.heard: list[tuple[str, bytes]] = []
        self.listener: Callable[[str, bytes], None] = lambda _kind, _payload: None
        self._directory = directory
        self._processes = LocalProcesses(directory / "logs")
        provisioned(directory, DEVICE, "kiosk-0002", broker_port=self.port)
        self.come_back()

    def new_link(self, *, device: str = DEVICE, trust_clock: bool = True) -> PahoLink:
        return PahoLink(
            "127.0.0.1",
            self.port,
            DEVICE,
            self._directory / "devices" / device,
            will=WILL,
            trust_clock=trust_clock,
            timeout_seconds=5,
        )

    def say(self, message: bytes) -> None:
        self._centre.publish(topics.down(DEVICE, "ack"), message, qos=1)

    def notify(self, message: bytes) -> None:
        self._centre.publish(topics.down(DEVICE, "notice"), message, qos=1)

    def start_broker(self) -> None:
        """Start the broker alone."""
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        configuration = self._directory / "broker" / "mosquitto.conf"
        broker = Program("broker", (program, "-c", str(configuration)), (self.port,))
        self._processes.start(broker)
        self._processes.wait_ready(broker, 10)

    def come_back(self) -> None:
        """Start the broker, and the centre's client with it."""
        self.start_broker()
        self._centre = Client(
            CallbackAPIVersion.VERSION2, client_id="centre", protocol=MQTTProtocolVersion.MQTTv5
        )
        centre = self._directory / "centre"
        tls = ssl.create_default_context(cafile=str(centre / "ca.crt"))
        tls.load_cert_chain(centre / "centre.crt", centre / "centre.key")
        self._centre.tls_set_context(tls)
        self._centre.on_message = self._hear
        granted: list[object] = []
        self._centre.on_subscribe = lambda *_: granted.append(True)
        self._centre.on_connect = lambda client, *_: client.subscribe(topics.up_filter(), qos=1)
        self._centre.connect("127.0.0.1", self.port)
        self._centre.loop_start()
        wait_until(lambda: granted)

    def go_away(self) -> None:
        """Kill the broker without a word."""
        self._centre.disconnect()
        self._centre.loop_stop()
        self._processes.kill("broker")

    def end(self) -> None:
        if self._processes.running("broker"):
            self.go_away()

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        kind = topics.parse_up(message.topic).kind
        self.heard.append((kind, bytes(message.payload)))
        self.listener(kind, bytes(message.payload))


@contextmanager
def mosquitto_far_side(directory: Path) -> Iterator[MosquittoFarSide]:
    """Yield a running broker; end it afterwards."""
    far_side = MosquittoFarSide(directory)
    try:
        yield far_side
    finally:
        far_side.end()

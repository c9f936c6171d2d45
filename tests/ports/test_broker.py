"""The port ``Broker``: in memory always, by paho through a real mosquitto with -m system."""

import ssl
from contextlib import contextmanager

import pytest
from factories.brokers import MosquittoServer
from factories.waiting import wait_until
from fakes.ingest import MemoryBroker
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from central.adapters.broker_paho import PahoBroker
from central.ports import BrokerUnavailable
from protocol import topics
from protocol.identity import DeviceId

KIOSK = DeviceId("kiosk-0001")
OTHER = DeviceId("kiosk-0002")


class MemoryRoom:
    """A device's side of a broker in memory."""

    def __init__(self):
        self.centre = MemoryBroker()

    def device_says(self, topic, payload):
        self.centre.deliver(topic, payload)

    def heard_by_device(self):
        return self.centre.published

    def end(self):
        self.centre.drop()


class MosquittoRoom:
    """A device's side of a real broker."""

    def __init__(self, server):
        self.server = server
        self.centre = PahoBroker("127.0.0.1", server.port, server.provisioned / "centre")
        self._heard = []
        self._client = None

    def _device(self):
        if self._client is None:
            self._client = connected_device(self.server, KIOSK, self._heard)
        return self._client

    def device_says(self, topic, payload):
        self._device().publish(topic, payload, qos=1).wait_for_publish(10)

    def heard_by_device(self):
        return self._heard

    def listen(self):
        self._device()

    def end(self):
        self.server.stop()

    def close(self):
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()


def connected_device(server, device, heard):
    client = Client(
        CallbackAPIVersion.VERSION2, client_id=device, protocol=MQTTProtocolVersion.MQTTv5
    )
    folder = server.provisioned / "devices" / device
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(folder / "device.crt", folder / "device.key")
    client.tls_set_context(context)
    granted = []
    client.on_connect = lambda c, *_: c.subscribe(topics.down_filter(device), qos=1)
    client.on_subscribe = lambda *_: granted.append(True)
    client.on_message = lambda _c, _d, m: heard.append((m.topic, m.payload))
    client.connect("127.0.0.1", server.port)
    client.loop_start()
    wait_until(lambda: granted)
    return client


@contextmanager
def memory_room(_tmp_path):
    yield MemoryRoom()


@contextmanager
def mosquitto_room(tmp_path):
    with MosquittoServer.running(tmp_path, KIOSK, OTHER) as server:
        room = MosquittoRoom(server)
        try:
            yield room
        finally:
            room.centre.close()
            room.close()


@pytest.fixture(
    params=["memory", pytest.param("mosquitto", marks=pytest.mark.system)],
)
def room(request, tmp_path):
    rooms = {"memory": memory_room, "mosquitto": mosquitto_room}
    with rooms[request.param](tmp_path) as room:
        yield room


def test_what_a_device_says_reaches_the_centre_with_its_topic(room):
    heard = []
    room.centre.connect(lambda topic, payload: heard.append((topic, payload)), lambda _: None)

    room.device_says(topics.up(KIOSK, "batch"), b"\x00\xff")

    wait_until(lambda: heard)
    assert heard == [(topics.up(KIOSK, "batch"), b"\x00\xff")]


def test_what_the_centre_publishes_reaches_the_device(room):
    room.centre.connect(lambda *_: None, lambda _: None)
    getattr(room, "listen", lambda: None)()

    room.centre.publish(topics.down(KIOSK, "ack"), b"ack")

    wait_until(room.heard_by_device)
    assert room.heard_by_device() == [(topics.down(KIOSK, "ack"), b"ack")]


def test_the_end_of_the_connection_is_told_once_and_publishing_then_fails(room):
    ends = []
    room.centre.connect(lambda *_: None, ends.append)

    room.end()

    wait_until(lambda: ends)
    with pytest.raises(BrokerUnavailable):
        room.centre.publish(topics.down(KIOSK, "ack"), b"ack")
    room.centre.close()
    assert len(ends) == 1


def test_closing_twice_is_harmless_and_is_no_news(room):
    ends = []
    room.centre.connect(lambda *_: None, ends.append)

    room.centre.close()
    room.centre.close()

    assert ends == []


@pytest.mark.system
def test_no_broker_is_unavailable_at_once(tmp_path):
    with MosquittoServer.running(tmp_path) as server:
        server.stop()
        broker = PahoBroker("127.0.0.1", server.port, server.provisioned / "centre")

        with pytest.raises(BrokerUnavailable):
            broker.connect(lambda *_: None, lambda _: None)
        broker.close()


@pytest.mark.system
def test_a_broker_of_another_authority_is_not_believed(tmp_path):
    with (
        MosquittoServer.running(tmp_path / "ours") as ours,
        MosquittoServer.running(tmp_path / "theirs") as theirs,
    ):
        broker = PahoBroker("127.0.0.1", theirs.port, ours.provisioned / "centre")

        with pytest.raises(BrokerUnavailable, match="certificate"):
            broker.connect(lambda *_: None, lambda _: None)
        broker.close()


@pytest.mark.system
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_receiver_that_raises_ends_the_connection_aloud(tmp_path):
    ends = []

    def stumble(_topic, _payload):
        raise ValueError("our own bug")

    with MosquittoServer.running(tmp_path, KIOSK) as server:
        room = MosquittoRoom(server)
        room.centre.connect(stumble, ends.append)
        room.device_says(topics.up(KIOSK, "batch"), b"x")
        wait_until(lambda: ends)
        room.centre.close()
        room.close()

    assert len(ends) == 1


@pytest.mark.system
def test_no_device_can_speak_in_the_name_of_another(tmp_path):
    heard = []
    with MosquittoServer.running(tmp_path, KIOSK, OTHER) as server:
        room = MosquittoRoom(server)
        room.centre.connect(lambda _, payload: heard.append(payload), lambda _: None)
        room.device_says(topics.up(OTHER, "batch"), b"forged")
        room.device_says(topics.up(KIOSK, "batch"), b"own")
        wait_until(lambda: heard)
        room.centre.close()
        room.close()

    assert heard == [b"own"]

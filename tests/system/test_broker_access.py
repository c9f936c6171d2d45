"""Who may say and hear what, tried on a real mosquitto with the provisioned files.

A broker answers a forbidden subscription with "granted", so only what is delivered counts.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from factories.brokers import MosquittoServer
from factories.installations import provisioned
from factories.mqtt_clients import Client
from factories.waiting import wait_until

from protocol import topics
from protocol.identity import DeviceId
from provisioning.bootstrap import open_provisioner

pytestmark = pytest.mark.system

ONE, TWO = DeviceId("kiosk-0001"), DeviceId("kiosk-0002")
Connect = Callable[..., Client]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoServer]:
    with MosquittoServer.running(tmp_path / "site", ONE, TWO) as running:
        yield running


@pytest.fixture
def client(broker: MosquittoServer) -> Iterator[Connect]:
    clients: list[Client] = []

    def build(certificate: str | None, client_id: str = "", root: Path | None = None) -> Client:
        path = None if certificate is None else (root or broker.provisioned) / certificate
        clients.append(Client(broker.provisioned / "ca/ca.crt", path, client_id))
        return clients[-1]

    yield build
    for each in clients:
        each.close()


def device(name: str) -> str:
    return f"devices/{name}/device.crt"


def log_says(broker: MosquittoServer, words: str) -> None:
    log = broker.provisioned.parent / "mosquitto.log"
    wait_until(lambda: words in log.read_text(errors="replace"))


def test_a_device_and_the_centre_hear_each_other(broker: MosquittoServer, client: Connect) -> None:
    kiosk, centre = client(device(ONE)), client("centre/centre.crt")
    assert (kiosk.connect(broker.port), centre.connect(broker.port)) == ("Success", "Success")
    kiosk.subscribe(topics.down_filter(ONE))
    centre.subscribe(topics.up_filter())

    assert kiosk.publish(topics.up(ONE, "batch"), "events") == "Success"
    assert centre.publish(topics.down(ONE, "ack"), "taken") == "Success"

    assert centre.got([f"{topics.up(ONE, 'batch')} events"])
    assert kiosk.got([f"{topics.down(ONE, 'ack')} taken"])


def test_without_a_certificate_nobody_connects(broker: MosquittoServer, client: Connect) -> None:
    stranger = client(None)

    stranger.start(broker.port)

    log_says(broker, "peer did not return a certificate")
    assert "connect: Success" not in stranger.answers


def test_a_certificate_of_another_authority_is_refused(
    broker: MosquittoServer, client: Connect, tmp_path: Path
) -> None:
    provisioned(tmp_path / "theirs", ONE)
    stranger = client(device(ONE), root=tmp_path / "theirs")

    stranger.start(broker.port)

    log_says(broker, "certificate verify failed")
    assert "connect: Success" not in stranger.answers


@pytest.mark.parametrize("certificate", ["broker/server.crt", "centre/ack.crt"])
def test_a_certificate_that_is_not_for_clients_is_refused(
    broker: MosquittoServer, client: Connect, certificate: str
) -> None:
    stranger = client(certificate)

    stranger.start(broker.port)

    log_says(broker, "certificate verify failed")
    assert "connect: Success" not in stranger.answers


def test_a_device_cannot_speak_as_another(broker: MosquittoServer, client: Connect) -> None:
    thief, centre = client(device(TWO)), client("centre/centre.crt")
    thief.connect(broker.port)
    centre.connect(broker.port)
    centre.subscribe(topics.up_filter())

    assert thief.publish(topics.up(ONE, "batch"), "forged") == "Not authorized"
    assert thief.publish(topics.up(TWO, "batch"), "own") == "Success"

    assert centre.got([f"{topics.up(TWO, 'batch')} own"])


def test_a_device_cannot_acknowledge_itself(broker: MosquittoServer, client: Connect) -> None:
    thief = client(device(ONE))
    thief.connect(broker.port)

    assert thief.publish(topics.down(ONE, "ack"), "forged") == "Not authorized"


def test_a_device_hears_nothing_of_others(broker: MosquittoServer, client: Connect) -> None:
    thief, kiosk, centre = client(device(TWO)), client(device(ONE)), client("centre/centre.crt")
    for each in (thief, kiosk, centre):
        assert each.connect(broker.port) == "Success"
    for wide in ("#", "tram/#", topics.up_filter(), topics.down_filter(ONE), "$SYS/#"):
        thief.subscribe(wide)

    kiosk.publish(topics.up(ONE, "batch"), "secret")
    centre.publish(topics.down(ONE, "ack"), "secret")
    centre.publish(topics.down(TWO, "ack"), "mine")

    # The broker keeps the order of what it delivers: had it sent a secret, it would be first.
    assert thief.heard(f"{topics.down(TWO, 'ack')} mine")
    assert set(thief.received) == {f"{topics.down(TWO, 'ack')} mine"}


def test_the_client_id_is_that_of_the_certificate(broker: MosquittoServer, client: Connect) -> None:
    kiosk, thief = client(device(ONE)), client(device(TWO), client_id=ONE)
    kiosk.connect(broker.port)

    assert thief.connect(broker.port) == "Success"

    # Had the thief taken the kiosk's client id, the broker would have thrown the kiosk off.
    kiosk.subscribe(topics.down_filter(ONE))
    assert not [answer for answer in kiosk.answers if answer.startswith("disconnect")]
    log_says(broker, f"as {TWO} ")


def test_a_revoked_device_loses_its_rights_when_the_broker_reads_the_rules_again(
    broker: MosquittoServer, client: Connect
) -> None:
    kiosk, other, centre = client(device(ONE)), client(device(TWO)), client("centre/centre.crt")
    for each in (kiosk, other, centre):
        each.connect(broker.port)
    kiosk.subscribe(topics.down_filter(ONE))
    centre.subscribe(topics.up_filter())
    open_provisioner(broker.provisioned).revoke_device(ONE)

    broker.reload()
    log_says(broker, "Reloading config")

    assert kiosk.publish(topics.up(ONE, "batch"), "late") == "Not authorized"
    assert other.publish(topics.up(TWO, "batch"), "own") == "Success"
    assert centre.got([f"{topics.up(TWO, 'batch')} own"])


def test_a_message_larger_than_a_batch_goes_no_further(
    broker: MosquittoServer, client: Connect
) -> None:
    kiosk, centre = client(device(ONE)), client("centre/centre.crt")
    kiosk.connect(broker.port)
    centre.connect(broker.port)
    centre.subscribe(topics.up_filter())

    largest = "x" * 65536
    assert kiosk.publish(topics.up(ONE, "batch"), largest) == "Success"
    kiosk.send(topics.up(ONE, "batch"), largest + "x")
    assert kiosk.answer("disconnect") in {"Protocol error", "Packet too large"}

    assert centre.got([f"{topics.up(ONE, 'batch')} {largest}"])

"""What the port ``Link`` promises, over the simulated exchange and over a real mosquitto."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories.broker import WILL, MosquittoFarSide, SimulatedFarSide, mosquitto_far_side
from factories.waiting import wait_until

from edge.ports import LinkUnavailable

FarSide = SimulatedFarSide | MosquittoFarSide


class Listener:
    """Remembers what a link told."""

    def __init__(self) -> None:
        self.acks: list[bytes] = []
        self.closed: list[str] = []


@pytest.fixture(params=["simulated", pytest.param("mosquitto", marks=pytest.mark.system)])
def far_side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FarSide]:
    if request.param == "simulated":
        yield SimulatedFarSide()
        return
    with mosquitto_far_side(tmp_path) as real:
        yield real


@pytest.fixture
def listener() -> Listener:
    return Listener()


def test_what_is_published_arrives_under_its_kind(far_side: FarSide, listener: Listener) -> None:
    link = far_side.new_link()
    link.connect(listener.acks.append, listener.closed.append)

    link.publish("hello", b"who we are")
    link.publish("batch", b"\x00" * 60_000)

    wait_until(lambda: len(far_side.heard) == 2)
    link.close()
    assert far_side.heard[:2] == [("hello", b"who we are"), ("batch", b"\x00" * 60_000)]


def test_the_centres_word_is_handed_over(far_side: FarSide, listener: Listener) -> None:
    link = far_side.new_link()
    link.connect(listener.acks.append, listener.closed.append)

    far_side.say(b"first")
    far_side.say(b"second")

    wait_until(lambda: len(listener.acks) == 2)
    link.close()
    assert listener.acks == [b"first", b"second"]


def test_a_notice_is_handed_over_apart_and_may_find_nobody_who_listens(
    far_side: FarSide, listener: Listener
) -> None:
    deaf = far_side.new_link()
    deaf.connect(listener.acks.append, listener.closed.append)
    far_side.notify(b"unheard")
    far_side.say(b"an acknowledgement")
    wait_until(lambda: listener.acks)
    deaf.close()
    notices: list[bytes] = []
    link = far_side.new_link()
    link.connect(listener.acks.append, listener.closed.append, notices.append)

    far_side.notify(b"new lists")

    wait_until(lambda: notices)
    link.close()
    assert (notices, listener.acks) == ([b"new lists"], [b"an acknowledgement"])


def test_without_a_broker_connecting_fails_at_once(far_side: FarSide, listener: Listener) -> None:
    far_side.go_away()
    link = far_side.new_link()

    with pytest.raises(LinkUnavailable, match="no broker answers"):
        link.connect(listener.acks.append, listener.closed.append)

    link.close()


def test_the_end_of_a_connection_is_told_once(far_side: FarSide, listener: Listener) -> None:
    link = far_side.new_link()
    link.connect(listener.acks.append, listener.closed.append)

    far_side.go_away()

    wait_until(lambda: listener.closed)
    with pytest.raises(LinkUnavailable):
        link.publish("batch", b"too late")
    link.close()
    link.close()
    assert len(listener.closed) == 1


def test_after_the_broker_came_back_a_fresh_link_connects(
    far_side: FarSide, listener: Listener
) -> None:
    first = far_side.new_link()
    first.connect(listener.acks.append, listener.closed.append)
    far_side.go_away()
    wait_until(lambda: listener.closed)
    first.close()
    far_side.come_back()

    second = far_side.new_link()
    second.connect(listener.acks.append, listener.closed.append)
    second.publish("hello", b"again")

    wait_until(lambda: ("hello", b"again") in far_side.heard)
    second.close()


def test_publishing_before_the_connection_is_refused(far_side: FarSide) -> None:
    link = far_side.new_link()

    with pytest.raises(LinkUnavailable):
        link.publish("batch", b"too early")

    link.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoFarSide]:
    with mosquitto_far_side(tmp_path) as real:
        yield real


@pytest.mark.system
def test_the_will_is_published_when_the_link_is_closed(
    broker: MosquittoFarSide, listener: Listener
) -> None:
    link = broker.new_link()
    link.connect(listener.acks.append, listener.closed.append)

    link.close()

    wait_until(lambda: broker.heard == [("state", WILL)])


@pytest.mark.system
def test_another_devices_certificate_may_not_speak_for_this_one(
    broker: MosquittoFarSide, listener: Listener
) -> None:
    link = broker.new_link(device="kiosk-0002")
    link.connect(listener.acks.append, listener.closed.append)

    link.publish("batch", b"in another's name")

    wait_until(lambda: listener.closed)
    link.close()
    assert "Not authorized" in listener.closed[0]
    assert broker.heard == [] or broker.heard == [("state", WILL)]


@pytest.mark.system
def test_a_mistake_in_whoever_listens_ends_the_link_and_is_told(
    broker: MosquittoFarSide, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes: list[object] = []
    monkeypatch.setattr("threading.excepthook", crashes.append)

    def broken(_message: bytes) -> None:
        raise RuntimeError("a mistake of ours")

    link = broker.new_link()
    link.connect(broken, listener.closed.append)

    broker.say(b"anything")

    wait_until(lambda: listener.closed)
    link.close()
    assert len(crashes) == 1

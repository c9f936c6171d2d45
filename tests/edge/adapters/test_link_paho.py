"""What only the real link meets: a silent broker, a stranger's broker, wrong dates, a lost device."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from factories.broker import WILL, MosquittoFarSide, mosquitto_far_side
from factories.installations import provisioned

from edge.adapters.link_paho import PahoLink
from edge.ports import LinkUnavailable
from protocol import cose
from protocol.identity import DeviceId

# paho leaves the socket of a failed handshake to the interpreter, which closes it at once.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")


@pytest.fixture
def keys_directory(tmp_path: Path) -> Path:
    provisioned(tmp_path, "kiosk-0001")
    return tmp_path / "devices/kiosk-0001"


def link_to(port: int, keys_directory: Path) -> PahoLink:
    return PahoLink(
        "127.0.0.1",
        port,
        DeviceId("kiosk-0001"),
        keys_directory,
        will=WILL,
        timeout_seconds=0.2,
    )


def test_a_broker_that_never_answers_is_left_in_time(keys_directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        link = link_to(silent.getsockname()[1], keys_directory)

        with pytest.raises(LinkUnavailable, match="no broker answers"):
            link.connect(lambda _: None, lambda _: None)

        link.close()


def test_keys_that_are_gone_make_the_link_unavailable(keys_directory: Path) -> None:
    (keys_directory / "device.key").unlink()
    link = link_to(1, keys_directory)

    with pytest.raises(LinkUnavailable, match="keys cannot be used"):
        link.connect(lambda _: None, lambda _: None)

    link.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoFarSide]:
    with mosquitto_far_side(tmp_path / "broker") as real:
        yield real


@pytest.mark.system
def test_a_strangers_broker_is_refused(broker: MosquittoFarSide, keys_directory: Path) -> None:
    link = link_to(broker.port, keys_directory)

    with pytest.raises(LinkUnavailable, match="certificate verify failed"):
        link.connect(lambda _: None, lambda _: None)

    link.close()


def outdate(directory: Path) -> None:
    """Sign the broker's certificate anew, with dates that are over."""
    root = cose.load_certificate((directory / "ca/ca.crt").read_bytes())
    root_key = cose.load_signing_key((directory / "ca/ca.key").read_bytes())
    path = directory / "broker/server.crt"
    old = cose.load_certificate(path.read_bytes())
    end = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - a certificate's dates are real ones
    builder = x509.CertificateBuilder(
        issuer_name=root.subject,
        subject_name=old.subject,
        public_key=old.public_key(),
        serial_number=old.serial_number,
        not_valid_before=end - timedelta(days=30),
        not_valid_after=end,
        extensions=list(old.extensions),
    )
    path.write_bytes(builder.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM))


@pytest.mark.system
def test_the_dates_of_the_brokers_certificate_count_only_for_a_clock_that_is_right(
    tmp_path: Path,
) -> None:
    with mosquitto_far_side(tmp_path / "broker") as broker:
        broker.go_away()
        outdate(tmp_path / "broker")
        broker.start_broker()
        believing, doubting = broker.new_link(), broker.new_link(trust_clock=False)

        with pytest.raises(LinkUnavailable, match="expired"):
            believing.connect(lambda _: None, lambda _: None)
        doubting.connect(lambda _: None, lambda _: None)

        believing.close()
        doubting.close()

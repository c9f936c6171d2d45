"""The command that names a hub: what is signed is believed, and nothing else."""

from datetime import UTC, datetime, timedelta

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from protocol import cose
from protocol.errors import WireError
from protocol.hub_command import HUB_COMMAND, HubCommand, encode_hub_command, open_hub_command
from protocol.identity import DeviceId, SiteId
from protocol.messages import Signer

KEY = ec.generate_private_key(ec.SECP256R1())
SITE = "phuoc-dinh"
COMMAND = HubCommand(SiteId(SITE), DeviceId("hub-0002"), 3, "2026-11-22T08:00:00Z")


def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "registry")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(KEY.public_key()).serial_number(1)
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=9))
    return builder.sign(KEY, hashes.SHA256())


CERTIFICATE = certificate()
SIGNER = Signer(KEY, cose.thumbprint(CERTIFICATE))


def signed(content_type: str = HUB_COMMAND, **changes: object) -> bytes:
    told = {"v": 1, "site": SITE, "device": "hub-0002", "serial": 3, "issued_at": "now"} | changes
    return cose.sign(cbor2.dumps(told), KEY, SIGNER.kid, content_type)


def test_what_is_encoded_is_read() -> None:
    assert open_hub_command(encode_hub_command(COMMAND, SIGNER), CERTIFICATE, SITE) == COMMAND


def test_a_command_of_another_key_is_not_believed() -> None:
    other = Signer(ec.generate_private_key(ec.SECP256R1()), SIGNER.kid)

    with pytest.raises(WireError, match="bad_signature"):
        open_hub_command(encode_hub_command(COMMAND, other), CERTIFICATE, SITE)


def test_a_command_for_another_site_is_refused() -> None:
    with pytest.raises(WireError, match="not for bac-ai"):
        open_hub_command(encode_hub_command(COMMAND, SIGNER), CERTIFICATE, "bac-ai")


@pytest.mark.parametrize(
    "message",
    [
        signed("application/tram-registry+cbor"),
        signed(site=7),
        signed(device=None),
        signed(issued_at=7),
        signed(serial="3"),
        signed(serial=True),
        signed(serial=0),
        signed(serial=1 << 60),
        signed(site=" "),
        signed(device="HUB"),
        signed(note="x" * 2_048),
        b"",
        b"TRAM",
    ],
)
def test_what_is_no_command_is_refused(message: bytes) -> None:
    with pytest.raises(WireError):
        open_hub_command(message, CERTIFICATE, SITE)

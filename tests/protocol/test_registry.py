"""The signed registry: what goes in comes out, and nothing else comes out."""

from datetime import UTC, datetime, timedelta

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from protocol import cose
from protocol.errors import WireError
from protocol.identity import DeviceId, SiteId
from protocol.messages import Signer
from protocol.registry import (
    REGISTRY,
    DeviceStatus,
    RegisteredDevice,
    decode_registry,
    encode_registry,
    open_registry,
)

KEY = ec.generate_private_key(ec.SECP256R1())


def certificate_for(key) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "registry")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=9))
    return builder.sign(
        key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    )


CERTIFICATE = certificate_for(KEY)
SIGNER = Signer(KEY, cose.thumbprint(CERTIFICATE))
ENTRY = {"device": "kiosk-0001", "site": "phuoc-dinh", "certificate": b"der", "status": "active"}


def signed(fields: object, content_type: str = REGISTRY) -> bytes:
    return cose.sign(cbor2.dumps(fields), KEY, SIGNER.kid, content_type)


def fields(**changes: object) -> dict[str, object]:
    return {
        "v": 1,
        "serial": 1,
        "issued_at": "2026-11-22T08:00:00Z",
        "devices": [ENTRY],
    } | changes


def test_what_is_encoded_is_decoded() -> None:
    devices = [
        RegisteredDevice(DeviceId("kiosk-0001"), SiteId("phuoc-dinh"), b"one"),
        RegisteredDevice(
            DeviceId("kiosk-0002"), SiteId("bac-ai"), b"two", status=DeviceStatus.REVOKED
        ),
    ]

    message = encode_registry(devices, SIGNER, serial=7, issued_at="2026-11-22T08:00:00Z")

    assert decode_registry(message, CERTIFICATE) == devices
    assert open_registry(message, CERTIFICATE).serial == 7
    assert open_registry(message, CERTIFICATE).issued_at == "2026-11-22T08:00:00Z"


def test_the_names_of_sites_travel_with_the_devices_and_an_earlier_version_has_none() -> None:
    names = {"phuoc-dinh": "Trạm y tế xã Phước Dinh"}
    message = encode_registry([], SIGNER, serial=1, issued_at="2026-11-22T08:00:00Z", sites=names)

    assert open_registry(message, CERTIFICATE).sites == names
    assert open_registry(signed(fields()), CERTIFICATE).sites == {}


def test_a_registry_signed_by_another_key_is_refused() -> None:
    other = certificate_for(ec.generate_private_key(ec.SECP256R1()))
    message = encode_registry([], SIGNER, serial=1, issued_at="2026-11-22T08:00:00Z")

    with pytest.raises(WireError, match="bad_signature"):
        decode_registry(message, other)


def test_a_registry_is_refused_when_its_certificate_cannot_sign_cose() -> None:
    other = certificate_for(ed25519.Ed25519PrivateKey.generate())
    message = encode_registry([], SIGNER, serial=1, issued_at="2026-11-22T08:00:00Z")

    with pytest.raises(WireError, match="bad_signature"):
        decode_registry(message, other)


def test_one_changed_bit_is_refused() -> None:
    message = encode_registry([], SIGNER, serial=1, issued_at="2026-11-22T08:00:00Z")
    changed = message.replace(b"2026-11-22", b"2027-11-22")

    with pytest.raises(WireError, match="bad_signature"):
        decode_registry(changed, CERTIFICATE)


def test_a_message_of_another_kind_is_no_registry() -> None:
    with pytest.raises(WireError, match="another kind"):
        decode_registry(signed(fields(), "application/tram-ack+cbor"), CERTIFICATE)


def test_a_status_of_a_later_version_is_not_trusted() -> None:
    message = signed(fields(devices=[ENTRY | {"status": "on-loan"}]))

    assert decode_registry(message, CERTIFICATE)[0].status is DeviceStatus.REVOKED


def test_fields_of_a_later_version_are_passed_over() -> None:
    message = signed(fields(colour="red", devices=[ENTRY | {"model": "4B"}]))

    assert [entry.device for entry in decode_registry(message, CERTIFICATE)] == ["kiosk-0001"]


@pytest.mark.parametrize(
    "hostile",
    [
        [],
        fields(serial=0),
        fields(serial=True),
        fields(serial="1"),
        fields(issued_at=1),
        fields(devices={}),
        fields(sites=["phuoc-dinh"]),
        fields(sites={"phuoc-dinh": 5}),
        fields(devices=["kiosk-0001"]),
        fields(devices=[ENTRY | {"site": 5}]),
        fields(devices=[ENTRY | {"certificate": "der"}]),
    ],
)
def test_a_signed_payload_of_another_shape_is_refused(hostile: object) -> None:
    with pytest.raises(WireError, match="bad_registry"):
        decode_registry(signed(hostile), CERTIFICATE)


def test_a_signed_payload_that_is_no_cbor_is_refused() -> None:
    message = cose.sign(b"\x82\x01", KEY, SIGNER.kid, REGISTRY)

    with pytest.raises(WireError, match="not CBOR"):
        decode_registry(message, CERTIFICATE)


def test_a_device_id_outside_its_grammar_is_refused() -> None:
    with pytest.raises(WireError, match="bad_device_id"):
        decode_registry(signed(fields(devices=[ENTRY | {"device": "kiosk/#"}])), CERTIFICATE)


@pytest.mark.parametrize("hostile", [b"", b"\xff", b"{}", b"\xd2\x80"])
def test_bytes_that_are_no_signature_are_refused(hostile: bytes) -> None:
    with pytest.raises(WireError, match="bad_cose"):
        decode_registry(hostile, CERTIFICATE)

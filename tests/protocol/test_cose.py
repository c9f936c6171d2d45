"""COSE_Sign1: what was signed verifies, nothing else does, and no bytes make another error."""

from datetime import UTC, datetime, timedelta

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from factories.wire import DEVICE_KEY, OTHER_KEY
from hypothesis import example, given
from hypothesis import strategies as st

from protocol import cose
from protocol.errors import WireError

KID = b"kid"
KIND = "application/test"
PUBLIC = DEVICE_KEY.public_key()
MESSAGE = cose.sign(b"payload", DEVICE_KEY, KID, KIND)
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def parts(message: bytes = MESSAGE) -> list[object]:
    return list(cbor2.loads(message).value)


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def refused(message: bytes, code: str, key=PUBLIC) -> None:
    with pytest.raises(WireError) as caught:
        cose.verify(cose.parse(message), key)
    assert caught.value.code == code


def test_what_was_signed_is_read_and_verified():
    signed = cose.parse(MESSAGE)

    cose.verify(signed, PUBLIC)
    assert (signed.payload, signed.kid, signed.content_type) == (b"payload", KID, KIND)
    assert signed.algorithm == cose.ES256


def test_key_id_and_content_type_are_protected():
    protected, unprotected, *_ = parts()

    assert cbor2.loads(protected) == {1: cose.ES256, 3: KIND, 4: KID}
    assert unprotected == {}


@pytest.mark.parametrize("tags", [0, 1, 2])
def test_untagged_tagged_and_twice_tagged_messages_are_read(tags):
    value: object = parts()
    for _ in range(tags):
        value = cbor2.CBORTag(18, value)

    cose.verify(cose.parse(cbor2.dumps(value)), PUBLIC)


def test_algorithm_and_key_id_are_found_in_the_unprotected_header_too():
    to_be_signed = cbor2.dumps(["Signature1", b"", b"", b"payload"])
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
    signature = RSA_KEY.sign(to_be_signed, pss, hashes.SHA256())
    message = cbor2.dumps([b"", {1: cose.PS256, 4: KID}, b"payload", signature])

    signed = cose.parse(message)

    cose.verify(signed, RSA_KEY.public_key())
    assert (signed.kid, signed.content_type) == (KID, None)


def test_a_content_type_that_is_not_protected_counts_for_nothing():
    protected = cbor2.dumps({1: cose.ES256})

    signed = cose.parse(cbor2.dumps([protected, {3: KIND}, b"payload", bytes(64)]))

    assert signed.content_type is None


@pytest.mark.parametrize("place", [0, 2, 3])
def test_one_changed_byte_in_header_payload_or_signature_is_refused(place):
    changed = parts()
    part = bytearray(changed[place])
    part[-1] ^= 1
    changed[place] = bytes(part)

    refused(cbor2.dumps(changed), "bad_signature")


def test_another_key_is_refused():
    refused(MESSAGE, "bad_signature", OTHER_KEY.public_key())


def test_a_key_of_another_kind_is_refused():
    refused(MESSAGE, "bad_signature", RSA_KEY.public_key())


@pytest.mark.parametrize(
    "signature", [b"", bytes(64), b"\xff" * 64, b"\x01" * 63, b"\x01" * 65, b"\x30" * 72]
)
def test_a_signature_that_is_none_is_refused(signature):
    refused(cbor2.dumps([*parts()[:3], signature]), "bad_signature")


def test_a_true_signature_written_in_65_bytes_is_refused():
    signature = parts()[3]
    padded = signature[:32] + b"\x00" + signature[32:]

    refused(cbor2.dumps([*parts()[:3], padded]), "bad_signature")


def test_an_rsa_message_with_a_wrong_signature_is_refused():
    protected = cbor2.dumps({1: cose.PS256})

    refused(
        cbor2.dumps([protected, {}, b"payload", bytes(256)]),
        "bad_signature",
        RSA_KEY.public_key(),
    )


@pytest.mark.parametrize("algorithm", [None, "ES256", -35, 0])
def test_an_algorithm_that_is_not_ours_is_refused(algorithm):
    protected = cbor2.dumps({1: algorithm})

    refused(cbor2.dumps([protected, {}, b"payload", bytes(64)]), "bad_signature")


def test_a_key_id_that_is_no_byte_string_is_none():
    assert cose.parse(cbor2.dumps([b"", {4: "text"}, b"", b""])).kid is None


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff",
        MESSAGE[:-1],
        cbor2.dumps("text"),
        cbor2.dumps([b"", {}, b""]),
        cbor2.dumps([b"", {}, b"", b"", b""]),
        cbor2.dumps(["", {}, b"", b""]),
        cbor2.dumps([b"", {}, None, b""]),
        cbor2.dumps([b"", [], b"", b""]),
        cbor2.dumps([cbor2.dumps([]), {}, b"", b""]),
        cbor2.dumps([b"\xff", {}, b"", b""]),
        cbor2.dumps([cbor2.dumps({1: cose.ES256, 2: [99], 99: 1}), {}, b"", b""]),
        cbor2.dumps(cbor2.CBORTag(18, cbor2.CBORTag(18, cbor2.CBORTag(18, parts())))),
        b"\x81" * 100_000,
    ],
)
def test_what_is_no_message_is_refused(message):
    refused(message, "bad_cose")


@pytest.mark.parametrize(
    "text",
    [
        "d81cd2d81d00",  # a tag that holds itself
        "d81c81d81d00",  # an array that holds itself
        "a1a1010203",  # a map as a key of a map
        "a1810102",  # an array as a key of a map
        "c5821a3b9aca0001",  # a big float beyond all floats
        "d81e820100",  # a fraction over nothing
        "c11b7fffffffffffffff",  # a time beyond the calendar
        "d82361 28",  # a broken regular expression
        "9b7fffffffffffffff",  # an array longer than any memory
        "5b7fffffffffffffff",
        "bf01",
    ],
)
def test_cbor_made_to_hurt_is_refused(text):
    refused(bytes.fromhex(text), "bad_cose")


HEADERS = st.dictionaries(
    st.integers(-5, 300),
    st.one_of(st.none(), st.integers(), st.binary(max_size=8), st.text(max_size=8)),
    max_size=4,
)


@given(st.binary(max_size=200))
@example(MESSAGE)
def test_any_bytes_are_a_message_or_a_wire_error(data):
    check_any(data)


@given(st.integers(0, 30), st.binary(max_size=60), st.integers(0, 5))
def test_any_tag_is_a_message_or_a_wire_error(tag, data, depth):
    value: object = data
    for level in range(depth):
        value = cbor2.CBORTag((tag + level * 7) % 41, [value, level])
    check_any(cbor2.dumps(cbor2.CBORTag(tag, value)))
    check_any(b"\xd8" + bytes([tag]) + data)


@given(st.integers(0, 200), st.binary(max_size=4), st.integers(0, 6))
def test_any_damaged_message_is_a_wire_error_or_unchanged_in_what_is_signed(start, instead, length):
    damaged = MESSAGE[:start] + instead + MESSAGE[start + length :]

    if check_any(damaged):
        assert cose.parse(damaged).payload == b"payload"


@given(HEADERS, HEADERS, st.binary(max_size=80))
def test_any_headers_are_read(protected, unprotected, signature):
    check_any(cbor2.dumps([cbor2.dumps(protected), unprotected, b"payload", signature]))


def check_any(data: bytes) -> bool:
    try:
        cose.verify(cose.parse(data), PUBLIC)
    except WireError:
        return False
    return True


def test_the_thumbprint_is_the_sha_256_of_the_certificate():
    certificate = make_certificate()
    der = certificate.public_bytes(serialization.Encoding.DER)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)

    assert cose.thumbprint(certificate) == digest.finalize()


def test_certificates_and_keys_are_loaded_from_pem():
    certificate = make_certificate()
    text = certificate.public_bytes(serialization.Encoding.PEM)

    assert cose.load_certificate(text) == certificate
    loaded = cose.load_signing_key(pem(DEVICE_KEY))
    assert loaded.private_numbers() == DEVICE_KEY.private_numbers()


@pytest.mark.parametrize("data", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n", pem(DEVICE_KEY)])
def test_a_certificate_that_is_none_is_refused(data):
    with pytest.raises(WireError, match="bad_certificate"):
        cose.load_certificate(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        pem(RSA_KEY),
        pem(ec.generate_private_key(ec.SECP384R1())),
        DEVICE_KEY.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        ),
    ],
)
def test_a_key_that_cannot_sign_batches_is_refused(data):
    with pytest.raises(WireError, match="bad_key"):
        cose.load_signing_key(data)


def make_certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kiosk-0001")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(PUBLIC).serial_number(1)
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=9))
    return builder.sign(DEVICE_KEY, hashes.SHA256())

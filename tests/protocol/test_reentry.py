"""The QR of a slip: what a kiosk signed is read and verified anywhere, and nothing else is."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import cbor2
import pytest
import segno
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from factories.devices import certificate_for
from factories.wire import DEVICE, DEVICE_KEY, OTHER_KEY
from hypothesis import given
from hypothesis import strategies as st

from protocol import cose
from protocol.errors import ProtocolMisuse, WireError
from protocol.identity import DeviceId
from protocol.messages import Signer
from protocol.reentry import MOST_CHARACTERS, PREFIX, REENTRY, Reentry, decode, encode

GOLDEN = Path(__file__).parent / "golden" / "v1" / "reentry.json"
CERTIFICATE = certificate_for(DEVICE, DEVICE_KEY)
SIGNER = Signer(DEVICE_KEY, cose.thumbprint(CERTIFICATE))
STATE = Reentry(
    device=DEVICE,
    ticket="A012",
    visit="019aa000-0000-7000-8000-0000000000aa",
    stage="Bàn đón tiếp",
    at=1_795_309_323,
)
FIELDS = {1: "kiosk-0001", 2: "A012", 3: bytes(16), 4: "Bàn đón tiếp", 5: 1}
tickets = st.from_regex(r"[A-Z]{1,2}[0-9]{3,4}", fullmatch=True)


def signed(fields: object, *, content_type: str = REENTRY, kid: bytes = SIGNER.kid[:8]) -> str:
    message = cose.sign(cbor2.dumps(fields), DEVICE_KEY, kid, content_type)
    return PREFIX + base64.b32encode(message).decode().rstrip("=")


def refused(text: str, code: str = "bad_reentry") -> None:
    with pytest.raises(WireError) as caught:
        decode(text)
    assert caught.value.code == code


def test_what_a_kiosk_signed_is_read_and_verified_by_its_certificate():
    found = decode(encode(STATE, SIGNER))

    found.verify(CERTIFICATE)
    assert found.state == STATE


def test_the_slip_of_version_1_is_read_for_ever():
    stored = json.loads(GOLDEN.read_text(encoding="utf-8"))

    found = decode(stored["text"])

    found.verify(x509.load_pem_x509_certificate(stored["certificate"].encode()))
    assert found.state == STATE


@given(
    ticket=tickets,
    visit=st.uuids(),
    stage=st.text(max_size=60),
    at=st.integers(0, 1 << 40 - 1),
    clock_ok=st.booleans(),
)
def test_every_state_goes_round_and_fits_a_small_qr(ticket, visit, stage, at, clock_ok):
    state = Reentry(DeviceId("k" * 32), ticket, str(visit), stage, at, clock_ok)

    text = encode(state, SIGNER)

    read = decode(text).state
    assert replace(read, stage="") == replace(state, stage="")
    assert state.stage.startswith(read.stage)
    assert len(text) <= MOST_CHARACTERS
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:")


def test_the_largest_state_is_a_qr_of_version_12_at_most():
    largest = replace(
        STATE, device=DeviceId("k" * 32), ticket="AB9999", stage="Ộ" * 60, clock_ok=False
    )

    code = segno.make(encode(largest, SIGNER), error="m", micro=False, boost_error=False)

    assert code.version <= 12
    assert code.mode == "alphanumeric"


def test_a_usual_state_is_a_qr_of_version_10_at_most():
    assert segno.make(encode(STATE, SIGNER), error="m", boost_error=False).version <= 10


def test_another_devices_certificate_verifies_nothing():
    with pytest.raises(WireError) as caught:
        decode(encode(STATE, SIGNER)).verify(certificate_for("kiosk-0002", DEVICE_KEY))
    assert caught.value.code == "bad_reentry"


def test_a_key_that_the_device_does_not_have_verifies_nothing():
    forged = encode(STATE, Signer(OTHER_KEY, SIGNER.kid))

    with pytest.raises(WireError) as caught:
        decode(forged).verify(CERTIFICATE)
    assert caught.value.code == "bad_signature"


def test_an_older_certificate_of_the_device_is_told_from_its_new_one():
    with pytest.raises(WireError) as caught:
        decode(encode(STATE, SIGNER)).verify(certificate_for(DEVICE, OTHER_KEY))
    assert caught.value.code == "bad_reentry"


def test_a_certificate_of_a_kind_that_signs_no_slip_verifies_nothing():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = certificate_for(DEVICE, key)
    text = encode(STATE, Signer(DEVICE_KEY, cose.thumbprint(certificate)))

    with pytest.raises(WireError) as caught:
        decode(text).verify(certificate)
    assert caught.value.code == "bad_signature"


@pytest.mark.parametrize("place", range(len(PREFIX), 250, 9))
def test_one_letter_changed_is_never_believed(place):
    text = encode(STATE, SIGNER)
    other = "A" if text[place] != "A" else "B"
    changed = text[:place] + other + text[place + 1 :]

    with pytest.raises(WireError):
        decode(changed).verify(CERTIFICATE)


@pytest.mark.parametrize(
    "changes",
    [
        {1: 7},
        {1: None},
        {2: ""},
        {6: 0},
        {6: None},
        {2: "A" * 13},
        {2: "A 1"},
        {2: 12},
        {3: b"short"},
        {3: "text"},
        {4: "x" * 81},
        {4: 4},
        {5: -1},
        {5: 1 << 40},
        {5: True},
        {5: "now"},
    ],
)
def test_a_state_that_holds_something_else_is_refused(changes):
    refused(signed(FIELDS | changes))


def test_a_device_name_that_is_none_is_refused():
    refused(signed(FIELDS | {1: "Kiosk 1"}), "bad_device_id")


def test_fields_of_a_later_version_are_passed_over():
    assert decode(signed(FIELDS | {7: "new", "x": [1]})).state.ticket == "A012"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A012",
        "TRAM1:",
        "HC1:NCFOXN",
        "TRAM1:Ộ",
        "TRAM1:1",
        "TRAM1:" + "A" * 5000,
        "https://example.com",
    ],
)
def test_what_is_no_slip_is_refused(text):
    with pytest.raises(WireError):
        decode(text)


def test_a_message_of_another_kind_is_refused():
    refused(signed(FIELDS, content_type="application/tram-batch+cbor"))


def test_a_payload_that_is_no_map_is_refused():
    refused(signed([1, 2]))


def test_a_message_without_a_key_id_is_refused():
    protected = cbor2.dumps({1: cose.ES256, 3: REENTRY})
    message = cbor2.dumps([protected, {}, cbor2.dumps(FIELDS), bytes(64)])
    refused(PREFIX + base64.b32encode(message).decode().rstrip("="))


@given(st.binary(max_size=250))
def test_no_bytes_make_another_error(data):
    with pytest.raises(WireError):
        decode(PREFIX + base64.b32encode(data).decode().rstrip("="))


@given(st.text(max_size=400))
def test_no_text_makes_another_error(text):
    with pytest.raises(WireError):
        decode(PREFIX + text)


@pytest.mark.parametrize(
    "changes", [{"visit": "no uuid"}, {"visit": "aa"}, {"ticket": ""}, {"at": -1}]
)
def test_our_own_mistakes_crash(changes):
    with pytest.raises(ProtocolMisuse):
        encode(replace(STATE, **changes), SIGNER)

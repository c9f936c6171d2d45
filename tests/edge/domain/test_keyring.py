"""What a device signs, seals and believes."""

import pytest

from edge.ports import Position
from edge.simulated.keys import SimulatedKeys
from protocol import cose, sealing
from protocol.errors import WireError
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack, Signer, decode_batch, decode_hello, encode_ack

DEVICE = DeviceId("kiosk-0001")
EPOCH = Epoch("0a" * 16)
HASH = b"\x07" * 32


@pytest.fixture
def keys() -> SimulatedKeys:
    return SimulatedKeys(DEVICE)


def word(signer: Signer, device: DeviceId = DEVICE) -> bytes:
    return encode_ack(Ack(device, EPOCH, 3, HASH, 2, "2021-12-01T01:00:00Z"), signer)


def test_a_batch_is_signed_by_the_device(keys: SimulatedKeys) -> None:
    signed = cose.parse(keys.sign_batch(EPOCH, 4, HASH, [b"one", b"two"]))

    cose.verify(signed, keys.signer.key.public_key())
    batch = decode_batch(signed)
    assert (batch.device, batch.first, batch.events) == (DEVICE, 4, (b"one", b"two"))


def test_a_hello_says_how_far_and_by_which_software(keys: SimulatedKeys) -> None:
    message = keys.sign_hello(Position(EPOCH, last=9, head=b"", acked=4), HASH, "boot-1")

    hello = decode_hello(cose.parse(message))
    assert (hello.through, hello.last, hello.head) == (4, 9, HASH)
    assert (hello.boot, hello.software) == ("boot-1", "simulated")


def test_the_centres_word_is_believed(keys: SimulatedKeys) -> None:
    assert keys.open_ack(word(keys.centre)).through == 3


@pytest.mark.parametrize("code", ["unknown_kid", "bad_signature", "not_ours", "bad_ack"])
def test_another_word_is_not(keys: SimulatedKeys, code: str) -> None:
    stranger = SimulatedKeys(DEVICE).centre.key
    messages = {
        "unknown_kid": word(Signer(keys.centre.key, b"somebody")),
        "bad_signature": word(Signer(stranger, keys.centre.kid)),
        "not_ours": word(keys.centre, DeviceId("kiosk-0002")),
        "bad_ack": cose.sign(b"\xa0", keys.centre.key, keys.centre.kid, "text/plain"),
    }

    with pytest.raises(WireError) as refusal:
        keys.open_ack(messages[code])

    assert refusal.value.code == code


def test_what_is_sealed_opens_at_the_centre_and_at_the_site(keys: SimulatedKeys) -> None:
    sealed = keys.seal(b"who it is", "event-1")

    assert sealing.unseal(sealed, "event-1", keys.centre_seal) == b"who it is"
    assert sealing.unseal(sealed, "event-1", keys.site_seal) == b"who it is"


def test_the_matching_key_of_a_number_is_the_days(keys: SimulatedKeys) -> None:
    assert keys.person("058185000123") == keys.person("058185000123")
    assert keys.person("058185000123") != keys.person("058200000015")
    assert len(keys.person("058185000123")) == 64

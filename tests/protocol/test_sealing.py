"""Sealed identity: only its recipients open it, only in its event, only whole."""

import base64

import pytest
from factories.wire import CENTRE_SEAL, EVENT_ID, OTHER_SEAL, SITE_SEAL
from hypothesis import given
from hypothesis import strategies as st

from protocol import sealing
from protocol.errors import WireError

CENTRE, SITE = CENTRE_SEAL.public_key(), SITE_SEAL.public_key()
CENTRE_ID = sealing.key_id(CENTRE)
PLAIN = b"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b M\xe1\xba\xabu 058185000123"


def sealed() -> dict[str, str]:
    return sealing.seal(PLAIN, EVENT_ID, [CENTRE, SITE])


def refused(what: dict[str, str], code: str, event_id: str = EVENT_ID, key=CENTRE_SEAL) -> None:
    with pytest.raises(WireError) as caught:
        sealing.unseal(what, event_id, key)
    assert caught.value.code == code


def altered(text: str, place: int) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[place] ^= 1
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize("key", [CENTRE_SEAL, SITE_SEAL], ids=["centre", "site"])
def test_each_recipient_opens_the_sealing(key):
    assert sealing.unseal(sealed(), EVENT_ID, key) == PLAIN


def test_a_sealing_never_looks_the_same_twice_and_shows_nothing():
    one, other = sealed(), sealed()

    assert set(one) == {CENTRE_ID, sealing.key_id(SITE)}
    assert not set(one.values()) & set(other.values())
    assert not any(b"058185000123" in base64.b64decode(text) for text in one.values())


def test_a_stranger_finds_no_sealing():
    refused(sealed(), "not_sealed_to_us", key=OTHER_SEAL)


def test_a_stranger_who_takes_the_centres_place_opens_nothing():
    forged = {sealing.key_id(OTHER_SEAL.public_key()): sealed()[CENTRE_ID]}

    refused(forged, "bad_seal", key=OTHER_SEAL)


def test_a_sealing_lifted_into_another_event_does_not_open():
    refused(sealed(), "bad_seal", event_id=EVENT_ID[:-1] + "2")


def test_the_sealing_for_the_site_in_the_centres_place_does_not_open():
    both = sealed()

    refused({CENTRE_ID: both[sealing.key_id(SITE)]}, "bad_seal")


@pytest.mark.parametrize("place", [0, 31, 32, 40, -1])
def test_one_altered_byte_does_not_open(place):
    refused({CENTRE_ID: altered(sealed()[CENTRE_ID], place)}, "bad_seal")


@pytest.mark.parametrize("length", [0, 1, 31, 32, 47, -1])
def test_a_truncated_sealing_does_not_open(length):
    raw = base64.b64decode(sealed()[CENTRE_ID])[:length]

    refused({CENTRE_ID: base64.b64encode(raw).decode()}, "bad_seal")


@pytest.mark.parametrize("text", ["é", "====", "A", "not base64!", "\ud800"])
def test_a_text_that_is_no_base64_does_not_open(text):
    refused({CENTRE_ID: text}, "bad_seal")


@pytest.mark.parametrize("byte", [b"\x00", b"\x01", b"\xff"])
def test_a_weak_point_in_place_of_a_key_does_not_open(byte):
    refused({CENTRE_ID: base64.b64encode(byte * 80).decode()}, "bad_seal")


@given(st.binary(max_size=300), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_bytes_go_round(plain, event_id):
    assert sealing.unseal(sealing.seal(plain, event_id, [CENTRE]), event_id, CENTRE_SEAL) == plain


@given(st.binary(max_size=120))
def test_any_bytes_in_place_of_a_sealing_are_a_wire_error(raw):
    refused({CENTRE_ID: base64.b64encode(raw).decode()}, "bad_seal")

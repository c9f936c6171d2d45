"""Whatever is held up gets one of eight words; nothing raises, nothing grows."""

import zlib

import cbor2
import pytest
from factories.certificates import (
    DATA,
    NOW,
    claims,
    dcc,
    ec_key,
    hc1,
    packed,
    signed,
    signer_certificate,
)
from hypothesis import given
from hypothesis import strategies as st

from protocol import cose
from protocol.certificates import base45
from protocol.certificates.model import Reason, Verdict
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify
from protocol.certificates.wrapping import unwrap

TRUST = Trust([signer_certificate(ec_key())])
VALID = hc1(ec_key()).encode()
MESSAGE = unwrap(VALID)
LOOK_ALIKE = (DATA / "vn_look_alike.hc1").read_bytes().strip()

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=20)
    | st.integers(1 << 64, 1 << 600) | st.datetimes(timezones=st.just(NOW.tzinfo))
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4) | st.integers(-300, 300), inner, max_size=4)
        | st.builds(cbor2.CBORTag, st.integers(0, 300), inner)
    ),
    max_leaves=12,
)


def judged(text: bytes) -> Verdict:
    verdict = verify(text, TRUST, NOW)
    assert verdict.reason in set(Reason)
    return verdict


@given(st.binary(max_size=300))
def test_random_bytes_are_malformed(data: bytes):
    assert judged(data).reason is Reason.MALFORMED
    assert judged(b"HC1:" + data).reason is Reason.MALFORMED


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=300))
def test_random_letters_are_malformed(letters: str):
    assert judged(b"HC1:" + letters.encode()).reason is Reason.MALFORMED


@given(st.binary(max_size=300))
def test_random_messages_are_malformed(message: bytes):
    assert judged(packed(message).encode()).reason is Reason.MALFORMED


@given(st.sampled_from([VALID, LOOK_ALIKE]), st.integers(0, 10_000), st.integers(0, 255))
def test_no_code_with_another_letter_is_valid(text: bytes, place: int, letter: int):
    changed = bytearray(text)
    changed[place % len(text)] = letter

    assert judged(bytes(changed)).valid is (bytes(changed) == VALID)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_message_with_another_byte_is_valid_unless_it_says_the_same(place: int, change: int):
    changed = bytearray(MESSAGE)
    changed[place % len(MESSAGE)] ^= change
    verdict = judged(packed(bytes(changed)).encode())

    # The outermost tag is not signed and means nothing.
    assert not verdict.valid or cose.parse(bytes(changed)) == cose.parse(MESSAGE)


@given(st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 6))
def test_payloads_cut_and_filled_in_are_judged(place: int, filling: bytes, cut: int):
    payload = claims()
    place %= len(payload)

    judged(signed(payload[:place] + filling + payload[place + cut :]).encode())


@given(ANYTHING)
def test_anything_as_claims_is_judged(value: object):
    try:
        payload = cbor2.dumps(value)
    except (cbor2.CBOREncodeError, ValueError, OverflowError, TypeError):
        payload = b"\xff"
    judged(signed(payload).encode())


@given(st.sampled_from(["ver", "nam", "dob", "v", "t", "r"]), ANYTHING)
def test_anything_in_a_field_is_judged(field: str, value: object):
    try:
        payload = claims(dcc(**{field: value}))
    except (cbor2.CBOREncodeError, ValueError, OverflowError, TypeError):
        payload = b"\xff"
    judged(signed(payload).encode())


NESTED = 9_000
BOMBS = {
    "arrays in arrays": b"\x81" * NESTED + b"\x00",
    "arrays in arrays without an end": b"\x9f" * NESTED,
    "maps in maps": b"\xa1\x00" * NESTED + b"\x00",
    "maps as keys": b"\xa1" * NESTED + b"\x00",
    "tags in tags": b"\xd8\x3d" * NESTED + b"\x00",
    "an array of all the memory": b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
    "a map of all the memory": b"\xbb\x7f\xff\xff\xff\xff\xff\xff\xff",
    "bytes of all the memory": b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
    "a text of all the memory": b"\x7b\x7f\xff\xff\xff\xff\xff\xff\xff",
    "two exabytes": b"\x5b\x1f\xff\xff\xff\xff\xff\xff\xff" + b"x" * 100,
    "a fraction as long as the world": b"\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
    "a power of two without an end": b"\xc5\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
    "a fraction with nothing below": b"\xd8\x1e\x82\x01\x00",
    "a value that holds itself": b"\xd8\x1c\x81\xd8\x1d\x00",
    "a tag that holds itself": b"\xd8\x1c\xd8\x3d\xd8\x1d\x00",
    "a pattern without an end": b"\xd8\x23\x62((",
    "an address of nobody": b"\xd9\x01\x04\x41x",
    "a day that is none": b"\xc0\x6120",
    "a moment beyond all time": b"\xc1\x1b\x7f\xff\xff\xff\xff\xff\xff\xff",
    "a number of ten thousand digits": b"\xc2\x59\x13\x88" + b"\xff" * 5000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("place", ["message", "header", "claims", "field", "time"])
def test_a_bomb_is_malformed_wherever_it_lies(bomb: bytes, place: str):
    head = b"\xa2\x04\x1a\x63\x87\xf0\x00\x39\x01\x03\xa1\x01"
    text = {
        "message": packed(bomb),
        "header": packed(cbor2.dumps([bomb, {}, claims(), b"s" * 64])),
        "claims": signed(bomb),
        "field": signed(head + b"\xa1\x61v" + bomb),
        "time": signed(b"\xa1\x04" + bomb),
    }[place]

    assert judged(text.encode()).reason is Reason.MALFORMED


def test_numbers_of_thousands_of_digits_count_nothing():
    huge = 1 << 20_000
    for fields in (dcc(dob=huge), dcc(v=[{"dn": huge}]), dcc(nam={"fn": huge})):
        assert judged(signed(claims(fields)).encode()).reason is Reason.MALFORMED
    assert judged(signed(claims(exp=huge)).encode()).reason is Reason.MALFORMED


def test_ten_megabytes_are_refused_at_a_glance():
    bomb = base45.encode(zlib.compress(bytes(10_000_000), 9)).encode()

    assert judged(b"HC1:" + bomb).reason is Reason.MALFORMED
    assert judged(b"HC1:" + b"A" * 10_000_000).reason is Reason.MALFORMED

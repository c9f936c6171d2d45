"""HC1, base45 and zlib: there and back, and no more than a certificate needs."""

import os
import zlib

import pytest
from factories.certificates import NOW, claims, ec_key, hc1, packed
from hypothesis import given
from hypothesis import strategies as st

from protocol.certificates import base45
from protocol.certificates.model import Reason
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify
from protocol.certificates.wrapping import MAX_LETTERS, unwrap, wrap
from protocol.errors import WireError


def code_of(text: bytes) -> str:
    with pytest.raises(WireError) as raised:
        unwrap(text)
    return raised.value.code


@pytest.mark.parametrize(
    ("data", "letters"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"", "")],
)
def test_base45_is_that_of_the_standard(data: bytes, letters: str):
    assert base45.encode(data) == letters
    assert base45.decode(letters.encode()) == data


@given(st.binary(max_size=400))
def test_base45_leads_back_to_the_same_bytes(data: bytes):
    assert base45.decode(base45.encode(data).encode()) == data


@pytest.mark.parametrize(
    "letters", [b"A", b"AAAA", b"aa", b"A_", b"GGW", b":::", b"::", b"V5", b"\xff\xff"]
)
def test_letters_that_stand_for_no_bytes_are_refused(letters: bytes):
    with pytest.raises(WireError, match="bad_base45"):
        base45.decode(letters)


def test_what_is_wrapped_is_unwrapped():
    assert unwrap(wrap(b"message").encode()) == b"message"


@pytest.mark.parametrize("around", ["{}\r\n", " {}\t", "\ufeff{}", "{}\x00"])
def test_what_scanners_put_around_a_code_does_not_count(around: str):
    assert unwrap(around.format(wrap(b"message")).encode()) == b"message"


@pytest.mark.parametrize(
    "text", [b"", b"HC1", b"HC2:BB8", b"hc1:BB8", b"BB8", b"\xff\xfe", b"HC1:" + b"0" * MAX_LETTERS]
)
def test_what_does_not_begin_like_a_certificate_or_has_no_end_is_refused(text: bytes):
    assert code_of(text) == "not_hc1"


@pytest.mark.parametrize(
    "data", [b"", b"x", zlib.compress(os.urandom(500))[:-9], zlib.compress(b"x")[:-1]]
)
def test_what_cannot_be_unpacked_is_refused(data: bytes):
    assert code_of(b"HC1:" + base45.encode(data).encode()) == "bad_zlib"


def test_a_decompression_bomb_is_refused_before_it_grows():
    assert code_of(packed(b"\x00" * 3_000_000).encode()) == "bad_zlib"


def test_a_bomb_is_a_malformed_certificate():
    assert verify(packed(b"\x00" * 3_000_000).encode(), Trust(), NOW).reason is Reason.MALFORMED


def test_a_code_is_made_of_letters_that_a_qr_code_packs_densely():
    assert set(hc1(ec_key())) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(claims()) < 1000

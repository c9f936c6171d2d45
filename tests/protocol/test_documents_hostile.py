"""Whatever is held up or typed, the answer is a claim or a refusal; and what was written is read."""

from datetime import date

import pytest
from factories.documents import (
    CARD_2021,
    CARD_2024,
    HEALTH_INSURANCE,
    PASSPORT,
    PERSONAL_QR,
    TODAY,
)
from hypothesis import example, given
from hypothesis import strategies as st

from protocol import events
from protocol.documents.model import Claim, DocumentClass, PartialDate, Refusal
from protocol.documents.names import clean_name
from protocol.documents.number import is_number
from protocol.documents.reader import read_code, read_passport, read_typed_number, to_identity

DAYS = st.dates(date(1970, 1, 1), date(2100, 1, 1))
FIELD = st.one_of(
    st.text(max_size=12),
    st.text("0123456789*", min_size=9, max_size=13),
    st.sampled_from(["058185000123", "17081985", "00001985", "Nam", "Nữ", "", "1985-08-17", "2"]),
)
SAMPLES = [
    CARD_2021,
    CARD_2024,
    PERSONAL_QR,
    HEALTH_INSURANCE,
    PASSPORT,
    "HC1:6BF",
    "https://x.test",
]


def check(reading):
    assert isinstance(reading, Claim | Refusal)
    if isinstance(reading, Claim):
        assert reading.number.isascii()
        assert reading.nationality != "VNM" or is_number(reading.number)
        assert reading.name is None or clean_name(reading.name) == reading.name
        assert events.decode_identity(events.encode_identity(to_identity(reading)))


@given(st.binary(max_size=300), DAYS)
@example(b"\x00" * 5000, TODAY)
@example(b"|" * 4296, TODAY)
@example(b"*" * 4296, TODAY)
@example(b"a." * 2148, TODAY)
@example(b"P<" * 2148, TODAY)
@example(b"0*" * 2148, TODAY)
@example(b"058185000123 " * 330, TODAY)
def test_any_bytes_are_read(payload, today):
    check(read_code(payload, today))


@given(st.text(max_size=200), DAYS)
def test_any_text_is_read_from_a_code_or_the_keypad_or_as_a_passport(text, today):
    check(read_code(text.encode("utf-8", "surrogatepass"), today))
    check(read_typed_number(text, today))
    check(read_passport(text, today))


@given(st.lists(FIELD, max_size=14), DAYS)
def test_any_fields_are_read(fields, today):
    check(read_code("|".join(fields).encode(), today))


@given(
    st.sampled_from(SAMPLES),
    st.integers(0, 300),
    st.integers(0, 20),
    st.binary(max_size=5),
)
def test_any_damaged_sample_is_read(sample, start, length, instead):
    payload = sample.encode()

    check(read_code(payload[:start] + instead + payload[start + length :], TODAY))


@given(st.text("PVNMUTO<0123456789ABC\n", min_size=80, max_size=92), DAYS)
def test_anything_that_looks_like_the_foot_of_a_passport_is_read(text, today):
    check(read_passport(text, today))


@pytest.mark.parametrize("today", [date.min, date(1970, 1, 1), date.max])
def test_no_clock_makes_an_error(today):
    for sample in SAMPLES:
        check(read_code(sample.encode(), today))
    check(read_typed_number("058185000123", today))


@given(
    number=st.from_regex(r"\A[0-9]{12}\Z").filter(is_number),
    old_number=st.from_regex(r"\A(?:[0-9]{9})?\Z"),
    name=st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyÂĐẫậ ", min_size=1, max_size=60),
    birth=st.dates(),
    sex=st.sampled_from([("Nam", "male"), ("Nữ", "female")]),
    address=st.text("aăâđ ,.-/0123456789", max_size=80),
    tail=st.sampled_from(["", "|05052021", "|05052021||||", "||||||"]),
)
def test_what_a_card_says_is_what_is_read(number, old_number, name, birth, sex, address, tail):
    written = f"{birth.day:02}{birth.month:02}{birth.year:04}"
    payload = f"{number}|{old_number}|{name}|{written}|{sex[0]}|{address}{tail}"

    reading = read_code(payload.encode(), TODAY)

    assert isinstance(reading, Claim)
    assert reading.document in (DocumentClass.CCCD_2021, DocumentClass.CAN_CUOC_2024)
    assert reading.number == number
    assert reading.old_number == (old_number or None)
    assert reading.name == clean_name(name)
    assert reading.birth == PartialDate(birth.year, birth.month, birth.day)
    assert reading.sex == sex[1]


def test_the_identity_that_is_sealed_holds_the_claim_and_neither_address_nor_doubts():
    claim = read_code(CARD_2021.encode(), TODAY)

    assert isinstance(claim, Claim)
    assert to_identity(claim) == events.Identity(
        document="cccd_2021",
        number="058185000123",
        name="Nguyễn Thị Mẫu",
        birth="1985-08-17",
        sex="female",
        old_number="264000456",
    )


def test_an_identity_without_a_birth_date_leaves_it_open():
    claim = Claim(document=DocumentClass.TYPED_NUMBER, number="058185000123")

    assert to_identity(claim) == events.Identity(document="typed_number", number="058185000123")

"""Slips that were printed beforehand: the same ids whoever keys them in, and no slip of the finger."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.domain.paper_pack import discard_of, is_pack, pack_code, read_slip, slip, vial_of

SITE, PACK = "phuoc-dinh", "K7MQ2XPA"
NUMBERS = st.integers(1, 9999)


@given(number=NUMBERS)
def test_scanned_and_typed_is_the_same_slip(number):
    made = slip(SITE, PACK, number)

    assert read_slip(SITE, made.code) == made
    assert read_slip(SITE, made.code.lower()) == made
    assert read_slip(SITE, f"{made.ticket} {made.check}".lower(), "k7mq-2xpa") == made
    assert read_slip(SITE, f"{number}{made.check}", PACK) == made


@given(numbers=st.lists(NUMBERS, min_size=2, max_size=2, unique=True))
def test_no_two_slips_share_an_id(numbers):
    one, other = (slip(SITE, PACK, number) for number in numbers)

    ids = {one.visit, one.event, other.visit, other.event}
    assert len(ids) == 4
    assert {uuid.UUID(each).version for each in ids} == {8}


def test_another_pack_and_another_site_have_other_ids():
    mine = slip(SITE, PACK, 12)

    assert slip(SITE, "K7MQ2XPB", 12).visit != mine.visit
    assert slip("vinh-hai", PACK, 12).visit != mine.visit
    assert read_slip("vinh-hai", mine.code) is None


def test_a_slip_of_the_finger_is_caught_nearly_always():
    right = slip(SITE, PACK, 12)
    others = [read_slip(SITE, f"GY{number:03d} {right.check}", PACK) for number in range(13, 1013)]

    assert sum(each is not None for each in others) < 10


@pytest.mark.parametrize("text", ["", "GY012", "A012 KM", "TRAM1:ABC", "GY12345 KM", "GY012 KMX"])
def test_other_texts_are_no_slips(text):
    assert read_slip(SITE, text, PACK) is None


def test_a_typed_number_needs_the_code_of_its_pack():
    made = slip(SITE, PACK, 12)

    assert read_slip(SITE, f"{made.ticket} {made.check}") is None


@given(entropy=st.binary(min_size=5, max_size=16))
def test_a_packs_code_can_be_read_aloud_and_typed(entropy):
    assert is_pack(pack_code(entropy))
    assert not is_pack(pack_code(entropy).lower())


def test_a_vial_is_a_row_of_the_packs_list_or_what_stands_on_the_glass():
    assert vial_of("K7MQ2XPA", " 07 ") == "K7MQ-7"
    assert vial_of("K7MQ2XPA", "1-2") == "1-2"
    assert vial_of("K7MQ2XPA", "k7mq-3") == "K7MQ-3"


def test_what_was_thrown_away_of_a_vial_on_a_day_has_one_id():
    first = discard_of("phuoc-dinh", "K7MQ-1", "2026-11-22")

    assert first == discard_of("phuoc-dinh", "K7MQ-1", "2026-11-22")
    assert first != discard_of("phuoc-dinh", "K7MQ-1", "2026-11-23")

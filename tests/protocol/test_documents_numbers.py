"""The 12-digit number, typed or printed, and what it says by itself."""

from datetime import date

import pytest
from factories.documents import TODAY

from protocol.documents.model import Claim, DocumentClass, Reason, Refusal
from protocol.documents.model import Warning as Doubt
from protocol.documents.number import NumberParts, is_masked, parts
from protocol.documents.provinces import PROVINCES
from protocol.documents.reader import read_typed_number

TYPED = DocumentClass.TYPED_NUMBER


@pytest.mark.parametrize(
    "text", ["058185000123", "058 185 000 123", " 058.185.000.123 ", "058-185-000-123\n"]
)
def test_a_typed_number_is_a_claim_without_a_name(text):
    assert read_typed_number(text, TODAY) == Claim(document=TYPED, number="058185000123")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.BAD_NUMBER),
        ("264000456", Reason.BAD_NUMBER),
        ("05818500012", Reason.BAD_NUMBER),
        ("0581850001233", Reason.BAD_NUMBER),
        ("05818500012a", Reason.BAD_NUMBER),
        ("000000000000", Reason.BAD_NUMBER),
        ("111111111111", Reason.BAD_NUMBER),
        ("٠٥٨١٨٥٠٠٠١٢٣", Reason.BAD_NUMBER),
        ("058185000¹²³", Reason.BAD_NUMBER),
        ("058*****0123", Reason.MASKED_NUMBER),
        ("0" * 101, Reason.TOO_LONG),
    ],
)
def test_a_typed_text_that_is_no_number_is_refused(text, reason):
    assert read_typed_number(text, TODAY) == Refusal(TYPED, reason)


@pytest.mark.parametrize(
    ("number", "warnings"),
    [
        ("999185000123", (Doubt.UNKNOWN_REGISTRATION_CODE,)),
        ("101185000123", (Doubt.UNKNOWN_REGISTRATION_CODE,)),
        ("058585000123", (Doubt.BIRTH_IN_FUTURE,)),
        ("058227000123", (Doubt.BIRTH_IN_FUTURE,)),
        ("058226000123", ()),
    ],
)
def test_an_unusual_number_is_doubted_and_taken(number, warnings):
    assert read_typed_number(number, TODAY) == Claim(
        document=TYPED, number=number, warnings=warnings
    )


def test_a_clock_three_years_behind_refuses_nobody():
    reading = read_typed_number("058226000123", date(2023, 11, 22))

    assert reading == Claim(
        document=TYPED, number="058226000123", warnings=(Doubt.BIRTH_IN_FUTURE,)
    )


@pytest.mark.parametrize(
    ("digit", "sex", "year"),
    [
        ("0", "male", 1985),
        ("1", "female", 1985),
        ("2", "male", 2085),
        ("3", "female", 2085),
        ("4", "male", 2185),
        ("5", "female", 2185),
        ("8", "male", 2385),
        ("9", "female", 2385),
    ],
)
def test_the_fourth_digit_tells_century_and_sex(digit, sex, year):
    assert parts(f"058{digit}85000123") == NumberParts("058", sex, year)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("******000123", True),
        ("058xxxxxx123", True),
        ("************", True),
        ("05818500012*", False),
        ("058185000123", False),
        ("MẪU**", False),
        ("", False),
    ],
)
def test_a_masked_number_is_told_from_a_number_and_from_a_word(text, masked):
    assert is_masked(text) is masked


def test_there_are_63_provinces_and_ninh_thuan_is_one_of_them():
    assert len(PROVINCES) == 63
    assert PROVINCES["058"] == "Ninh Thuận"
    assert all(len(code) == 3 and code.isdigit() for code in PROVINCES)

"""Identity cards: what is read, what is only doubted, what is refused."""

import unicodedata

import pytest
from factories.documents import (
    CARD_2021,
    CARD_2024,
    DIRTY_ADDRESS,
    LEAP_DAY,
    NO_ISSUE_DATE,
    TODAY,
    card,
)

from protocol.documents.model import Claim, DocumentClass, PartialDate, Reason, Refusal
from protocol.documents.model import Warning as Doubt
from protocol.documents.reader import read_code, text_of

CCCD = DocumentClass.CCCD_2021


def test_a_card_of_2021_is_read_field_by_field():
    reading = read_code(CARD_2021.encode(), TODAY)

    assert reading == Claim(
        document=CCCD,
        number="058185000123",
        name="Nguyễn Thị Mẫu",
        birth=PartialDate(1985, 8, 17),
        sex="female",
        old_number="264000456",
    )


def test_a_card_without_an_old_number_and_born_on_a_leap_day_raises_no_doubt():
    reading = read_code(LEAP_DAY.encode(), TODAY)

    assert reading == Claim(
        document=CCCD,
        number="058200000015",
        name="Chamaléa Văn Thử",
        birth=PartialDate(2000, 2, 29),
        sex="male",
    )


def test_a_missing_issue_date_is_a_doubt_and_no_refusal():
    reading = read_code(NO_ISSUE_DATE.encode(), TODAY)

    assert isinstance(reading, Claim)
    assert reading.document is CCCD
    assert reading.warnings == (Doubt.ISSUE_DATE_UNREADABLE,)


def test_a_dirty_address_is_read_past():
    reading = read_code(DIRTY_ADDRESS.encode(), TODAY)

    assert isinstance(reading, Claim)
    assert (reading.number, reading.name) == ("058185000124", "Đổng Thị Giả")
    assert reading.warnings == ()


def test_the_card_of_2024_is_read_from_its_first_seven_of_eleven_fields():
    reading = read_code(CARD_2024.encode(), TODAY)

    assert reading == Claim(
        document=DocumentClass.CAN_CUOC_2024,
        number="058200000015",
        name="Chamaléa Văn Thử",
        birth=PartialDate(2000, 2, 29),
        sex="male",
    )


def test_the_further_fields_of_the_card_of_2024_do_not_matter_even_when_they_hold_numbers():
    payload = CARD_2024.removesuffix("||||") + "|058100000009|Nguyễn Văn Cha|Đổng Thị Mẹ|"

    reading = read_code(payload.encode(), TODAY)

    assert isinstance(reading, Claim)
    assert reading.number == "058200000015"


def test_letters_in_decomposed_form_are_composed():
    payload = unicodedata.normalize("NFD", CARD_2021).encode()

    assert read_code(payload, TODAY) == read_code(CARD_2021.encode(), TODAY)


def test_the_text_of_a_code_is_composed_and_trimmed():
    payload = b"\xef\xbb\xbf" + unicodedata.normalize("NFD", "Hoà Mẫu").encode() + b"\r\n"

    assert text_of(payload) == "Hoà Mẫu"


def test_blanks_line_ends_and_a_byte_order_mark_around_the_text_do_not_matter():
    payload = b"\xef\xbb\xbf " + CARD_2021.replace("|", " | ").encode() + b"\r\n"

    assert read_code(payload, TODAY) == read_code(CARD_2021.encode(), TODAY)


@pytest.mark.parametrize(
    ("changes", "birth"),
    [
        ({"birth": "1985"}, PartialDate(1985)),
        ({"birth": "00001985"}, PartialDate(1985)),
        ({"birth": "17001985"}, PartialDate(1985)),
        ({"birth": "00081985"}, PartialDate(1985, 8)),
        ({"birth": ""}, None),
    ],
)
def test_a_birth_date_known_in_part_is_kept_as_far_as_it_is_known(changes, birth):
    reading = read_code(card(**changes), TODAY)

    assert isinstance(reading, Claim)
    assert reading.birth == birth
    assert reading.warnings == (Doubt.BIRTH_INCOMPLETE,)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"birth": "31022000"}, Reason.IMPOSSIBLE_DATE),
        ({"birth": "29021900"}, Reason.IMPOSSIBLE_DATE),
        ({"birth": "00131985"}, Reason.IMPOSSIBLE_DATE),
        ({"birth": "0000"}, Reason.IMPOSSIBLE_DATE),
        ({"birth": "1708198"}, Reason.IMPOSSIBLE_DATE),
        ({"birth": "17O81985"}, Reason.IMPOSSIBLE_DATE),
        ({"number": "******000123"}, Reason.MASKED_NUMBER),
        ({"number": "058•••••0123"}, Reason.MASKED_NUMBER),
        ({"number": "05818500012"}, Reason.BAD_NUMBER),
        ({"number": "0581850001234"}, Reason.BAD_NUMBER),
        ({"number": "05818500O123"}, Reason.BAD_NUMBER),
        ({"number": "٠٥٨١٨٥٠٠٠١٢٣"}, Reason.BAD_NUMBER),
        ({"number": "000000000000"}, Reason.BAD_NUMBER),
        ({"number": ""}, Reason.BAD_NUMBER),
    ],
)
def test_a_card_without_a_usable_number_or_with_an_impossible_birth_date_is_refused(
    changes, reason
):
    assert read_code(card(**changes), TODAY) == Refusal(CCCD, reason)


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"sex": "Nam"}, Doubt.SEX_DIFFERS_FROM_NUMBER),
        ({"birth": "17081986"}, Doubt.BIRTH_YEAR_DIFFERS_FROM_NUMBER),
        ({"number": "058085000123"}, Doubt.SEX_DIFFERS_FROM_NUMBER),
        ({"number": "058385000123"}, Doubt.BIRTH_YEAR_DIFFERS_FROM_NUMBER),
        ({"number": "003185000123"}, Doubt.UNKNOWN_REGISTRATION_CODE),
        ({"number": "101185000123"}, Doubt.UNKNOWN_REGISTRATION_CODE),
        ({"issued": "16081985"}, Doubt.ISSUED_BEFORE_BIRTH),
        ({"issued": "1984"}, Doubt.ISSUED_BEFORE_BIRTH),
        ({"issued": "31022021"}, Doubt.ISSUE_DATE_UNREADABLE),
        ({"issued": ""}, Doubt.ISSUE_DATE_UNREADABLE),
        ({"sex": ""}, Doubt.SEX_UNREADABLE),
        ({"sex": "Khác"}, Doubt.SEX_UNREADABLE),
        ({"old_number": "26400045"}, Doubt.OLD_NUMBER_UNUSUAL),
        ({"old_number": "26400045X"}, Doubt.OLD_NUMBER_UNUSUAL),
        ({"old_number": "²64000456"}, Doubt.OLD_NUMBER_UNUSUAL),
        ({"name": ""}, Doubt.NAME_MISSING),
        ({"name": "M" * 151}, Doubt.NAME_MISSING),
    ],
)
def test_what_does_not_fit_is_a_doubt_for_the_staff_and_refuses_nobody(changes, doubt):
    reading = read_code(card(**changes), TODAY)

    assert isinstance(reading, Claim)
    assert reading.warnings == (doubt,)


def test_a_birth_in_the_future_is_a_doubt_because_the_clock_may_be_wrong():
    reading = read_code(card(number="058327000123", birth="17082027", issued="17082027"), TODAY)

    assert isinstance(reading, Claim)
    assert reading.warnings == (Doubt.BIRTH_IN_FUTURE,)


def test_an_old_number_that_is_none_is_not_kept():
    reading = read_code(card(old_number="not a number"), TODAY)

    assert isinstance(reading, Claim)
    assert reading.old_number is None


@pytest.mark.parametrize("issued", ["1985", "00081985", "17081985", "17001985"])
def test_an_issue_date_that_may_be_the_birth_date_raises_no_doubt(issued):
    reading = read_code(card(issued=issued), TODAY)

    assert isinstance(reading, Claim)
    assert reading.warnings == ()


@pytest.mark.parametrize("sex", ["NỮ", "nữ", "Nu", "Nư\u0303"])
def test_the_sex_is_read_whatever_its_letters_look_like(sex):
    reading = read_code(card(sex=sex), TODAY)

    assert isinstance(reading, Claim)
    assert reading.sex == "female"


def test_a_number_in_groups_is_the_same_number():
    reading = read_code(card(number="058 185 000 123"), TODAY)

    assert isinstance(reading, Claim)
    assert reading.number == "058185000123"


def test_invisible_characters_do_not_reach_a_screen():
    reading = read_code(card(name="Nguyễn\u202e Thị\x00\x1b\u200b  Mẫu"), TODAY)

    assert isinstance(reading, Claim)
    assert reading.name == "Nguyễn Thị Mẫu"


def test_a_date_with_separators_is_read():
    reading = read_code(card(birth="17/08/1985", issued="2021-05-05"), TODAY)

    assert isinstance(reading, Claim)
    assert (reading.birth, reading.warnings) == (PartialDate(1985, 8, 17), ())

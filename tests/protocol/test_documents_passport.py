"""The machine-readable zone of passports, by the specimen of ICAO Doc 9303."""

from datetime import date

import pytest
from factories.documents import PASSPORT, TODAY

from protocol.documents.model import Claim, DocumentClass, PartialDate, Reason, Refusal
from protocol.documents.model import Warning as Doubt
from protocol.documents.passport import Part, check_digit, mistyped
from protocol.documents.reader import read_passport

PASSPORT_CLASS = DocumentClass.PASSPORT
FIRST, SECOND = PASSPORT.splitlines()


def second_line(
    *,
    number: str = "L898902C3",
    nationality: str = "UTO",
    birth: str = "740812",
    sex: str = "F",
    expiry: str = "330415",
    optional: str = "",
    optional_check: str | None = None,
) -> str:
    fields = [number.ljust(9, "<"), birth, expiry, optional.ljust(14, "<")]
    checks = [check_digit(field) for field in fields]
    checks[3] = optional_check or checks[3]
    number, birth, expiry, optional = (f + c for f, c in zip(fields, checks, strict=True))
    total = check_digit(number + birth + expiry + optional)
    return number + nationality + birth + sex + expiry + optional + total


def test_the_specimen_of_the_standard_is_read_and_its_expiry_is_a_doubt():
    reading = read_passport(PASSPORT, TODAY)

    assert reading == Claim(
        document=PASSPORT_CLASS,
        number="L898902C3",
        name="ERIKSSON ANNA MARIA",
        birth=PartialDate(1974, 8, 12),
        sex="female",
        nationality="UTO",
        warnings=(Doubt.PASSPORT_EXPIRED,),
    )


@pytest.mark.parametrize(
    "text",
    [
        PASSPORT.lower(),
        PASSPORT.replace("\n", ""),
        PASSPORT.replace("\n", "\r\n\r\n"),
        f"  {FIRST[:20]} {FIRST[20:]}\n{SECOND} \n",
        f"{FIRST.rstrip('<')}\n{SECOND}",
    ],
)
def test_blanks_line_ends_small_letters_and_missing_fillers_do_not_matter(text):
    assert read_passport(text, TODAY) == read_passport(PASSPORT, TODAY)


@pytest.mark.parametrize("place", [0, 8, 9, 13, 18, 19, 21, 26, 27, 28, 36, 42, 43])
def test_one_wrong_character_under_a_check_digit_is_refused(place):
    wrong = str((int(SECOND[place], 36) + 1) % 10) if SECOND[place] != "<" else "1"
    text = f"{FIRST}\n{SECOND[:place]}{wrong}{SECOND[place + 1 :]}"

    assert read_passport(text, TODAY) == Refusal(PASSPORT_CLASS, Reason.BAD_CHECK_DIGIT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        FIRST,
        SECOND,
        f"{FIRST}\n{SECOND}\n{SECOND}",
        f"{FIRST}\n{SECOND[:-1]}",
        f"{FIRST}<\n{SECOND}",
        f"{FIRST.replace('P<', 'V<')}\n{SECOND}",
        f"{FIRST.replace('ANNA', 'ANN4')}\n{SECOND}",
        f"{FIRST}\n{SECOND.replace('7408122', '74Ø8122')}",
        f"{FIRST}\n{SECOND.replace('UTO', 'UT0')}",
        "\x00" * 88,
    ],
)
def test_what_is_not_two_lines_of_a_passport_is_not_recognised(text):
    assert read_passport(text, TODAY) == Refusal(PASSPORT_CLASS, Reason.NOT_RECOGNISED)


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ("261122", PartialDate(2026, 11, 22)),
        ("261123", PartialDate(1926, 11, 23)),
        ("270101", PartialDate(1927, 1, 1)),
        ("000229", PartialDate(2000, 2, 29)),
        ("7408<<", PartialDate(1974, 8)),
        ("74<<<<", PartialDate(1974)),
        ("740000", PartialDate(1974)),
        ("<<<<<<", None),
    ],
)
def test_a_two_digit_birth_year_is_the_latest_that_is_not_in_the_future(birth, expected):
    reading = read_passport(f"{FIRST}\n{second_line(birth=birth)}", TODAY)

    assert isinstance(reading, Claim)
    assert reading.birth == expected


def test_a_birth_date_known_in_part_is_a_doubt():
    reading = read_passport(f"{FIRST}\n{second_line(birth='74<<<<')}", TODAY)

    assert isinstance(reading, Claim)
    assert reading.warnings == (Doubt.BIRTH_INCOMPLETE,)


@pytest.mark.parametrize(
    "changes",
    [
        {"birth": "740231"},
        {"birth": "<<0812"},
        {"birth": "740<12"},
        {"expiry": "330231"},
        {"expiry": "3<0415"},
    ],
)
def test_a_date_that_the_calendar_does_not_have_is_refused(changes):
    reading = read_passport(f"{FIRST}\n{second_line(**changes)}", TODAY)

    assert reading == Refusal(PASSPORT_CLASS, Reason.IMPOSSIBLE_DATE)


@pytest.mark.parametrize(
    ("expiry", "today", "warnings"),
    [
        ("261122", TODAY, ()),
        ("261121", TODAY, (Doubt.PASSPORT_EXPIRED,)),
        ("2611<<", TODAY, ()),
        ("<<<<<<", TODAY, ()),
        ("760101", TODAY, ()),
        ("770101", TODAY, (Doubt.PASSPORT_EXPIRED,)),
        ("010101", date(2099, 1, 1), ()),
    ],
)
def test_an_expired_passport_is_a_doubt(expiry, today, warnings):
    reading = read_passport(f"{FIRST}\n{second_line(expiry=expiry)}", today)

    assert isinstance(reading, Claim)
    assert reading.warnings == warnings


@pytest.mark.parametrize(
    ("letter", "sex", "warnings"),
    [("M", "male", ()), ("<", None, ()), ("X", None, ()), ("Q", None, (Doubt.SEX_UNREADABLE,))],
)
def test_the_sex_is_read_or_left_open(letter, sex, warnings):
    reading = read_passport(f"{FIRST}\n{second_line(sex=letter)}", TODAY)

    assert isinstance(reading, Claim)
    assert (reading.sex, reading.warnings) == (sex, warnings)


def test_short_numbers_and_short_country_codes_lose_their_fillers():
    reading = read_passport(f"{FIRST}\n{second_line(number='C01X00T4', nationality='D<<')}", TODAY)

    assert isinstance(reading, Claim)
    assert (reading.number, reading.nationality) == ("C01X00T4", "D")


def test_an_empty_optional_field_may_show_a_filler_for_its_check_digit():
    reading = read_passport(f"{FIRST}\n{second_line(optional_check='<')}", TODAY)

    assert isinstance(reading, Claim)


def test_a_filled_optional_field_may_not():
    line = second_line(optional="ZE184226B", optional_check="<")

    assert read_passport(f"{FIRST}\n{line}", TODAY) == Refusal(
        PASSPORT_CLASS, Reason.BAD_CHECK_DIGIT
    )


@pytest.mark.parametrize("changes", [{"number": ""}, {"nationality": "<<<"}])
def test_a_passport_without_number_or_nationality_is_refused(changes):
    reading = read_passport(f"{FIRST}\n{second_line(**changes)}", TODAY)

    assert reading == Refusal(PASSPORT_CLASS, Reason.BAD_NUMBER)


def test_a_name_of_fillers_alone_is_missing():
    reading = read_passport("P<UTO".ljust(44, "<") + "\n" + second_line(), TODAY)

    assert isinstance(reading, Claim)
    assert (reading.name, reading.warnings) == (None, (Doubt.NAME_MISSING,))


def test_a_citizen_with_a_passport_is_known_by_the_12_digit_number_in_it():
    line = second_line(nationality="VNM", birth="850817", optional="058185000123")

    reading = read_passport(f"P<VNMNGUYEN<<THI<MAU\n{line}", TODAY)

    assert reading == Claim(
        document=PASSPORT_CLASS,
        number="058185000123",
        name="NGUYEN THI MAU",
        birth=PartialDate(1985, 8, 17),
        sex="female",
    )


def test_a_citizen_whose_passport_holds_no_12_digit_number_is_told_that_it_has_12_digits():
    line = second_line(nationality="VNM", optional="264000456")

    assert read_passport(f"P<VNMNGUYEN<<THI<MAU\n{line}", TODAY) == Refusal(
        PASSPORT_CLASS, Reason.BAD_NUMBER
    )


def changed(place: int, letter: str) -> str:
    both = FIRST + SECOND
    return both[:place] + letter + both[place + 1 :]


@pytest.mark.parametrize(
    ("place", "letter", "part"),
    [
        (0, "V", Part.FIRST_LINE),
        (50, "3", Part.NUMBER),
        (53, "7", Part.NUMBER),
        (55, "7", Part.NATIONALITY),
        (58, "O", Part.BIRTH),
        (61, "9", Part.BIRTH),
        (64, "0", Part.SEX),
        (66, "3", Part.EXPIRY),
        (74, "2", Part.OPTIONAL),
        (87, "9", Part.LAST),
    ],
)
def test_what_was_mistyped_is_found_and_its_place_told(place, letter, part):
    found = mistyped(changed(place, letter))

    assert found == (part,)
    assert part.place[0] <= place < part.place[1]


def test_several_mistyped_parts_are_told_in_their_order():
    wrong = changed(50, "3")

    assert mistyped(wrong[:66] + "3" + wrong[67:]) == (Part.NUMBER, Part.EXPIRY)


@pytest.mark.parametrize("text", [PASSPORT, "", FIRST, f"{FIRST}\n{SECOND[:-1]}"])
def test_nothing_is_mistyped_in_lines_that_hold_or_are_no_two_lines(text):
    assert mistyped(text) == ()


def test_every_character_of_both_lines_belongs_to_one_part():
    assert [place for part in Part for place in range(*part.place)] == list(range(88))

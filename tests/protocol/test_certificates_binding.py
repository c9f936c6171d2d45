"""Whether a certificate belongs to whom holds it up, and what its last dose tells the screener."""

from datetime import date

import pytest
from factories.certificates import VACCINATION

from protocol.certificates.binding import DoseHint, Fit, fit, newest_dose
from protocol.certificates.model import Person
from protocol.certificates.writing import standard_name, vietnamese_person
from protocol.documents.model import Claim, DocumentClass, PartialDate

BORN = PartialDate(1985, 8, 17)
TODAY = date(2021, 12, 1)


def claim(name: str | None = "Nguyễn Thị Mẫu", birth: PartialDate | None = BORN) -> Claim:
    return Claim(DocumentClass.CCCD_2021, "058185000123", name, birth)


@pytest.mark.parametrize(
    "person",
    [
        vietnamese_person("Nguyễn Thị Mẫu", BORN),
        vietnamese_person("NGUYỄN THỊ MẪU", BORN),
        Person("Mẫu", "Nguyễn Thị", "MAU", "NGUYEN<THI", BORN),
        Person("Nguyen-Thi", "Mau", "", "", BORN),
        Person("", "", "NGUYEN", "THI<MAU", BORN),
        Person("", "", "NGUYEN<THI<MAU", "", BORN),
        Person("Nguyễn  Thị", " Mâu", "NGUYEN", "THI MAU", BORN),
    ],
)
def test_a_name_fits_however_it_is_written(person: Person):
    assert fit(person, claim()) is Fit.FITS


def test_a_foreign_name_fits_by_the_letters_of_the_passport():
    person = Person("Lövström", "Åsa", "LOEVSTROEM", "AASA", BORN)

    assert fit(person, claim("LOEVSTROEM AASA")) is Fit.FITS
    assert fit(person, claim("Åsa Lövström")) is Fit.FITS
    assert fit(person, claim("LOVSTROM ASA")) is Fit.FITS


def test_d_with_and_without_its_stroke_is_one():
    assert fit(vietnamese_person("Đổng Thị Giả", BORN), claim("Ðổng Thị Giả")) is Fit.FITS
    assert fit(vietnamese_person("Dong Thi Gia", BORN), claim("Đổng Thị Giả")) is Fit.FITS


@pytest.mark.parametrize(
    ("certified", "claimed"),
    [
        (PartialDate(1985), BORN),
        (PartialDate(1985, 8), BORN),
        (BORN, PartialDate(1985)),
        (PartialDate(1985), PartialDate(1985)),
    ],
)
def test_an_incomplete_birth_date_fits_as_far_as_it_goes(certified, claimed):
    found = fit(vietnamese_person("Nguyễn Thị Mẫu", certified), claim(birth=claimed))

    assert found is Fit.BIRTH_INCOMPLETE
    assert found.belongs


@pytest.mark.parametrize(
    ("person", "held", "expected"),
    [
        (("Nguyễn Thị Mơ", BORN), ("Nguyễn Thị Mẫu", BORN), Fit.NAME_DIFFERS),
        (("Nguyễn Mẫu", BORN), ("Nguyễn Thị Mẫu", BORN), Fit.NAME_DIFFERS),
        (("Nguyễn Thị Mẫu", PartialDate(1985, 8, 18)), ("Nguyễn Thị Mẫu", BORN), Fit.BIRTH_DIFFERS),
        (("Nguyễn Thị Mẫu", PartialDate(1986)), ("Nguyễn Thị Mẫu", BORN), Fit.BIRTH_DIFFERS),
        (("Nguyễn Thị Mơ", PartialDate(1986)), ("Nguyễn Thị Mẫu", BORN), Fit.BOTH_DIFFER),
        (("Nguyễn Thị Mẫu", None), ("Nguyễn Thị Mẫu", BORN), Fit.BIRTH_UNKNOWN),
        (("Nguyễn Thị Mẫu", BORN), ("Nguyễn Thị Mẫu", None), Fit.BIRTH_UNKNOWN),
        (("Nguyễn Thị Mơ", None), ("Nguyễn Thị Mẫu", BORN), Fit.NAME_DIFFERS),
        (("Nguyễn Thị Mẫu", BORN), (None, BORN), Fit.NAME_UNKNOWN),
        (("Nguyễn Thị Mẫu", BORN), ("", BORN), Fit.NAME_UNKNOWN),
    ],
)
def test_what_does_not_fit_has_its_reason(person, held, expected):
    found = fit(vietnamese_person(*person), claim(*held))

    assert found is expected
    assert not found.belongs


def test_the_newest_dose_and_the_days_since():
    first = VACCINATION._replace(dose=1, day=PartialDate(2021, 8, 1))
    second = VACCINATION._replace(dose=2, day=PartialDate(2021, 11, 15))

    expected = DoseHint(dose=2, doses=2, day=PartialDate(2021, 11, 15), days_since=16)
    assert newest_dose((first, second), TODAY) == expected
    assert newest_dose((second, first), TODAY) == expected


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (PartialDate(2021, 12, 1), 0),
        (PartialDate(2021, 12, 2), None),
        (PartialDate(2021, 11), None),
        (PartialDate(2021), None),
    ],
)
def test_days_are_counted_only_where_they_can_be(day, days):
    hint = newest_dose((VACCINATION._replace(day=day),), TODAY)

    assert hint is not None
    assert hint.days_since == days


def test_by_a_clock_that_nobody_believes_no_days_are_counted():
    hint = newest_dose((VACCINATION,), None)

    assert hint is not None
    assert (hint.day, hint.days_since) == (VACCINATION.day, None)


def test_no_dose_tells_nothing():
    assert newest_dose((), TODAY) is None


@pytest.mark.parametrize(
    ("name", "standard"),
    [
        ("Nguyễn Thị Mẫu", "NGUYEN<THI<MAU"),
        ("Đổng", "DONG"),
        ("  Bảo  Duy ", "BAO<DUY"),
        ("D'Arc-Smith 2", "DARCSMITH"),
        ("", ""),
    ],
)
def test_a_name_in_the_letters_of_a_passport(name: str, standard: str):
    assert standard_name(name) == standard


def test_a_name_of_one_word_is_a_surname():
    assert vietnamese_person("Mẫu", None) == Person("Mẫu", "", "MAU", "", None)

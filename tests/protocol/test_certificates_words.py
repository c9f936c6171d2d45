"""What codes mean in both languages; and the UVCI's check letter."""

import unicodedata

import pytest
from factories.certificates import PERSON, VACCINATION

from protocol.certificates import valuesets
from protocol.certificates.uvci import check_letter, checksum_fits
from protocol.certificates.valuesets import Words
from protocol.certificates.writing import dcc_fields


@pytest.mark.parametrize(
    ("find", "code", "vietnamese", "english"),
    [
        (valuesets.disease, "840539006", "COVID-19", "COVID-19"),
        (
            valuesets.vaccine,
            "1119349007",
            "Vắc xin mRNA ngừa SARS-CoV-2",
            "SARS-CoV-2 mRNA vaccine",
        ),
        (valuesets.vaccine, "J07BX03", "Vắc xin ngừa COVID-19", "COVID-19 vaccine"),
        (valuesets.product, "EU/1/21/1529", "Vaxzevria", "Vaxzevria"),
        (valuesets.product, "NVX-CoV2373", "NVX-CoV2373", "NVX-CoV2373"),
        (valuesets.maker, "ORG-100001699", "AstraZeneca AB", "AstraZeneca AB"),
        (valuesets.country, "VN", "Việt Nam", "Viet Nam"),
        (valuesets.country, "DE", "Đức", "Germany"),
        (valuesets.country, "FR", "Pháp", "France"),
        (valuesets.country, "CU", "Cuba", "Cuba"),
    ],
)
def test_a_known_code_has_words(find, code, vietnamese, english):
    assert find(code) == Words(vi=vietnamese, en=english)


@pytest.mark.parametrize(
    "find",
    [valuesets.disease, valuesets.vaccine, valuesets.product, valuesets.maker, valuesets.country],
)
def test_an_unknown_code_is_shown_as_it_is(find):
    assert find("mã lạ") == Words("mã lạ", "mã lạ")


def test_the_whole_of_the_value_sets_is_there():
    assert len(valuesets.VACCINES) == 9
    assert len(valuesets.PRODUCTS) == 39
    assert len(valuesets.MAKERS) == 31
    assert len(valuesets.COUNTRIES.splitlines()) == 250


def test_all_words_are_composed_and_none_is_empty():
    words = [valuesets.country(row[:2]) for row in valuesets.COUNTRIES.splitlines()]
    words += valuesets.VACCINES.values()

    assert all(
        unicodedata.is_normalized("NFC", text) and text.strip() == text != ""
        for word in words
        for text in word
    )


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B", True),
        ("URN:UVCI:01:AT:B5921A35D6A0D696421B3E2462178297#I", True),
        ("urn:uvci:01:at:858cc18cfcf5965ef82f60e493349aa5#k", True),
        ("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD814#B", False),
        ("URN:UVCI:01:VN:FFFE3D31FABD0358", None),
        ("URN:UVCI:01:SE:EHM/ABC#", None),
        ("URN:UVCI:01:SE:EHM/ABC#12", None),
        ("URN:UVCI:01:SE:Đ#A", None),
        ("#A", None),
        ("", None),
    ],
)
def test_the_check_letter_is_a_hint(identifier: str, expected: bool | None):
    assert checksum_fits(identifier) is expected


def test_a_check_letter_is_made():
    assert check_letter("URN:UVCI:01:AT:71EE2559DE38C6BF7304FB65A1A451EC") == "3"


def test_a_person_without_a_birth_date_is_written_so():
    assert dcc_fields(PERSON._replace(birth=None), VACCINATION)["dob"] == ""

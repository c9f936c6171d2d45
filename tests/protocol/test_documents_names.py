"""Names: compared whoever typed them, and hidden where bystanders look."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.documents.names import clean_name, folded_key, masked_name, spelling_key

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậíìỉĩịýỳỷỹỵ -'AĂÂĐÊÔƠƯÐ"
NAMES = st.text(LETTERS, min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa", "Hoà"),
        ("Thúy", "Thuý"),
        ("Nguyễn Thị Mẫu", "NGUYỄN THỊ MẪU"),
        ("Nguyễn Thị Mẫu", unicodedata.normalize("NFD", "nguyễn  thị mẫu ")),
        ("Đổng Thị Giả", "Ðổng Thị Giả"),
        ("đổng thị giả", "Ɖổng Thị Giả"),
        ("K'Brết", "K’Brết"),
        ("Ma-Nương", "Ma Nương".replace(" ", "")),
    ],
)
def test_the_spelling_key_is_the_same_however_the_name_was_typed(one, other):
    assert spelling_key(one) == spelling_key(other)
    assert folded_key(one) == folded_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Mẫu", "Mậu"), ("Đào", "Dào"), ("Hoa", "Hòa"), ("Thị Mẫu", "Thịmẫu"), ("Cô", "Cơ")],
)
def test_the_spelling_key_keeps_different_names_apart(one, other):
    assert spelling_key(one) != spelling_key(other)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Nguyễn Thị Mẫu", "nguyen thi mau"),
        ("Đổng Thị Giả", "dong thi gia"),
        ("ÐỔNG THỊ GIẢ", "dong thi gia"),
        ("Chamaléa Văn Thử", "chamalea van thu"),
        ("ERIKSSON ANNA MARIA", "eriksson anna maria"),
        ("Ưng Ơn", "ung on"),
        ("", ""),
    ],
)
def test_the_folded_key_is_plain_letters(name, key):
    assert folded_key(name) == key


@given(NAMES)
def test_keys_do_not_depend_on_normal_form_or_case(name):
    decomposed = unicodedata.normalize("NFD", name.upper())

    assert spelling_key(decomposed) == spelling_key(name)
    assert folded_key(decomposed) == folded_key(name)


@given(st.text(max_size=60))
def test_keys_are_stable_for_any_text(text):
    assert folded_key(folded_key(text)) == folded_key(text)
    assert spelling_key(text) == spelling_key(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Nguyễn \t Thị\u00a0Mẫu ", "Nguyễn Thị Mẫu"),
        ("Ðổng", "Ðổng"),
        ("Nguyễn\x07\u202eMẫu", "NguyễnMẫu"),
        ("", None),
        (" \u200b\n", None),
        ("M" * 150, "M" * 150),
        ("M" * 151, None),
    ],
)
def test_a_name_is_kept_as_on_the_document_without_what_cannot_be_seen(text, name):
    assert clean_name(text) == name


@given(st.text(max_size=200))
def test_a_clean_name_has_no_control_characters_and_stays_as_it_is(text):
    name = clean_name(text)

    if name is not None:
        assert not any(unicodedata.category(character) == "Cc" for character in name)
        assert clean_name(name) == name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Thị Mẫu", "N. T. M***"),
        ("Đổng Thị Giả", "Đ. T. G***"),
        ("Chamaléa Văn Thử", "C. V. T***"),
        ("ERIKSSON ANNA MARIA", "E. A. M***"),
        ("ánh", "Á***"),
        ("", ""),
        ("  ", ""),
        (None, ""),
    ],
)
def test_a_masked_name_is_initials_and_no_length(name, masked):
    assert masked_name(name) == masked

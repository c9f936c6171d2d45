"""The words of the hub's pages against Babel, against each other, against their use."""

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from edge.domain.catalogue import placeholders, read_catalogue
from edge.domain.staff import Refusal, Role
from edge.ui.site.words import CATALOGUES, site_words
from edge.ui.words import LANGUAGES

UI = Path(__file__).parents[3] / "edge" / "ui"
SOURCES = [
    path.read_text(encoding="utf-8")
    for kind in ("*.py", "*.html", "*.js")
    for path in sorted((UI / "site").rglob(kind))
]
ROOT = UI.parents[1]
VIETNAMESE = [
    *sorted((UI / "locale" / "vi").rglob("*.po")),
    *sorted((ROOT / "docs" / "guides").glob("*.vi.md")),
]
ON_PAPER = [
    ROOT / "edge" / "adapters" / "slip_layout.py",
    *sorted((ROOT / "edge" / "services").glob("*_words.py")),
]
OTHER_NAMES = re.compile(
    r"quầy|bàn (?:tiếp nhận|tiếp đón|đón khách|hướng dẫn|đăng ký)|tiếp đón|hệ thống (?:tiêm|quốc gia)|cổng tiêm",
    re.IGNORECASE,
)
"""Reception is bàn đón tiếp everywhere, and the national system Nền tảng."""
# The tone mark stands on the first of two vowels that end a syllable: khóa, khỏe, hủy; but quý.
OTHER_SPELLING = re.compile(r"\w*(?:o[áàảãạéèẻẽẹ]|(?<!q)u[ýỳỷỹỵ])(?!\w)", re.IGNORECASE)
SAID = re.compile(r"""["']([a-z]+(?:[._][a-z_]+)*\.[a-z_]+(?:\.[a-z_]+)*)["']""")


def catalogue(language: str) -> dict[str, str]:
    return site_words().catalogues[language]


@pytest.mark.parametrize("name", CATALOGUES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_our_reader_reads_the_hubs_words_as_babel_does(language, name):
    path = UI / "locale" / language / "LC_MESSAGES" / f"{name}.po"
    with path.open("rb") as file:
        read_by_babel = read_po(file, locale=None, abort_invalid=True)

    expected = {m.id: m.string for m in read_by_babel if m.id and m.string and not m.fuzzy}
    assert read_catalogue(path.read_text(encoding="utf-8")) == expected


def test_both_languages_of_the_hub_have_the_same_words_with_the_same_blanks():
    vi, en = catalogue("vi"), catalogue("en")

    assert set(vi) ^ set(en) == set()
    assert [key for key in vi if placeholders(vi[key]) != placeholders(en[key])] == []


def test_the_hubs_vietnamese_is_composed():
    assert [w for w in catalogue("vi").values() if not unicodedata.is_normalized("NFC", w)] == []


@pytest.mark.parametrize("path", VIETNAMESE, ids=lambda path: path.name)
def test_our_vietnamese_has_one_word_and_one_spelling_for_a_thing(path):
    text = path.read_text(encoding="utf-8")

    assert OTHER_SPELLING.findall(text) == []
    assert "hàng đợi" not in text.lower()


@pytest.mark.parametrize("path", [*VIETNAMESE, *ON_PAPER], ids=lambda path: path.name)
def test_reception_and_the_platform_have_one_name_on_screens_slips_and_in_guides(path):
    assert OTHER_NAMES.findall(path.read_text(encoding="utf-8")) == []


def test_every_role_and_every_refusal_has_words():
    said = {f"role.{role}" for role in Role} | {f"refusal.{why}" for why in Refusal}

    assert said - set(catalogue("vi")) == set()


def test_every_word_that_the_hubs_pages_call_for_is_there():
    families = {key.split(".")[0] for key in catalogue("vi")}
    called = {
        key
        for text in SOURCES
        for key in SAID.findall(text)
        if key.split(".")[0] in families and not key.endswith((".html", ".css", ".js", ".svg"))
    }

    assert len(called) > 20
    assert called - set(catalogue("vi")) == set()

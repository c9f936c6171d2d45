"""The catalogues that come with the program against Babel, against each other, against their use."""

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from edge.domain.calling import ONE_WORD
from edge.domain.catalogue import placeholders, read_catalogue
from edge.domain.health import FaultCode
from edge.domain.roster import Told
from edge.domain.screen import SlipState
from edge.domain.speech import DIGIT, LETTER, NUMBER
from edge.services.display import PrinterMood
from edge.ui.words import LANGUAGES, built_in
from protocol.documents.model import Reason

EDGE = Path(__file__).parents[3] / "edge"
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for kind in ("*.py", "*.html", "*.js")
    for path in sorted(EDGE.rglob(kind))
    if EDGE / "ui" / "site" not in path.parents
}
SAID = re.compile(r"""\b(?:t|say|words|wordings)\(\s*["']([a-z][\w.]*\w)["']""")
FAMILY = re.compile(r"""(?:\bt\(\s*["']([a-z][\w.]*\.)["']\s*~|\bf"([a-z]\w*\.)\{)""")
"""Ids made from a fixed beginning and a member of an enumeration."""
FAMILIES = {
    "reason.": {reason.value for reason in Reason},
    "printer.": {mood.value for mood in PrinterMood} - {"ready", "unknown"},
    "slip.": set(SlipState.__args__) | {"again"},
    DIGIT: set("0123456789"),
    LETTER: set("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    NUMBER: {str(number) for number in ONE_WORD},
    "standing.": set(Told.__args__) - {"verified"},
    "out.": {"title", "how", "staff"},
    "fault.": {code.value for code in FaultCode},
}


def po(language: str) -> Path:
    return EDGE / "ui" / "locale" / language / "LC_MESSAGES" / "kiosk.po"


def ids() -> set[str]:
    return set(built_in().catalogues["vi"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_reader_reads_what_babel_reads(language):
    with po(language).open("rb") as file:
        read_by_babel = read_po(file, locale=None, abort_invalid=True)

    expected = {m.id: m.string for m in read_by_babel if m.id and m.string and not m.fuzzy}
    assert read_catalogue(po(language).read_text(encoding="utf-8")) == expected


def test_both_languages_have_the_same_ids():
    catalogues = built_in().catalogues

    assert set(catalogues["en"]) ^ set(catalogues["vi"]) == set()


def test_both_languages_fill_in_the_same_values():
    catalogues = built_in().catalogues

    differing = {
        name
        for name, words in catalogues["vi"].items()
        if placeholders(words) != placeholders(catalogues["en"][name])
    }
    assert differing == set()


@pytest.mark.parametrize(
    ("language", "whom"), [("vi", "kỹ thuật|trưởng điểm tiêm"), ("en", "call IT|head of site")]
)
def test_every_fault_says_what_is_wrong_what_to_do_and_whom_to_call(language, whom):
    catalogue = built_in().catalogues[language]

    for code in FaultCode:
        wrong, do, *more = catalogue[f"fault.{code.value}"].rstrip(".").split(". ")
        assert len(wrong) < 45, code
        assert len(do) < 110, code
        assert re.search(whom, do), code
        assert more == [], code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_composed_and_nothing_is_doubled_or_hangs(language):
    for name, words in built_in().catalogues[language].items():
        assert unicodedata.is_normalized("NFC", words), name
        assert words == words.strip(), name
        assert "  " not in words, name


def test_every_id_that_is_said_exists():
    said = {name for text in SOURCES.values() for name in SAID.findall(text)}

    assert said >= {"attract.title", "done.next", "bar.unsent"}
    assert said - ids() == set()


def test_every_member_of_a_family_exists_and_no_other():
    for beginning, members in FAMILIES.items():
        found = {name.removeprefix(beginning) for name in ids() if name.startswith(beginning)}
        assert found == members, beginning


def test_no_id_is_unused():
    everything = "\n".join(SOURCES.values())
    made = {a or b for text in SOURCES.values() for a, b in FAMILY.findall(text)}
    beginnings = (DIGIT, LETTER, NUMBER, *made)

    unused = {
        name
        for name in ids()
        if f'"{name}"' not in everything
        and f"'{name}'" not in everything
        and not name.startswith(beginnings)
    }
    assert unused == set()

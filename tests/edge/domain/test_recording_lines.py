"""The sheet's lines: all that can be heard, once, in the order of a visit."""

import unicodedata

import pytest

from edge.domain.calling import call_clips
from edge.domain.catalogue import Words
from edge.domain.recording import OTHERWISE, is_recorded, lines
from edge.ui.words import LANGUAGES, built_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_without_blanks_is_there_once_and_numbered(language):
    found = lines(built_in(), language)

    names = [line.name for line in found]
    assert len(set(names)) == len(names)
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    assert set(names) == {
        name for name, words in built_in().catalogues[language].items() if is_recorded(name, words)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_composed_and_on_one_line(language):
    for line in lines(built_in(), language):
        assert unicodedata.is_normalized("NFC", line.words)
        assert line.words == " ".join(line.words.split()) != ""
        assert line.language == language


def test_occasions_are_not_interrupted_and_calls_come_first():
    occasions = [line.occasion for line in lines(built_in(), "vi")]

    changes = [a for a, b in zip(occasions, [*occasions[1:], None], strict=True) if a is not b]
    assert len(changes) == len(set(changes))
    assert lines(built_in(), "vi")[0].name == "call.number"


def test_every_part_of_a_call_is_on_the_sheet():
    names = {line.name for line in lines(built_in(), "vi", ["Bàn đón tiếp", "Bàn 3", "7"])}

    for station in ("3", "20", "115", "Bàn đón tiếp"):
        assert names >= set(call_clips("ZX9876543"[:6], station))
    assert sum(name.startswith("station.") for name in names) == 1


def test_sentences_with_blanks_and_the_foot_of_the_screen_are_left_to_the_voice():
    names = {line.name for line in lines(built_in(), "vi")}

    assert not {"done.wait", "bar.unknown", "attract.picture"} & names


def test_what_is_not_translated_stands_there_in_the_language_that_stands_in():
    words = Words({"vi": {"back": "Quay lại", "new.id": "Mới"}, "cjm": {"back": "mẫu"}})

    found = {line.name: line for line in lines(words, "cjm")}

    assert (found["back"].words, found["back"].language) == ("mẫu", "cjm")
    assert (found["new.id"].words, found["new.id"].language) == ("Mới", "vi")
    assert found["new.id"].occasion is OTHERWISE

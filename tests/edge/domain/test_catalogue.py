import pytest

from edge.domain.catalogue import (
    CatalogueError,
    UnknownWord,
    Words,
    placeholders,
    read_catalogue,
    usable,
)

HEAD = 'msgid ""\nmsgstr ""\n"Language: vi\\n"\n\n'


def test_words_are_found_by_their_id():
    assert read_catalogue(HEAD + 'msgid "back"\nmsgstr "Quay lại"\n') == {"back": "Quay lại"}


def test_a_last_line_needs_no_end():
    assert read_catalogue('msgid "back"\nmsgstr "Quay lại"') == {"back": "Quay lại"}


def test_words_over_several_lines_are_one():
    text = 'msgid "a"\nmsgstr ""\n"Đưa thẻ\\n"\n"căn cước"\n'

    assert read_catalogue(text) == {"a": "Đưa thẻ\ncăn cước"}


def test_escapes_are_undone_and_unknown_ones_stay():
    assert read_catalogue('msgid "a"\nmsgstr "\\"x\\"\\t\\\\\\q"\n') == {"a": '"x"\t\\\\q'}


def test_a_file_from_a_windows_editor_is_read():
    text = '\ufeffmsgid "a"\r\nmsgstr "một"\r\n\r\nmsgid "b"\r\nmsgstr "hai"\r\n'

    assert read_catalogue(text) == {"a": "một", "b": "hai"}


def test_entries_need_no_empty_line_between_them():
    assert read_catalogue('msgid "a"\nmsgstr "1"\nmsgid "b"\nmsgstr "2"\n') == {"a": "1", "b": "2"}


def test_what_is_not_translated_yet_is_left_out():
    text = (
        'msgid "a"\nmsgstr ""\n\n#, fuzzy\nmsgid "b"\nmsgstr "?"\n\n#~ msgid "c"\n#~ msgstr "x"\n'
    )

    assert read_catalogue(text) == {}


def test_a_mark_of_doubt_ends_with_its_entry():
    text = '#, fuzzy\nmsgid "a"\nmsgstr "?"\n\n# a note\nmsgid "b"\nmsgstr "hai"\n'

    assert read_catalogue(text) == {"b": "hai"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('msgid "a"\nmsgstr "x\n', "line 2: a quotation mark"),
        ('msgid "a"\nmsgstr "x" y"\n', "line 2: a quotation mark"),
        ("hello\n", "line 1: expected"),
        ('"x"\n', "line 1: expected"),
        ('msgid "a"\nmsgstr "1"\n\nmsgid "a"\nmsgstr "2"\n', "a comes twice"),
        ('msgid_plural "a"\n', "line 1: expected"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_line(text, said):
    with pytest.raises(CatalogueError, match=said):
        read_catalogue(text)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Còn {count} lượt, lúc {time}", {"count", "time"}),
        ("{{nothing}}", set()),
        ("{count:>9}", {"count:>9"}),
        ("{count!r}", {"count!r"}),
        ("{count.real}", {"count.real"}),
    ],
)
def test_placeholders_are_read_exactly_as_written(words, expected):
    assert placeholders(words) == expected


def test_only_harmless_words_of_a_pack_are_used():
    original = {"bar": "{count} lượt", "back": "Quay lại", "open": "Mở"}
    pack = {"bar": "{count.__class__}", "back": "Hạ", "open": "{", "unknown": "x"}

    assert usable(pack, original) == {"back": "Hạ"}


WORDS = Words(
    {
        "vi": {"a": "một", "b": "hai", "c": "ba {n}"},
        "en": {"a": "one", "b": "two"},
        "xx": {"a": "mốt"},
        "yy": {"b": "hài"},
    },
    {"xx": "yy", "yy": "xx"},
)


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("a", "xx", "mốt"),
        ("b", "xx", "hài"),
        ("a", "en", "one"),
        ("c", "en", "ba 3"),
        ("c", "xx", "ba 3"),
        ("a", "no-such-language", "một"),
    ],
)
def test_a_missing_word_is_said_in_the_base_language_and_at_last_in_vietnamese(
    name, language, expected
):
    assert WORDS.say(name, language, n=3) == expected


def test_languages_are_offered_in_their_order():
    assert WORDS.languages == ("vi", "en", "xx", "yy")


def test_a_language_is_named_for_what_is_spoken():
    assert WORDS.spoken_in("b", "xx") == "yy"


def test_an_id_that_nobody_has_is_an_error():
    with pytest.raises(UnknownWord, match="nothing"):
        WORDS.say("nothing", "vi")

"""What the loudspeaker says: words that lead back to the same number, whatever the number."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.domain.calling import NotATicket, call_clips, call_sentence, station_clip
from edge.domain.speech import DIGIT, LETTER
from edge.ui.words import LANGUAGES, built_in

TICKETS = st.from_regex(r"[A-Z]{1,2}[0-9]{3,4}", fullmatch=True)
WORDS = built_in().catalogues


def signs(language: str) -> dict[str, str]:
    """Return words -> the letter or digit that they say."""
    return {
        words: name[-1]
        for name, words in WORDS[language].items()
        if name.startswith((LETTER, DIGIT))
    }


def test_a_number_is_called_to_a_desk_in_vietnamese():
    assert call_sentence("A012", "3", WORDS["vi"]) == "Mời số a, không, một, hai, đến bàn ba."


def test_a_number_is_called_to_a_desk_in_english():
    assert call_sentence("A012", "3", WORDS["en"]) == "Number A, zero, one, two, to desk three."


def test_while_many_wait_a_call_is_number_and_place_alone():
    said = call_sentence("A012", "3", WORDS["vi"], brief=True)

    assert said == "a không một hai, đến bàn ba."
    assert call_clips("A012", "3", brief=True) == call_clips("A012", "3")[1:]


def test_a_brief_call_names_the_place_where_the_desk_alone_would_mislead():
    said = call_sentence("A012", "Khám sàng lọc", WORDS["vi"], "2", brief=True)

    assert said == "a không một hai, đến Khám sàng lọc, đến bàn hai."


@pytest.mark.parametrize(
    ("desk", "said"),
    [
        ("3", "đến Khám sàng lọc, đến bàn ba"),
        ("B", "đến Khám sàng lọc, đến bàn bê"),
        ("2a", "đến Khám sàng lọc, đến bàn hai a"),
        ("", "đến Khám sàng lọc"),
    ],
)
def test_a_number_is_called_to_a_desk_of_a_named_place(desk, said):
    sentence = call_sentence("A012", "Khám sàng lọc", WORDS["vi"], desk)

    assert sentence == f"Mời số a, không, một, hai, {said}."


def test_the_parts_are_those_of_the_recording_sheet():
    assert call_clips("AB1234", "12") == (
        "call.number",
        *("letter.A", "letter.B", "digit.1", "digit.2", "digit.3", "digit.4"),
        *("call.to_desk", "number.12"),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@given(ticket=TICKETS, station=st.none() | st.integers(0, 999).map(str) | st.just("Bàn khám"))
def test_the_words_lead_back_to_the_ticket(language, ticket, station):
    sentence = call_sentence(ticket, station, WORDS[language])

    begin = WORDS[language]["call.number"] + " "
    assert sentence is not None
    assert sentence.startswith(begin)
    parts = sentence.removesuffix(".").removeprefix(begin).split(", ")
    said = parts if station is None else parts[:-1]
    assert "".join(signs(language)[part] for part in said) == ticket


@pytest.mark.parametrize("language", LANGUAGES)
@given(ticket=TICKETS, station=st.none() | st.integers(0, 999).map(str))
def test_every_part_of_a_call_has_words_and_spells_the_ticket(language, ticket, station):
    clips = call_clips(ticket, station)

    assert all(name in WORDS[language] for name in clips)
    spelled = clips[1 : 1 + len(ticket)]
    assert "".join(name.removeprefix(LETTER).removeprefix(DIGIT) for name in spelled) == ticket


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_letters_or_digits_have_the_same_name(language):
    assert len(signs(language)) == 36


@given(st.integers(0, 999))
def test_different_desks_are_never_called_alike(desk):
    assert call_clips("A001", str(desk)) != call_clips("A001", str(desk + 1))


@pytest.mark.parametrize(
    ("station", "place"),
    [
        (None, ()),
        ("3", ("call.to_desk", "digit.3")),
        ("Bàn 3", ("call.to_desk", "digit.3")),
        ("Ba\u0300n  03", ("call.to_desk", "digit.3")),
        ("Desk 20", ("call.to_desk", "number.20")),
        ("21", ("call.to_desk", "digit.2", "digit.1")),
        ("Bàn đón tiếp", ("call.to", "station.ban-don-tiep")),
        ("Bàn khám 2", ("call.to", "station.ban-kham-2")),
        ("–", ()),
        ("", ()),
    ],
)
def test_a_place_is_a_number_or_a_name(station, place):
    assert call_clips("A001", station)[5:] == place


def test_a_desk_with_a_number_needs_no_recording_of_its_own():
    assert station_clip("Bàn 3") is None
    assert station_clip("../../x") == "station.x"


@given(st.text(max_size=60))
def test_any_name_of_a_place_is_called_and_its_file_stays_in_its_folder(station):
    clips = call_clips("A001", station)

    assert clips[:5] == call_clips("A001")
    assert all(re.fullmatch(r"[a-z]+\.[\w-]+", name) for name in clips)
    clip = station_clip(station)
    assert clip is None or clip == clips[-1]


@given(st.text(max_size=60))
def test_a_file_of_a_place_is_known_again_by_its_name(station):
    clip = station_clip(station)

    if clip is not None:
        assert station_clip(clip.removeprefix("station.").replace("-", " ")) == clip


def test_a_named_place_is_said_as_it_is_called():
    said = call_sentence("B100", "Bàn đón tiếp", WORDS["vi"])

    assert said == "Mời số bê, một, không, không, đến Bàn đón tiếp."


def test_without_a_place_only_the_number_is_called():
    assert call_sentence("A001", None, WORDS["vi"]) == "Mời số a, không, không, một."


def test_a_language_that_lacks_a_part_makes_no_sentence():
    assert call_sentence("A001", None, {"call.number": "mẫu"}) is None


@pytest.mark.parametrize("ticket", ["", "A01", "012", "ABC123", "a012", "A01234", "A٠١٢", "A012\n"])
def test_what_is_no_ticket_is_refused(ticket):
    with pytest.raises(NotATicket):
        call_clips(ticket)

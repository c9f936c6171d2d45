import io
import wave

import pytest

from edge.domain.answers import Answer, Found
from edge.domain.catalogue import Words
from edge.domain.screen import (
    Attract,
    Certificates,
    Complained,
    Done,
    Doses,
    Keypad,
    NotMe,
    OutOfOrder,
    Refused,
    StaffWanted,
    TwoCards,
)
from edge.domain.speech import Hearing, Piece, Tone, by_itself, for_a_voice, spell, tone
from edge.domain.tone import RATE_HZ, tone_wav
from protocol.documents.model import DocumentClass, Reason

WORDS = Words(
    {
        "vi": {
            "title": "Số của ông/bà",
            "next": "Xin ngồi chờ.",
            "desk": "Mời đến {desk}.",
            "wait": "Chờ {low} đến {high} phút.",
            "left": "Còn {count}",
            "digit.0": "không",
            "no": "Không",
            "lines": "Đưa thẻ\nvào đây",
        },
        "xx": {"next": "Hoà."},
    }
)
VI = Hearing(WORDS, "vi")


def names(text, hearing=VI):
    return [piece.name or piece.text for piece in hearing.pieces(text)]


def test_sentences_of_the_catalogue_are_found_one_after_the_other():
    assert names("Số của ông/bà Xin ngồi chờ.") == ["title", "next"]


def test_a_number_is_said_letter_by_letter_and_digit_by_digit():
    assert names("A07") == ["A07"]
    assert names("A012") == ["letter.A", "digit.0", "digit.1", "digit.2"]


def test_words_around_a_number_keep_together():
    assert names("phòng bên trái A012 tầng hai") == [
        "phòng bên trái",
        *("letter.A", "digit.0", "digit.1", "digit.2"),
        "tầng hai",
    ]


def test_values_are_found_again_in_what_is_shown():
    assert VI.pieces("Mời đến Bàn 2. Chờ 5 đến 10 phút. Xin ngồi chờ.") == [
        Piece("desk", "Mời đến Bàn 2.", (("desk", "Bàn 2"),)),
        Piece("wait", "Chờ 5 đến 10 phút.", (("low", "5"), ("high", "10"))),
        Piece("next", "Xin ngồi chờ."),
    ]


def test_a_value_at_the_end_takes_the_rest():
    assert VI.pieces("Còn 3 người nữa") == [
        Piece("left", "Còn 3 người nữa", (("count", "3 người nữa"),))
    ]


def test_a_line_break_on_the_screen_is_no_pause():
    assert names("Đưa thẻ vào đây") == ["lines"]


def test_a_short_word_is_not_cut_out_of_a_sentence():
    assert names("Máy Không kêu") == ["Máy Không kêu"]
    assert names("Khônga") == ["Khônga"]


def test_nothing_is_nothing():
    assert VI.pieces(" \n ") == []


def test_words_that_a_pack_lacks_are_found_in_the_language_that_stands_in():
    hearing = Hearing(WORDS, "xx")

    assert names("Hoà. Số của ông/bà", hearing) == ["next", "title"]


@pytest.mark.parametrize("word", ["A", "12", "A1B2", "ngày", "0912.345"])
def test_other_words_are_not_spelled(word):
    assert spell(word) == ()


def test_signs_are_not_read_out():
    assert for_a_voice("ông/bà\nchờ…  P01 · kiosk") == "ông bà chờ. P01 , kiosk"


def test_what_is_masked_is_left_out_and_the_digits_that_are_shown_are_said_one_by_one():
    assert for_a_voice("N. T. M***") == "N. T. M"
    assert [piece.text for piece in spell("•••••••••123")] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("screen", "expected"),
    [
        (Attract(), None),
        (Keypad(), None),
        (Done("A001"), Tone.SUCCESS),
        (Done("A001", slip="failed"), Tone.ATTENTION),
        (Done("A001", again=True), Tone.ATTENTION),
        (Complained("K001"), Tone.SUCCESS),
        (Complained("K001", slip="failed"), Tone.ATTENTION),
        (Certificates(Answer(Found.AVAILABLE)), Tone.SUCCESS),
        (Certificates(Answer(Found.AVAILABLE), slip="failed"), Tone.ATTENTION),
        (Certificates(Answer(Found.AVAILABLE), refused="revoked"), Tone.ATTENTION),
        (Doses(Answer(Found.NOT_REACHABLE)), Tone.ATTENTION),
        (Refused(DocumentClass.HEALTH_INSURANCE, Reason.HEALTH_INSURANCE), Tone.ERROR),
        (TwoCards(), Tone.ATTENTION),
        (NotMe(), Tone.ATTENTION),
        (StaffWanted(), Tone.ATTENTION),
    ],
)
def test_a_result_has_its_tone(screen, expected):
    assert tone(screen) is expected


def test_reading_a_card_is_heard():
    from edge.domain.screen import Read

    read = Read(DocumentClass.HEALTH_INSURANCE, None, "079•••••••21", 2000)

    assert tone(read) is Tone.READ


def test_nobody_is_called_by_a_quiet_or_an_ill_machine():
    from edge.domain.aim import Hint

    assert not by_itself(Attract())
    assert not by_itself(OutOfOrder("D01"))
    assert by_itself(Attract(hint=Hint.CLOSER))
    assert by_itself(Done("A001"))


@pytest.mark.parametrize("kind", Tone)
def test_a_tone_is_a_short_wav_without_clicks_and_not_too_loud(kind):
    with wave.open(io.BytesIO(tone_wav(kind))) as file:
        samples = memoryview(file.readframes(file.getnframes())).cast("h")

        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        assert 0.1 < len(samples) / RATE_HZ < 1
        assert 8_000 < max(samples) < 23_000
        assert abs(samples[0]) < 300
        assert abs(samples[-1]) < 300


def test_tones_differ():
    assert len({tone_wav(kind) for kind in Tone}) == len(Tone)

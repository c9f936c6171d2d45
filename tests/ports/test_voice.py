"""Each voice against the port; espeak-ng is there after `make setup`."""

import io
import wave

import pytest

from edge.adapters.voice_espeak import EspeakVoice
from edge.adapters.voice_none import NoVoice
from edge.ports import VoiceUnavailable


def seconds(clip) -> float:
    with wave.open(io.BytesIO(clip.data)) as file:
        return file.getnframes() / file.getframerate()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_words_become_a_wav_of_speakable_length(language):
    clip = EspeakVoice().speak("Xin ngồi chờ." if language == "vi" else "Take a seat.", language)

    assert clip.media_type == "audio/wav"
    assert 0.4 < seconds(clip) < 3


def test_composed_and_decomposed_letters_sound_the_same():
    voice = EspeakVoice()

    assert voice.speak("lại", "vi") == voice.speak("la\u0323i", "vi")


def test_tones_of_vietnamese_are_heard():
    voice = EspeakVoice()

    assert len({voice.speak(word, "vi").data for word in ("ma", "má", "mà", "mả", "mã", "mạ")}) == 6


@pytest.mark.parametrize(
    "voice",
    [
        NoVoice(),
        EspeakVoice(program="no-such-program"),
        EspeakVoice({"vi": "qqq"}),
        EspeakVoice({"vi": "--stdin"}),
        EspeakVoice({}),
        EspeakVoice(timeout_seconds=0.0001),
    ],
    ids=["none", "no program", "no voice", "an option", "no languages", "no time"],
)
def test_a_voice_that_is_not_there_says_so(voice):
    assert not voice.speaks("vi")
    with pytest.raises(VoiceUnavailable):
        voice.speak("một", "vi")


def test_a_text_of_nothing_is_no_sound():
    with pytest.raises(VoiceUnavailable):
        EspeakVoice().speak(" ", "vi")


def test_speech_is_not_clipped_and_begins_at_once():
    with wave.open(io.BytesIO(EspeakVoice().speak("không", "vi").data)) as file:
        rate = file.getframerate()
        samples = memoryview(file.readframes(file.getnframes())).cast("h")

    assert max(samples) < 32_000
    assert next(i for i, s in enumerate(samples) if abs(s) > 600) < rate * 0.1

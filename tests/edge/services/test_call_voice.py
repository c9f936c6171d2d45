"""The board's voice with recordings, without, and with some; heard by measurement."""

import asyncio

import numpy as np
import pytest
from factories.sounds import hum_clip, listen

from edge.adapters.recordings_none import NoRecordings
from edge.adapters.splicer_numpy import NumpySplicer
from edge.adapters.voice_espeak import EspeakVoice
from edge.adapters.voice_none import NoVoice
from edge.domain.calling import NotATicket, call_clips
from edge.domain.catalogue import UnknownWord, Words
from edge.ports import Clip, ClipUnreadable, VoiceUnavailable
from edge.services import calling as module
from edge.services.calling import CallVoice
from edge.ui.words import built_in


class EchoVoice:
    """Gives back what it would say; knows some languages."""

    def __init__(self, *languages: str) -> None:
        self.languages = languages
        self.said: list[str] = []

    def speaks(self, language):
        return language in self.languages

    def speak(self, text, language):
        self.said.append(text)
        return Clip(f"{language}:{text}".encode(), "audio/wav")


class HoarseVoice(EchoVoice):
    def speak(self, text, language):
        raise VoiceUnavailable(f"hoarse: {len(text)} characters of {language}")


class EveryRecording:
    """Has a recording of every part in one language but for those left out."""

    def __init__(self, language="vi", without=()) -> None:
        self.language = language
        self.without = without
        self.asked = 0

    def clip(self, name, language):
        self.asked += 1
        return hum_clip() if language == self.language and name not in self.without else None


class RefusingSplicer:
    def join(self, parts):
        raise ClipUnreadable(f"{len(parts)} parts")


def call_voice(voice=None, recordings=None, words=None, splicer=None) -> CallVoice:
    return CallVoice(
        words=words or built_in(),
        voice=voice or EchoVoice("vi", "en"),
        recordings=recordings or NoRecordings(),
        splicer=splicer or NumpySplicer(),
    )


async def said(service, *call):
    clip = await service.wav(*call)
    return clip and clip.data.decode()


async def test_a_call_of_recordings_holds_all_its_parts():
    clip = await call_voice(NoVoice(), EveryRecording()).wav("A012", "12", "vi")

    heard = listen(clip.data)
    assert len(heard.stretches()) == len(call_clips("A012", "12")) == 7
    assert (heard.channels, heard.rate_hz, heard.bits) == (1, 22_050, 16)
    assert heard.peak < 0.9


async def test_one_missing_part_and_a_voice_says_the_whole():
    service = call_voice(recordings=EveryRecording(without=("digit.1",)))

    assert await said(service, "A012", "3", "vi") == "vi:Mời số a, không, một, hai, đến bàn ba."
    assert listen((await service.wav("A022", "3", "vi")).data).peak > 0.1


async def test_a_recording_that_is_broken_is_a_missing_part():
    service = call_voice(recordings=EveryRecording(), splicer=RefusingSplicer())

    assert await said(service, "A012", None, "en") == "en:Number A, zero, one, two."
    assert await said(service, "A012", None, "vi") == "vi:Mời số a, không, một, hai."


async def test_two_languages_are_never_mixed_in_one_call():
    words = Words({**built_in().catalogues, "cjm": {"call.number": "mẫu"}}, {"cjm": "vi"})
    service = call_voice(recordings=EveryRecording("cjm", without=("digit.2",)), words=words)

    assert await said(service, "A012", "3", "cjm") == "vi:Mời số a, không, một, hai, đến bàn ba."
    assert listen((await service.wav("A011", "3", "cjm")).data).seconds > 2


@pytest.mark.parametrize("voice", [NoVoice(), HoarseVoice("vi")])
async def test_where_nothing_can_speak_there_is_silence_and_nothing_is_kept(voice):
    service = call_voice(voice)

    assert await service.wav("A012", "3", "vi") is None


async def test_a_call_again_is_made_once_also_for_boards_that_ask_together():
    voice = EchoVoice("vi")
    service = call_voice(voice)

    clips = await asyncio.gather(*(service.wav("A012", "3", "vi") for _ in range(5)))

    assert len(set(map(id, clips))) == 1
    assert len(voice.said) == 1


async def test_calls_take_only_so_much_memory(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    voice = EchoVoice("vi")
    service = call_voice(voice)

    for ticket in ("A001", "A002", "A001", "A003", "A001", "A002"):
        await service.wav(ticket, None, "vi")

    assert len(voice.said) == 4  # The one called least lately was made again.


@pytest.mark.parametrize("ticket", ["", "Nguyễn", "Q7"])
async def test_only_numbers_are_called(ticket):
    with pytest.raises(NotATicket) as refused:
        await call_voice().wav(ticket, None, "vi")
    assert not ticket or ticket not in str(refused.value)


async def test_a_language_that_nobody_has_is_an_error():
    with pytest.raises(UnknownWord):
        await call_voice().wav("A012", None, "xx")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("station", [None, "3", "20", "Bàn đón tiếp"])
async def test_espeak_calls_a_number_in_a_few_seconds_loud_and_unclipped(language, station):
    clip = await call_voice(EspeakVoice()).wav("AB1234", station, language)

    heard = listen(clip.data)
    assert (heard.channels, heard.rate_hz, heard.bits) == (1, 22_050, 16)
    assert 2 < heard.seconds < 9
    assert 0.3 < heard.peak < 0.95
    assert heard.level_db > -30


class MadeRecordings:
    """What make-clips would put into a pack: every part spoken, cut and levelled."""

    def __init__(self) -> None:
        self.words = built_in().catalogues["vi"]

    def clip(self, name, language):
        return NumpySplicer().join([EspeakVoice().speak(self.words[name], language)])


async def test_every_part_is_heard_in_the_joined_call_and_in_its_place():
    """Each part is looked for by correlation: 1 is the same sound, and the places must ascend."""
    recordings = MadeRecordings()
    clip = await call_voice(NoVoice(), recordings).wav("A012", "3", "vi")
    call = listen(clip.data)

    sound = np.pad(call.samples, (0, call.rate_hz))
    slack = call.rate_hz // 20  # Each part is cut once more when it is joined.
    place = 0
    for name in call_clips("A012", "3"):
        part = listen(recordings.clip(name, "vi").data).samples
        near = sound[place : place + len(part) + 4 * slack]
        energy = np.convolve(near**2, np.ones(len(part)), "valid") * np.sum(part**2)
        likeness = np.correlate(near, part, "valid") / np.sqrt(np.maximum(energy, 1e-9))
        best = int(np.argmax(likeness))
        assert likeness[best] > 0.98, name
        place += best + len(part) - slack
    assert abs(len(call.samples) - place) < 2 * slack

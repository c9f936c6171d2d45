import pytest

from edge.adapters.recordings_none import NoRecordings
from edge.adapters.voice_none import NoVoice
from edge.domain.catalogue import UnknownWord, Words
from edge.ports import Clip, VoiceUnavailable
from edge.services import speaking as module
from edge.services.speaking import FIRST_HEARD, Speaking
from edge.ui.words import built_in

WORDS = Words(
    {
        "vi": {
            "back": "Quay lại",
            "left": "Còn {count}.",
            "digit.0": "không",
            "letter.B": "bê",
        },
        "en": {"back": "Back", "left": "{count} left."},
        "cjm": {"back": "mẫu"},
    },
    {"cjm": "vi"},
)


class EchoVoice:
    """Gives back what it would say; knows some languages; counts."""

    def __init__(self, *languages: str) -> None:
        self.languages = languages or ("vi", "en")
        self.said: list[str] = []
        self.fails = False

    def speaks(self, language):
        return language in self.languages

    def speak(self, text, language):
        if self.fails:
            raise VoiceUnavailable("hoarse")
        self.said.append(text)
        return Clip(f"{language}:{text}".encode(), "audio/wav")


class SomeRecordings:
    def __init__(self, *names: tuple[str, str]) -> None:
        self.names = names

    def clip(self, name, language):
        if (name, language) in self.names:
            return Clip(f"recorded {language}:{name}".encode(), "audio/ogg")
        return None


def speaking(voice=None, recordings=None) -> Speaking:
    return Speaking(
        words=WORDS, voice=voice or EchoVoice(), recordings=recordings or NoRecordings()
    )


async def said(service, name, language="vi"):
    clip = await service.sound(name, language)
    return clip and clip.data.decode()


async def test_words_are_said_by_the_voice_of_their_language():
    service = speaking()

    assert await service.names(["Back"], "en") == ["back"]
    assert await said(service, "back", "en") == "en:Back"


async def test_a_recording_comes_before_the_voice():
    service = speaking(recordings=SomeRecordings(("back", "vi")))

    assert await said(service, "back") == "recorded vi:back"


async def test_a_voice_never_reads_words_of_a_language_that_it_does_not_speak():
    service = speaking()

    assert await service.names(["mẫu"], "cjm") == ["back"]
    assert await said(service, "back", "cjm") == "vi:Quay lại"


async def test_a_recording_in_the_chosen_language_is_heard():
    service = speaking(recordings=SomeRecordings(("back", "cjm")))

    assert await said(service, "back", "cjm") == "recorded cjm:back"


async def test_values_are_said_in_the_language_that_stands_in():
    service = speaking()
    [name] = await service.names(["Còn 3."], "cjm")

    assert await said(service, name, "cjm") == "vi:Còn 3."


async def test_what_the_catalogue_does_not_know_is_read_as_it_is():
    service = speaking()
    [name] = await service.names(["Bàn đón tiếp"], "vi")

    assert await said(service, name) == "vi:Bàn đón tiếp"


async def test_letters_are_said_by_their_names():
    service = speaking()

    assert await service.names(["B000"], "vi") == ["letter.B", "digit.0", "digit.0", "digit.0"]
    assert await said(service, "letter.B") == "vi:bê"


async def test_a_sound_of_the_catalogue_is_made_once():
    voice = EchoVoice()
    service = speaking(voice)

    await service.sound("back", "vi")
    await service.sound("back", "vi")

    assert voice.said == ["Quay lại"]


async def test_what_was_a_persons_own_is_forgotten():
    service = speaking()
    [name] = await service.names(["N. V. A."], "vi")

    service.forget()

    assert await service.sound(name, "vi") is None


async def test_only_so_much_of_what_is_a_persons_own_is_held():
    service = speaking()
    [first] = await service.names(["câu số 1"], "vi")
    await service.names([f"câu số {number}" for number in range(module.MOST_HELD)], "vi")

    assert await service.sound(first, "vi") is None


async def test_sounds_take_only_so_much_memory(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 20)
    voice = EchoVoice()
    service = speaking(voice)

    for name in ("back", "digit.0", "letter.B", "back"):
        await service.sound(name, "vi")

    assert voice.said.count("Quay lại") == 2


async def test_a_kiosk_that_cannot_speak_names_nothing():
    service = speaking(NoVoice())

    assert await service.names(["Quay lại", "Bàn đón tiếp"], "vi") == []
    assert await service.sound("back", "vi") is None


async def test_recordings_are_heard_though_there_is_no_voice():
    service = speaking(NoVoice(), SomeRecordings(("back", "vi")))

    assert await service.names(["Quay lại", "Bàn đón tiếp"], "vi") == ["back"]


async def test_a_voice_that_fails_is_silence():
    voice = EchoVoice()
    voice.fails = True

    assert await speaking(voice).sound("back", "vi") is None


async def test_a_sound_that_nobody_knows_is_silence():
    assert await speaking().sound("no.such.id", "vi") is None


async def test_a_language_that_nobody_has_is_an_error():
    with pytest.raises(UnknownWord):
        await speaking().names(["x"], "xx")


async def test_what_most_people_hear_first_is_ready_before_anybody_comes():
    voice = EchoVoice()
    words = Words({"vi": {FIRST_HEARD: "Máy đã đọc được thẻ"}, "en": {FIRST_HEARD: "Card read"}})
    service = Speaking(words=words, voice=voice, recordings=NoRecordings())

    await service.warm_up()
    await service.sound(FIRST_HEARD, "vi")

    assert voice.said == ["Máy đã đọc được thẻ"]
    assert FIRST_HEARD in built_in().catalogues["vi"]


async def test_a_kiosk_that_cannot_speak_warms_nothing_up():
    words = Words({"vi": {FIRST_HEARD: "Máy đã đọc được thẻ"}})

    await Speaking(words=words, voice=NoVoice(), recordings=NoRecordings()).warm_up()

"""Clips of a machine and of people in one folder."""

import pytest
import soundfile
from factories.packs import language_pack
from factories.sounds import hum, hum_clip, listen

from edge.adapters.clip_label import labelled, machine_words
from edge.adapters.language_packs import PackRecordings, read_packs
from edge.adapters.pack_clips import PackClips, begin_pack
from edge.ports import Clip, ClipNotStored


def test_a_label_says_what_the_machine_said_and_the_sound_stays():
    plain = hum()
    made = labelled(plain, "Mời số")

    assert machine_words(made) == "Mời số"
    assert (listen(made).samples == listen(plain).samples).all()


def test_players_read_a_labelled_file(tmp_path):
    (tmp_path / "a.wav").write_bytes(labelled(hum(), "Mời số"))

    assert soundfile.info(tmp_path / "a.wav").frames == listen(hum()).samples.size


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", hum(), hum(kind="OGG"), hum()[:50], b"RIFFxxxxWAVELIST"]
)
def test_everything_else_is_a_persons(data):
    assert machine_words(data) is None


def test_a_label_that_an_editor_kept_over_another_sound_does_not_count():
    made = bytearray(labelled(hum(), "Mời số"))
    made[100] ^= 1

    assert machine_words(bytes(made)) is None


def test_a_recording_takes_the_place_of_the_machine(tmp_path):
    clips = PackClips(tmp_path)
    clips.put("back", hum_clip(), "Quay lại")
    clips.put("title", hum_clip(), "Lấy số")
    assert clips.present() == {"back": "Quay lại", "title": "Lấy số"}

    (tmp_path / "clips" / "back.wav").write_bytes(hum(level=0.3))

    assert clips.present() == {"back": None, "title": "Lấy số"}
    assert not list((tmp_path / "clips").glob("*.part"))


@pytest.mark.parametrize("suffix", ["mp3", "ogg", "MP3"])
def test_a_recording_of_another_kind_is_heard_before_the_machine(tmp_path, suffix):
    folder = language_pack(tmp_path, clips={f"back.{suffix}": b"a person"})
    PackClips(folder).put("back", hum_clip(), "Quay lại")

    assert PackClips(folder).present()["back"] is None
    assert PackRecordings(read_packs(tmp_path)).clip("back", "cjm").data == b"a person"


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "clips").write_text("in the way")

    with pytest.raises(ClipNotStored, match="clips"):
        PackClips(tmp_path).put("back", Clip(hum(), "audio/wav"), "Quay lại")
    with pytest.raises(ClipNotStored):
        begin_pack(tmp_path / "clips" / "vi", "vi", "Tiếng Việt")

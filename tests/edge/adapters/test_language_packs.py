import io
import math
import struct

import pytest
import soundfile
from factories.packs import CHAM, DRAWING, MANIFEST, SAMPLE, language_pack
from factories.sounds import hum

from edge.adapters.clip_label import labelled
from edge.adapters.language_packs import (
    PackPictograms,
    PackRecordings,
    PackUnreadable,
    read_pack,
    read_packs,
    with_packs,
)
from edge.adapters.pack_inspection import inspect
from edge.domain.language_pack import Trouble
from edge.domain.speech import Tone
from edge.domain.tone import RATE_HZ, tone_wav, wav
from edge.ui.pictograms import pictogram_names
from edge.ui.words import built_in

ORIGINAL = built_in().catalogues["vi"]


def noise(seconds: float, level: float) -> bytes:
    count = int(seconds * RATE_HZ)
    samples = [round(32767 * level * math.sin(i / 9)) for i in range(count)]
    return wav(struct.pack(f"<{count}h", *samples), RATE_HZ)


def as_file(kind: str) -> bytes:
    samples, rate_hz = soundfile.read(io.BytesIO(noise(0.5, 0.2)))
    written = io.BytesIO()
    soundfile.write(written, samples, rate_hz, format=kind)
    return written.getvalue()


def troubles(folder) -> dict[Trouble, list[str]]:
    found: dict[Trouble, list[str]] = {}
    for finding in inspect(folder, ORIGINAL, pictogram_names()):
        found.setdefault(finding.trouble, []).append(finding.place)
    return found


def test_a_pack_adds_a_language_and_vietnamese_stands_in_for_the_rest(tmp_path):
    language_pack(tmp_path)

    words = with_packs(built_in(), read_packs(tmp_path))

    assert words.languages == ("vi", "en", "cjm")
    assert words.say("attract.title", "cjm") == SAMPLE
    assert words.say("language.name", "cjm") == CHAM
    assert words.say("back", "cjm") == "Quay lại"


def test_a_pack_may_stand_on_english(tmp_path):
    language_pack(tmp_path, manifest=MANIFEST + 'base = "en"\n')

    words = with_packs(built_in(), read_packs(tmp_path))

    assert words.say("back", "cjm") == "Back"


def test_a_pack_of_vietnamese_brings_recordings_and_keeps_the_words(tmp_path):
    manifest = 'code = "vi"\nname = "Tiếng Việt"\nauthor = "Trạm Phước Dinh"\n'
    language_pack(tmp_path, manifest=manifest, words={})
    packs = read_packs(tmp_path)

    words = with_packs(built_in(), packs)

    assert words.languages == ("vi", "en")
    assert words.say("back", "vi") == "Quay lại"
    assert PackRecordings(packs).clip("digit.0", "vi").media_type == "audio/wav"


def test_words_that_would_break_a_screen_are_not_used(tmp_path):
    language_pack(tmp_path, words={"bar.unsent": "{count.__class__}", "back": "mẫu"})

    words = with_packs(built_in(), read_packs(tmp_path))

    assert words.say("bar.unsent", "cjm", count=3, time="08:00").startswith("Còn 3")
    assert words.say("back", "cjm") == "mẫu"


def test_a_broken_pack_is_left_out_and_the_others_stay(tmp_path):
    language_pack(tmp_path)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "pack.toml").write_text("code = ", encoding="utf-8")

    assert [pack.manifest.code for pack in read_packs(tmp_path)] == ["cjm"]


def test_a_folder_that_is_not_there_is_no_pack(tmp_path):
    assert read_packs(tmp_path / "nothing") == []


@pytest.mark.parametrize(
    "manifest",
    [
        'code = "cjm"\nname = "x"\n',
        'code = "../x"\nname = "x"\nauthor = "y"\n',
        'code = "cjm"\nname = " "\nauthor = "y"\n',
        'code = "cjm"\nname = 7\nauthor = "y"\n',
        MANIFEST + 'colour = "red"\n',
        MANIFEST + 'voice = "--stdin"\n',
    ],
)
def test_a_manifest_that_is_not_right_is_refused(tmp_path, manifest):
    folder = language_pack(tmp_path, manifest=manifest)

    with pytest.raises(PackUnreadable, match=r"pack\.toml"):
        read_pack(folder)
    assert Trouble.MANIFEST in troubles(folder)


def test_recordings_are_found_by_their_id(tmp_path):
    language_pack(tmp_path, clips={"back.mp3": b"x", "back.txt": b"y"})
    recordings = PackRecordings(read_packs(tmp_path))

    assert recordings.clip("back", "cjm").media_type == "audio/mpeg"
    assert recordings.clip("digit.0", "cjm") is None
    assert recordings.clip("back", "en") is None


def test_a_recording_that_went_away_or_is_huge_is_none(tmp_path):
    folder = language_pack(tmp_path, clips={"back.wav": bytes(2_000_001), "title.wav": b"x"})
    recordings = PackRecordings(read_packs(tmp_path))
    (folder / "clips" / "title.wav").unlink()

    assert recordings.clip("back", "cjm") is None
    assert recordings.clip("title", "cjm") is None


def test_a_good_pack_has_no_fault(tmp_path):
    found = troubles(language_pack(tmp_path))

    assert {trouble for trouble in found if trouble.is_fault} == set()
    assert "back" in found[Trouble.MISSING]
    assert "digit.1" in found[Trouble.CLIP_MISSING]
    assert "digit.0" not in found[Trouble.CLIP_MISSING]


@pytest.mark.parametrize("kind", ["MP3", "OGG", "WAV"])
def test_every_kind_of_recording_is_understood(tmp_path, kind):
    folder = language_pack(tmp_path, clips={f"back.{kind.lower()}": as_file(kind)})

    assert {trouble for trouble in troubles(folder) if trouble.is_fault} == set()


@pytest.mark.parametrize(
    ("clips", "trouble"),
    [
        ({"back.wav": b"not a sound"}, Trouble.CLIP_UNREADABLE),
        ({"back.wav": wav(b"", RATE_HZ)}, Trouble.CLIP_UNREADABLE),
        ({"back.wav": noise(16, 0.2)}, Trouble.CLIP_LONG),
        ({"back.wav": noise(1, 0)}, Trouble.CLIP_SILENT),
        ({"back.wav": noise(1, 0.002)}, Trouble.CLIP_SILENT),
        ({"back.wav": noise(1, 0.02)}, Trouble.CLIP_QUIET),
        ({"back.wav": noise(1, 0.99)}, Trouble.CLIP_LOUD),
        ({"backk.wav": tone_wav(Tone.READ)}, Trouble.CLIP_UNKNOWN),
        ({"back.m4a": tone_wav(Tone.READ)}, Trouble.CLIP_UNKNOWN),
        ({"bar.unsent.wav": tone_wav(Tone.READ)}, Trouble.CLIP_UNKNOWN),
        ({"letter.AB.wav": tone_wav(Tone.READ)}, Trouble.CLIP_UNKNOWN),
    ],
)
def test_a_recording_that_nobody_should_hear_is_found(tmp_path, clips, trouble):
    assert trouble in troubles(language_pack(tmp_path, clips=clips))


def test_a_letter_may_be_recorded(tmp_path):
    folder = language_pack(tmp_path, clips={"letter.A.wav": tone_wav(Tone.SUCCESS)})

    assert Trouble.CLIP_UNKNOWN not in troubles(folder)


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ({"no.such.id": "x"}, Trouble.UNKNOWN),
        ({"bar.unsent": "{count}"}, Trouble.PLACEHOLDERS),
        ({"back": "{"}, Trouble.PLACEHOLDERS),
        ({"back": "Quay la\u0323i"}, Trouble.NOT_COMPOSED),
        ({"back": 'x" y'}, Trouble.CATALOGUE),
    ],
)
def test_words_that_cannot_be_used_are_found(tmp_path, words, trouble):
    assert trouble in troubles(language_pack(tmp_path, words=words))


def test_a_folder_without_anything_is_told_what_it_needs(tmp_path):
    found = troubles(tmp_path)

    assert found[Trouble.NO_MANIFEST] == ["pack.toml"]
    assert found[Trouble.NO_WORDS] == ["kiosk.po"]


def test_a_catalogue_in_another_encoding_is_found(tmp_path):
    folder = language_pack(tmp_path)
    (folder / "kiosk.po").write_bytes('msgid "back"\nmsgstr "Quay lại"\n'.encode("utf-16"))

    assert Trouble.CATALOGUE in troubles(folder)
    assert read_packs(tmp_path) == []


def test_a_file_of_nobody_is_named(tmp_path):
    folder = language_pack(tmp_path)
    (folder / "Thumbs.db").write_bytes(b"")

    assert troubles(folder)[Trouble.STRAY] == ["Thumbs.db"]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">%s</svg>'


@pytest.mark.parametrize(
    "drawing",
    [
        SVG % "<script>alert(1)</script>",
        SVG % '<g onclick="x()"/>',
        SVG % '<image xlink:href="http://example/x.png"/>',
        SVG % '<use xlink:href="http://example/x.svg#a"/>',
        SVG % '<rect fill="url(http://example/x)"/>',
        SVG % "<style>@import 'x'</style>",
        SVG % "<foreignObject/>",
        SVG % '<script xmlns="http://www.w3.org/1999/xhtml">x</script>',
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG % "&a;",
        "<svg",
        "<html/>",
    ],
)
def test_a_drawing_that_is_more_than_a_drawing_is_found_and_never_shown(tmp_path, drawing):
    folder = language_pack(tmp_path, drawings={"passport.svg": drawing})

    assert troubles(folder)[Trouble.PICTURE_UNSAFE] == ["pictograms/passport.svg"]
    assert PackPictograms(read_packs(tmp_path)).drawing("passport", "cjm") is None


def test_a_drawing_of_another_program_is_shown(tmp_path):
    drawing = SVG % (
        '<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/>'
        '<n:view xmlns:n="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"/>'
    )
    folder = language_pack(tmp_path, drawings={"passport.svg": drawing, "dose.svg": DRAWING})

    assert Trouble.PICTURE_UNSAFE not in troubles(folder)
    assert PackPictograms(read_packs(tmp_path)).drawing("passport", "cjm") == drawing.encode()
    assert PackPictograms(read_packs(tmp_path)).drawing("passport", "en") is None


def test_a_drawing_that_no_screen_has_is_found(tmp_path):
    folder = language_pack(tmp_path, drawings={"dragon.svg": DRAWING, "dose.png": "x"})

    assert troubles(folder)[Trouble.PICTURE_UNKNOWN] == [
        "pictograms/dose.png",
        "pictograms/dragon.svg",
    ]


@pytest.mark.parametrize("name", pictogram_names())
def test_our_own_drawings_are_only_drawings(name):
    from edge.domain.language_pack import unsafe_in_drawing
    from edge.ui.pictograms import PICTOGRAMS

    assert unsafe_in_drawing((PICTOGRAMS / f"{name}.svg").read_text(encoding="utf-8")) is None


@pytest.mark.parametrize(
    ("clip", "trouble"),
    [
        (hum(before=0.6), Trouble.CLIP_PAUSE),
        (hum(after=0.6), Trouble.CLIP_PAUSE),
        (hum(0.05), Trouble.CLIP_SHORT),
        (hum(level=4.0), Trouble.CLIP_CUT_OFF),
    ],
)
def test_a_recording_that_is_better_made_again_is_remarked(tmp_path, clip, trouble):
    found = troubles(language_pack(tmp_path, clips={"back.wav": clip}))

    assert found[trouble] == ["clips/back.wav"]
    assert not trouble.is_fault


def test_a_good_recording_has_no_remark(tmp_path):
    found = troubles(language_pack(tmp_path, clips={"back.wav": hum(before=0.2, after=0.3)}))

    assert {name for name in found if name.value.startswith("clip_")} == {Trouble.CLIP_MISSING}


def test_a_recording_that_is_not_as_loud_as_the_rest_is_remarked(tmp_path):
    clips = {f"digit.{n}.wav": hum(level=0.2) for n in range(6)} | {"back.wav": hum(level=0.05)}

    found = troubles(language_pack(tmp_path, clips=clips))

    assert found[Trouble.CLIP_UNLIKE] == ["clips/back.wav"]


def test_recordings_and_clips_of_a_machine_are_counted(tmp_path):
    clips = {
        "back.wav": hum(),
        "digit.0.wav": labelled(hum(), "không"),
        "digit.0.ogg": hum(kind="OGG"),
    }
    clips |= {"digit.1.wav": labelled(hum(), "một")}

    found = troubles(language_pack(tmp_path, clips=clips))

    assert (found[Trouble.CLIPS_RECORDED], found[Trouble.CLIPS_MADE]) == (["2"], ["1"])


def test_a_place_may_be_recorded(tmp_path):
    clips = {"station.ban-don-tiep.wav": hum(), "station.Bàn.wav": hum(), "station.3.wav": hum()}

    found = troubles(language_pack(tmp_path, clips=clips))

    assert sorted(found[Trouble.CLIP_UNKNOWN]) == ["clips/station.3.wav", "clips/station.Bàn.wav"]

"""A pack filled by the machine, listened to, and then taken over by a person."""

import pytest
from factories.packs import MANIFEST, language_pack
from factories.sounds import hum, listen

from edge.__main__ import main
from edge.adapters.clip_label import machine_words
from edge.bootstrap import clips as module
from edge.domain.catalogue import Words
from edge.domain.recording import lines
from edge.ui.words import built_in

FEW = ("call.", "digit.", "letter.A", "back", "sound.keys")


@pytest.fixture
def few_words(monkeypatch):
    """Let the kiosk have a few sentences, so that a voice speaks for a second and not for ten."""
    full = built_in().catalogues
    words = Words(
        {
            code: {
                name: text
                for name, text in said.items()
                if name.startswith((*FEW, "language.name", "done.wait"))
            }
            for code, said in full.items()
        }
    )
    monkeypatch.setattr(module, "built_in", lambda: words)
    return words


def clips(folder):
    return {path.stem: path for path in (folder / "clips").glob("*.wav")}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_pack_is_complete_at_once_and_every_clip_is_fit_to_be_heard(
    tmp_path, few_words, capsys, language
):
    assert main(["make-clips", "--language", language, str(tmp_path / "p")]) == 0

    made = clips(tmp_path / "p")
    wanted = {line.name: line.words for line in lines(few_words, language)}
    assert {name: machine_words(path.read_bytes()) for name, path in made.items()} == wanted
    for name, path in made.items():
        heard = listen(path.read_bytes())
        (first, _), *_, (_, last) = 2 * heard.stretches()
        assert (heard.channels, heard.rate_hz, heard.bits) == (1, 22_050, 16), name
        assert 0.1 < heard.seconds < 0.4 + 0.7 * len(wanted[name].split()), name
        assert 0.1 < heard.peak < 0.9, name
        assert first < 0.1, name
        assert heard.seconds - last < 0.1, name
        assert -27 < heard.level_db < -12, name
    assert main(["check-language-pack", str(tmp_path / "p"), "--english"]) == 0
    said = capsys.readouterr().out
    assert f"still spoken by a machine: {len(wanted)}" in said
    assert "recorded by people: 0" in said
    assert "kiosk.po" not in said  # The kiosk has the words of this language already.
    for remark in ("loud", "quiet", "distorted", "silence", "seconds long"):
        assert remark not in said


def test_recordings_stay_and_what_the_machine_said_wrongly_is_said_anew(
    tmp_path, few_words, capsys, monkeypatch
):
    folder = tmp_path / "p"
    main(["make-clips", "--language", "vi", str(folder)])
    mine = hum(0.5)
    clips(folder)["digit.3"].write_bytes(mine)
    (folder / "clips" / "digit.4.ogg").write_bytes(hum(0.5, kind="OGG"))
    clips(folder)["digit.4"].unlink()
    changed = dict(few_words.catalogues["vi"]) | {"back": "Trở lại"}
    monkeypatch.setattr(module, "built_in", lambda: Words({"vi": changed}))
    before = clips(folder)["digit.5"].read_bytes()
    capsys.readouterr()

    assert main(["make-clips", str(folder)]) == 0

    assert capsys.readouterr().out == "clips made: 1, made before: 14, recorded by people: 2\n"
    assert clips(folder)["digit.3"].read_bytes() == mine
    assert "digit.4" not in clips(folder)
    assert clips(folder)["digit.5"].read_bytes() == before
    assert machine_words(clips(folder)["back"].read_bytes()) == "Trở lại"


def test_progress_is_told_while_it_works(tmp_path, few_words, capsys):
    main(["make-clips", "--language", "vi", str(tmp_path / "p")])

    count = len(lines(few_words, "vi"))
    assert f"{count:>4}/{count} " in capsys.readouterr().err


@pytest.mark.usefixtures("few_words")
def test_a_place_with_a_name_gets_its_clip(tmp_path):
    main(["make-clips", "--language", "vi", "--station", "Bàn đón tiếp", str(tmp_path / "p")])

    clip = clips(tmp_path / "p")["station.ban-don-tiep"]
    assert machine_words(clip.read_bytes()) == "Bàn đón tiếp"
    assert main(["check-language-pack", str(tmp_path / "p")]) == 0


@pytest.mark.usefixtures("few_words")
def test_only_words_of_the_packs_own_are_said_in_its_voice(tmp_path, capsys):
    folder = language_pack(
        tmp_path, manifest=MANIFEST + 'voice = "vi"\n', words={"back": "mẫu"}, clips={}
    )

    # The pack's name for its language is written in a script that no voice reads.
    assert main(["make-clips", str(folder)]) == 1

    said = capsys.readouterr()
    assert "could not say language.name" in said.err
    assert "not translated" in said.out
    assert "back" in clips(folder)
    assert "digit.0" not in clips(folder)


@pytest.mark.parametrize(
    ("manifest", "arguments", "code", "said"),
    [
        (MANIFEST, [], 69, "no voice speaks the language cjm"),
        (MANIFEST, ["--language", "vi"], 2, "the pack is of the language cjm, not vi"),
        ("code = ", [], 2, "pack.toml"),
    ],
)
def test_what_cannot_be_made_is_said(tmp_path, capsys, manifest, arguments, code, said):
    folder = language_pack(tmp_path, manifest=manifest, clips={})

    assert main(["make-clips", *arguments, str(folder)]) == code
    assert said in capsys.readouterr().err
    assert not clips(folder)


def test_a_language_that_nobody_knows_needs_a_manifest(tmp_path, capsys):
    assert main(["make-clips", "--language", "rog", str(tmp_path / "p")]) == 2
    assert "write its pack.toml first" in capsys.readouterr().err


@pytest.mark.usefixtures("few_words")
def test_a_folder_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "p").write_text("a file")

    assert main(["make-clips", "--language", "vi", str(tmp_path / "p")]) == 73
    assert "edge: " in capsys.readouterr().err

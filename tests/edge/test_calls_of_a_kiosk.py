"""The board's voice as the program puts it together: a pack filled by the command, then called."""

from factories.packs import language_pack
from factories.sounds import hum, listen

from edge.bootstrap.core import build_languages
from edge.config.settings import read_settings
from edge.domain.calling import call_clips

MANIFEST = 'code = "vi"\nname = "Tiếng Việt"\nauthor = "Trạm Phước Dinh"\n'

LEAST = """
device = "kiosk-0001"
site = "phuoc-dinh"
site_name = "Trạm Y tế Phước Dinh"
data_directory = "data"
keys_directory = "."
"""


def languages(tmp_path, *more: str):
    settings = tmp_path / "edge.toml"
    settings.write_text("\n".join([LEAST, *more]), encoding="utf-8")
    return build_languages(read_settings(settings))


async def test_recordings_of_a_pack_are_what_the_board_plays(tmp_path):
    clips = {f"{name}.wav": hum(before=0.3) for name in call_clips("A012", "3")}
    language_pack(tmp_path / "packs", manifest=MANIFEST, words={}, clips=clips)
    calls = languages(tmp_path, f'language_packs_directory = "{tmp_path}/packs"').calls()

    heard = listen((await calls.wav("A012", "3", "vi")).data)

    assert len(heard.stretches()) == 7
    assert heard.seconds < 7 * 0.55


async def test_without_a_pack_espeak_calls(tmp_path):
    calls = languages(tmp_path).calls()

    assert 2 < listen((await calls.wav("A012", "3", "vi")).data).seconds < 6

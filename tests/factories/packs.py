"""A sample language pack: Chăm, with invented strings that say of themselves that they are samples."""

from collections.abc import Mapping
from pathlib import Path

from edge.domain.speech import Tone
from edge.domain.tone import tone_wav

CHAM = "ꨌꩌ"
SAMPLE = f"{CHAM} ꨀꨇꩉ (mẫu thử)"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><circle cx="48" cy="48" r="40"/></svg>'
MANIFEST = f'code = "cjm"\nname = "{CHAM}"\nauthor = "Bản mẫu, không phải tiếng Chăm thật"\n'


def entry(name: str, words: str) -> str:
    return f'msgid "{name}"\nmsgstr "{words}"\n\n'


def language_pack(
    directory: Path,
    *,
    manifest: str = MANIFEST,
    words: Mapping[str, str] | None = None,
    clips: Mapping[str, bytes] | None = None,
    drawings: Mapping[str, str] | None = None,
) -> Path:
    """Write the folder of one language into ``directory`` and return it."""
    words = {"attract.title": SAMPLE, "refused.title": SAMPLE} if words is None else words
    clips = {"digit.0.wav": tone_wav(Tone.READ)} if clips is None else clips
    drawings = {"passport.svg": DRAWING} if drawings is None else drawings
    folder = directory / "cham"
    for part in ("clips", "pictograms"):
        (folder / part).mkdir(parents=True)
    (folder / "pack.toml").write_text(manifest, encoding="utf-8")
    text = "".join(entry(name, said) for name, said in words.items())
    (folder / "kiosk.po").write_text(text, encoding="utf-8")
    for name, data in clips.items():
        (folder / "clips" / name).write_bytes(data)
    for name, drawing in drawings.items():
        (folder / "pictograms" / name).write_text(drawing, encoding="utf-8")
    return folder

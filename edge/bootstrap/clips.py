"""What the commands about clips, and the board's voice, are made of."""

from collections.abc import Sequence
from pathlib import Path

from edge.adapters.language_packs import MANIFEST, Pack, PackUnreadable, read_pack, with_packs
from edge.adapters.pack_clips import PackClips, begin_pack
from edge.adapters.splicer_numpy import NumpySplicer
from edge.adapters.voice_espeak import VOICES, EspeakVoice
from edge.cli.recording_sheet import Sheet
from edge.domain.catalogue import FALLBACK, Words
from edge.domain.recording import lines
from edge.services.clip_making import Made, Told, make_clips
from edge.ui.words import built_in


def prepare_sheet(language: str | None, folder: Path | None, stations: Sequence[str]) -> Sheet:
    """Return what is read for a language, and what of it is in the pack ``folder``.

    Raises:
        ValueError: The pack cannot be read, is of another language, or there is no such language.
    """
    pack = _pack(folder)
    code, words = _words(language, pack)
    present = {} if folder is None else PackClips(folder).present()
    return Sheet(code, words.say("language.name", code), lines(words, code, stations), present)


def make(folder: Path, language: str | None, stations: Sequence[str], told: Told) -> Made:
    """Fill the pack ``folder`` with clips; begin it where there is none.

    Raises:
        ValueError: The pack cannot be read, is of another language, or there is no such language.
        VoiceUnavailable: No voice speaks the language here.
        ClipNotStored: The folder cannot be written.
    """
    pack = _pack(folder) if (folder / MANIFEST).exists() else None
    code, words = _words(language, pack)
    own = {code: pack.manifest.voice} if pack is not None and pack.manifest.voice else {}
    made = make_clips(
        lines(words, code, stations),
        code,
        voice=EspeakVoice({**VOICES, **own}),
        splicer=NumpySplicer(),
        folder=PackClips(folder),
        told=told,
    )
    if pack is None:
        begin_pack(folder, code, words.say("language.name", code))
    return made


def _pack(folder: Path | None) -> Pack | None:
    if folder is None:
        return None
    try:
        return read_pack(folder)
    except PackUnreadable as error:
        raise ValueError(f"{folder}: {error}; run check-language-pack on it") from error


def _words(language: str | None, pack: Pack | None) -> tuple[str, Words]:
    words = with_packs(built_in(), [] if pack is None else [pack])
    if pack is not None and language not in (None, pack.manifest.code):
        raise ValueError(f"the pack is of the language {pack.manifest.code}, not {language}")
    code = language or (FALLBACK if pack is None else pack.manifest.code)
    if code not in words.languages:
        raise ValueError(f"no language {code}: write its pack.toml first, or choose vi or en")
    return code, words

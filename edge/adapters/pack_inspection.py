"""Looks at every file of one language pack and tells all that is wrong at once."""

import io
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from edge.adapters.clip_sound import ClipUnreadable, measure
from edge.adapters.language_packs import (
    CATALOGUE,
    CLIPS,
    MANIFEST,
    MEDIA_TYPES,
    MOST_BYTES,
    PICTOGRAMS,
)
from edge.domain.catalogue import CatalogueError, read_catalogue
from edge.domain.language_pack import (
    Finding,
    ManifestError,
    Trouble,
    judge_clip,
    judge_words,
    manifest,
    unsafe_in_drawing,
)

_KNOWN = {MANIFEST, CATALOGUE, CLIPS, PICTOGRAMS}
_NEVER_RECORDED = ("bar.", "letter.")


def inspect(
    folder: Path, original: Mapping[str, str], pictograms: Collection[str]
) -> list[Finding]:
    """Return everything that is wrong with the pack in ``folder``, and what it leaves to others."""
    return [
        *_manifest(folder / MANIFEST),
        *_words(folder / CATALOGUE, original),
        *_clips(folder / CLIPS, original),
        *_drawings(folder / PICTOGRAMS, pictograms),
        *(Finding(Trouble.STRAY, p.name) for p in _entries(folder) if p.name not in _KNOWN),
    ]


def _manifest(path: Path) -> Iterator[Finding]:
    try:
        manifest(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError:
        yield Finding(Trouble.NO_MANIFEST, MANIFEST)
    except (ManifestError, ValueError) as error:
        yield Finding(Trouble.MANIFEST, MANIFEST, str(error))


def _words(path: Path, original: Mapping[str, str]) -> list[Finding]:
    if not path.exists():
        return [Finding(Trouble.NO_WORDS, CATALOGUE)]
    try:
        data = path.read_bytes()
        words = read_catalogue(data.decode("utf-8"))
        read_po(io.BytesIO(data), abort_invalid=True)
    except (OSError, CatalogueError, PoFileError, ValueError) as error:
        return [Finding(Trouble.CATALOGUE, CATALOGUE, str(error))]
    return judge_words(words, original)


def _clips(folder: Path, original: Mapping[str, str]) -> Iterator[Finding]:
    found: set[str] = set()
    for path in _entries(folder):
        place = f"{CLIPS}/{path.name}"
        if path.suffix.lower() not in MEDIA_TYPES or not _can_be_said(path.stem, original):
            yield Finding(Trouble.CLIP_UNKNOWN, place)
            continue
        found.add(path.stem)
        yield from _clip(path, place)
    for name, text in original.items():
        if name not in found and "{" not in text and not name.startswith(_NEVER_RECORDED):
            yield Finding(Trouble.CLIP_MISSING, name, text)


def _can_be_said(name: str, original: Mapping[str, str]) -> bool:
    letter = name.removeprefix("letter.")
    is_letter = letter != name and len(letter) == 1 and "A" <= letter <= "Z"
    return is_letter or ("{" not in original.get(name, "{"))


def _clip(path: Path, place: str) -> list[Finding]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return [Finding(Trouble.CLIP_LONG, place, f"{path.stat().st_size // 1000} kB")]
        sound = measure(path)
    except (ClipUnreadable, OSError) as error:
        return [Finding(Trouble.CLIP_UNREADABLE, place, str(error))]
    return judge_clip(place, sound.seconds, sound.level_db)


def _drawings(folder: Path, known: Collection[str]) -> Iterator[Finding]:
    for path in _entries(folder):
        place = f"{PICTOGRAMS}/{path.name}"
        if path.suffix.lower() != ".svg" or path.stem not in known:
            yield Finding(Trouble.PICTURE_UNKNOWN, place)
            continue
        try:
            odd = unsafe_in_drawing(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            odd = str(error)
        if odd is not None:
            yield Finding(Trouble.PICTURE_UNSAFE, place, odd)


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []

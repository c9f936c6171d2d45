"""Looks at every file of one language pack and tells all that is wrong at once."""

import io
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from edge.adapters.clip_label import made_by_machine
from edge.adapters.clip_sound import ClipSound, measure
from edge.adapters.language_packs import (
    CATALOGUE,
    CLIPS,
    MANIFEST,
    MEDIA_TYPES,
    MOST_BYTES,
    PICTOGRAMS,
)
from edge.domain.calling import station_clip
from edge.domain.catalogue import CatalogueError, read_catalogue
from edge.domain.clip_judgement import Heard, judge_clip, judge_levels
from edge.domain.language_pack import (
    Finding,
    ManifestError,
    Trouble,
    judge_words,
    manifest,
    unsafe_in_drawing,
)
from edge.domain.recording import is_recorded
from edge.domain.speech import STATION
from edge.ports import ClipUnreadable

_KNOWN = {MANIFEST, CATALOGUE, CLIPS, PICTOGRAMS}


def inspect(
    folder: Path,
    original: Mapping[str, str],
    pictograms: Collection[str],
    languages: Collection[str] = (),
) -> list[Finding]:
    """Return everything that is wrong with the pack in ``folder``, and what it leaves to others.

    Args:
        languages: Those whose words the kiosk has already; their packs may bring clips alone.
    """
    return [
        *_manifest(folder / MANIFEST),
        *_words(folder / CATALOGUE, original, has_words=_code(folder / MANIFEST) in languages),
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


def _code(path: Path) -> str | None:
    try:
        return manifest(tomllib.loads(path.read_text(encoding="utf-8"))).code
    except (OSError, ValueError):  # Told of by _manifest.
        return None


def _words(path: Path, original: Mapping[str, str], *, has_words: bool) -> list[Finding]:
    if not path.exists():
        return [] if has_words else [Finding(Trouble.NO_WORDS, CATALOGUE)]
    try:
        data = path.read_bytes()
        words = read_catalogue(data.decode("utf-8"))
        read_po(io.BytesIO(data), abort_invalid=True)
    except (OSError, CatalogueError, PoFileError, ValueError) as error:
        return [Finding(Trouble.CATALOGUE, CATALOGUE, str(error))]
    return judge_words(words, original)


def _clips(folder: Path, original: Mapping[str, str]) -> Iterator[Finding]:
    heard: dict[str, ClipSound] = {}
    made: dict[str, bool] = {}
    for path in _entries(folder):
        place = f"{CLIPS}/{path.name}"
        if path.suffix.lower() not in MEDIA_TYPES or not _can_be_said(path.stem, original):
            yield Finding(Trouble.CLIP_UNKNOWN, place)
            continue
        made[path.stem] = made.get(path.stem, True) and made_by_machine(path) is not None
        try:
            heard[place] = _heard(path)
        except (ClipUnreadable, OSError) as error:
            yield Finding(Trouble.CLIP_UNREADABLE, place, str(error))
        except _TooBig as error:
            yield Finding(Trouble.CLIP_LONG, place, str(error))
    for place, sound in heard.items():
        pause = max(sound.before_seconds, sound.after_seconds)
        yield from judge_clip(place, Heard(sound.seconds, sound.level_db, pause, sound.cut_off))
    yield from judge_levels({place: sound.level_db for place, sound in heard.items()})
    yield from _whose(made)
    for name, text in original.items():
        if name not in made and is_recorded(name, text):
            yield Finding(Trouble.CLIP_MISSING, name, text)


class _TooBig(Exception):  # noqa: N818 - what it is
    """The file is larger than any clip; says how large."""


def _heard(path: Path) -> ClipSound:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise _TooBig(f"{size // 1000} kB")
    return measure(path)


def _whose(made: Mapping[str, bool]) -> Iterator[Finding]:
    """Yield how many clips people recorded, and how many a machine speaks."""
    machines = sum(made.values())
    if made:
        yield Finding(Trouble.CLIPS_RECORDED, str(len(made) - machines))
        yield Finding(Trouble.CLIPS_MADE, str(machines))


def _can_be_said(name: str, original: Mapping[str, str]) -> bool:
    if name.startswith(STATION):
        return station_clip(name.removeprefix(STATION).replace("-", " ")) == name
    return "{" not in original.get(name, "{")


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

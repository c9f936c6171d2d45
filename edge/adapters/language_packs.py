"""Language packs: one folder a language, read at start; what is not right in one is left out.

A pack that cannot be read at all is left out whole: the kiosk starts without it, and says so.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from edge.adapters.clip_label import made_by_machine
from edge.domain.catalogue import FALLBACK, CatalogueError, Words, read_catalogue, usable
from edge.domain.language_pack import Manifest, ManifestError, manifest, unsafe_in_drawing
from edge.ports import Clip

MEDIA_TYPES = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".ogg": "audio/ogg"}
MOST_BYTES = 2_000_000
MANIFEST, CATALOGUE, CLIPS, PICTOGRAMS = "pack.toml", "kiosk.po", "clips", "pictograms"

log = structlog.get_logger("language_packs")


class PackUnreadable(Exception):  # noqa: N818 - what it is
    """A pack cannot be used at all; says which file and why."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One language's folder: what it says of itself, its words, and where its files are."""

    manifest: Manifest
    words: Mapping[str, str]
    clips: Mapping[str, Path]
    pictograms: Mapping[str, Path]


def read_packs(directory: Path) -> list[Pack]:
    """Return the packs in the folders of ``directory``, by their names; never raises."""
    packs: list[Pack] = []
    for folder in _folders(directory):
        try:
            packs.append(read_pack(folder))
        except PackUnreadable as error:
            log.warning("pack_left_out", pack=folder.name, problem=str(error))
    return packs


def read_pack(folder: Path) -> Pack:
    """Return the pack in ``folder``.

    Raises:
        PackUnreadable: No manifest or a wrong one, or a catalogue that is not one.
    """
    try:
        found = manifest(tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ManifestError, ValueError) as error:
        raise PackUnreadable(f"{MANIFEST}: {error}") from error
    words: dict[str, str] = {}
    if (folder / CATALOGUE).exists():
        try:
            words = read_catalogue((folder / CATALOGUE).read_text(encoding="utf-8"))
        except (OSError, CatalogueError, UnicodeDecodeError) as error:
            raise PackUnreadable(f"{CATALOGUE}: {error}") from error
    return Pack(
        found, words, _files(folder / CLIPS, MEDIA_TYPES), _files(folder / PICTOGRAMS, {".svg"})
    )


def with_packs(words: Words, packs: Sequence[Pack]) -> Words:
    """Return ``words`` and those of ``packs``; a pack's own come before the program's."""
    catalogues = dict(words.catalogues)
    bases = dict(words.bases)
    for pack in packs:
        code = pack.manifest.code
        own = usable(pack.words, words.catalogues[FALLBACK])
        catalogues[code] = {**catalogues.get(code, {}), "language.name": pack.manifest.name, **own}
        bases[code] = pack.manifest.base
    return Words(catalogues, bases)


class PackRecordings:
    """The recordings in packs, read when they are wanted."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._clips = {pack.manifest.code: pack.clips for pack in packs}

    def clip(self, name: str, language: str) -> Clip | None:
        path = self._clips.get(language, {}).get(name)
        data = None if path is None else _small_file(path)
        if path is None or not data:
            return None
        return Clip(data, MEDIA_TYPES[path.suffix.lower()])


class PackPictograms:
    """The drawings in packs; one that is more than a drawing is not shown."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._drawings = {pack.manifest.code: pack.pictograms for pack in packs}

    def drawing(self, name: str, language: str) -> bytes | None:
        path = self._drawings.get(language, {}).get(name)
        data = None if path is None else _small_file(path)
        if not data or unsafe_in_drawing(data.decode("utf-8", errors="replace")) is not None:
            return None
        return data


def _small_file(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError:
        return None


def _folders(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.is_dir())
    except OSError as error:
        log.warning("packs_unreadable", problem=error.strerror)
        return []


def _files(folder: Path, kinds: Mapping[str, str] | set[str]) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    found: dict[str, Path] = {}
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        twice = path.stem in found  # Of two files, a person's voice is heard, not a machine's.
        if path.suffix.lower() in kinds and not (twice and made_by_machine(path) is not None):
            found[path.stem] = path
    return found

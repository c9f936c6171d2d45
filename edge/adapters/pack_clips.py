"""The folder ``clips`` of one language pack, as a person and a machine fill it together."""

from collections.abc import Mapping
from pathlib import Path

from edge.adapters.clip_label import labelled, made_by_machine
from edge.adapters.language_packs import CLIPS, MANIFEST, MEDIA_TYPES
from edge.ports import Clip, ClipNotStored


class PackClips:
    """Clips by their ids; what a machine spoke is told from recordings by its label."""

    def __init__(self, pack: Path) -> None:
        self._folder = pack / CLIPS

    def present(self) -> Mapping[str, str | None]:
        found: dict[str, str | None] = {}
        for path in sorted(self._folder.iterdir()) if self._folder.is_dir() else []:
            if path.suffix.lower() not in MEDIA_TYPES:
                continue
            made = made_by_machine(path)
            if (
                made is None or path.stem not in found
            ):  # A person's voice counts before a machine's.
                found[path.stem] = made
        return found

    def put(self, name: str, clip: Clip, words: str) -> None:
        path = self._folder / f"{name}.wav"
        half = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(labelled(clip.data, words))
            half.replace(path)
        except OSError as error:
            raise ClipNotStored(f"{path}: {error.strerror}") from error


def begin_pack(pack: Path, code: str, name: str) -> None:
    """Write a manifest for machine-made clips of a language that the kiosk has already.

    Raises:
        ClipNotStored: The folder cannot be written.
    """
    text = f'code = "{code}"\nname = "{name}"\nauthor = "espeak-ng"\n'
    try:
        pack.mkdir(parents=True, exist_ok=True)
        (pack / MANIFEST).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ClipNotStored(f"{pack}: {error.strerror}") from error

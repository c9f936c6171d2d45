"""A language that a province adds: what its folder must hold, and what is wrong with one.

Faults keep a thing from being used; remarks only tell what another language stands in for.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from edge.domain.catalogue import CatalogueError, placeholders

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
_VOICE = re.compile(r"[A-Za-z][A-Za-z0-9+-]*|")
_SVG = "{http://www.w3.org/2000/svg}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_DRAWING = frozenset(
    f"{_SVG}{name}"
    for name in (
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title",
        "desc", "defs", "use", "linearGradient", "radialGradient", "stop", "clipPath", "text",
        "tspan", "metadata",
    )
)  # fmt: skip


class Trouble(StrEnum):
    """What can be wrong with a pack."""

    NO_MANIFEST = "no_manifest"
    MANIFEST = "manifest"
    CATALOGUE = "catalogue"
    UNKNOWN = "unknown"
    PLACEHOLDERS = "placeholders"
    NOT_COMPOSED = "not_composed"
    CLIP_UNKNOWN = "clip_unknown"
    CLIP_UNREADABLE = "clip_unreadable"
    CLIP_LONG = "clip_long"
    CLIP_SILENT = "clip_silent"
    CLIP_LOUD = "clip_loud"
    PICTURE_UNKNOWN = "picture_unknown"
    PICTURE_UNSAFE = "picture_unsafe"
    NO_WORDS = "no_words"
    MISSING = "missing"
    CLIP_MISSING = "clip_missing"
    CLIP_QUIET = "clip_quiet"
    CLIP_UNLIKE = "clip_unlike"
    CLIP_CUT_OFF = "clip_cut_off"
    CLIP_PAUSE = "clip_pause"
    CLIP_SHORT = "clip_short"
    CLIPS_RECORDED = "clips_recorded"
    CLIPS_MADE = "clips_made"
    STRAY = "stray"

    @property
    def is_fault(self) -> bool:
        """Tell whether this must be mended before the pack is used."""
        return self not in {
            Trouble.NO_WORDS,
            Trouble.MISSING,
            Trouble.CLIP_MISSING,
            Trouble.CLIP_QUIET,
            Trouble.CLIP_UNLIKE,
            Trouble.CLIP_CUT_OFF,
            Trouble.CLIP_PAUSE,
            Trouble.CLIP_SHORT,
            Trouble.CLIPS_RECORDED,
            Trouble.CLIPS_MADE,
            Trouble.STRAY,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a pack: what, where, and the particular that helps to find it."""

    trouble: Trouble
    place: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``pack.toml`` says.

    Attributes:
        code: Short name of the language, such as ``cjm``; ``vi`` or ``en`` to better those.
        name: The language's own name, as its speakers write it.
        base: The language that stands in where something is missing.
        voice: Name of an espeak-ng voice; empty where nothing but recordings can speak it.
    """

    code: str
    name: str
    author: str
    base: str = "vi"
    voice: str = ""


class ManifestError(ValueError):
    """``pack.toml`` lacks something or has something odd; names it."""


def manifest(data: Mapping[str, object]) -> Manifest:
    """Return the manifest in ``data``.

    Raises:
        ManifestError: A line is missing, unknown or not what it should be.
    """
    known = {"code", "name", "author", "base", "voice"}
    for name in sorted(data.keys() - known):
        raise ManifestError(name)
    values = {name: data.get(name, default) for name, default in (("base", "vi"), ("voice", ""))}
    values |= {name: data.get(name) for name in ("code", "name", "author")}
    for name, value in values.items():
        if not isinstance(value, str) or (not value.strip() and name != "voice"):
            raise ManifestError(name)
    texts = {
        name: unicodedata.normalize("NFC", str(value).strip()) for name, value in values.items()
    }
    for name, form in (("code", _CODE), ("base", _CODE), ("voice", _VOICE)):
        if not form.fullmatch(texts[name]):
            raise ManifestError(name)
    return Manifest(**texts)


def judge_words(words: Mapping[str, str], original: Mapping[str, str]) -> list[Finding]:
    """Return what is wrong with a pack's ``words`` beside the Vietnamese ones."""
    return [
        *(Finding(Trouble.UNKNOWN, name) for name in words if name not in original),
        *(
            finding
            for name, said in words.items()
            if name in original
            for finding in _judge_word(name, said, original[name])
        ),
        *(
            Finding(Trouble.MISSING, name, text)
            for name, text in original.items()
            if name not in words
        ),
    ]


def _judge_word(name: str, said: str, original: str) -> Iterable[Finding]:
    wanted = placeholders(original)
    try:
        same = placeholders(said) == wanted
    except CatalogueError:
        same = False
    if not same:
        detail = " ".join(f"{{{value}}}" for value in sorted(wanted)) or "–"
        yield Finding(Trouble.PLACEHOLDERS, name, detail)
    if not unicodedata.is_normalized("NFC", said):
        yield Finding(Trouble.NOT_COMPOSED, name)


def unsafe_in_drawing(svg: str) -> str | None:
    """Return what in ``svg`` a kiosk must not show, or None for a drawing that is only a drawing."""
    from xml.etree import ElementTree  # noqa: PLC0415 - a kiosk without packs does not pay for it

    if "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        return "<!DOCTYPE>"
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - no entities, see above
    except ElementTree.ParseError as error:
        return f"XML: {error}"
    if root.tag != f"{_SVG}svg":
        return root.tag
    return next((odd for element in root.iter() if (odd := _unsafe(element))), None)


def _unsafe(element: "Element") -> str | None:
    tag = str(element.tag)
    if tag.startswith((_SVG, _XHTML)) and tag not in _DRAWING:
        return f"<{tag.rpartition('}')[2]}>"
    for name, value in element.attrib.items():
        short = name.rpartition("}")[2].lower()
        outside = short == "href" and not value.startswith("#")
        fetches = "url(" in value.replace("url(#", "") or "javascript:" in value.lower()
        if short.startswith("on") or outside or fetches:
            return f"{short}="
    return None

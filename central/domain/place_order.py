"""The order in which people look for a place in a list: Vietnamese letters, then tones; 2 before 10."""

import re
import unicodedata
from typing import Final

_LETTERS: Final = {
    letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
}
_TONES: Final = {tone: place for place, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", 1)}
"""Huyền, hỏi, ngã, sắc, nặng; a word without a tone stands before them."""
_PARTS: Final = re.compile(r"\d+|\D")

PlaceKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


def place_key(name: str) -> PlaceKey:
    """Return by what names of places are sorted, as a Vietnamese dictionary has them.

    Source: the order of letters and tones that Vietnamese dictionaries use (Hoàng Phê's).
    """
    bare, tones = _without_tones(name.casefold())
    return tuple(_rank(part) for part in _PARTS.findall(bare)), tones, name


def _without_tones(name: str) -> tuple[str, tuple[int, ...]]:
    """Return the letters of a name with their own marks, and the tones in their order."""
    letters = unicodedata.normalize("NFD", name)
    tones = tuple(_TONES[each] for each in letters if each in _TONES)
    bare = "".join(each for each in letters if each not in _TONES)
    return unicodedata.normalize("NFC", bare), tones


def _rank(part: str) -> tuple[int, int]:
    """Return where a number or a letter stands: between words nothing, numbers, letters, all else."""
    if part.isspace() or part == "-":
        return 0, 0
    if part.isdecimal():
        return 1, int(part)
    return (2, _LETTERS[part]) if part in _LETTERS else (3, ord(part))

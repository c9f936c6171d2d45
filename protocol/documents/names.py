"""Names: as shown, as compared, and as little of them as a screen or a slip may show.

Two keys, because two questions are asked. ``spelling_key`` asks "is it the same name, whoever typed
it?": tones count, their place on the vowel does not (Hòa, Hoà). ``folded_key`` asks "may it be the
same person?": it compares with sources without accents, such as a passport or a foreign list.
"""

import re
import unicodedata
from typing import Final

MAX_NAME_LENGTH: Final = 150

_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
# Eth and African D look the same in capitals and are typed for Đ; NFC leaves them alone.
_ONE_D: Final = str.maketrans({"ð": "đ", "ɖ": "đ"})
_PLAIN_D: Final = str.maketrans({"đ": "d"})
_NOT_IN_KEYS = re.compile(r"[^\w\s]|_")


def clean_name(text: str) -> str | None:
    """Return a name as the document shows it: NFC, no invisible characters, single blanks.

    None where nothing is left, or where more is left than any name has.
    """
    visible = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
    name = " ".join(visible.split())
    return name if 0 < len(name) <= MAX_NAME_LENGTH else None


def spelling_key(name: str) -> str:
    """Return a key that is equal for the same name however it was typed.

    Case, blanks, punctuation, Đ or Ð, and the place of the tone mark do not count; tones do.
    """
    return " ".join(_tone_last(word) for word in _words(name))


def folded_key(name: str) -> str:
    """Return a key of plain letters: as ``spelling_key``, and no accent counts, nor Đ against D."""
    letters = (
        character
        for character in unicodedata.normalize("NFD", " ".join(_words(name)))
        if not unicodedata.combining(character)
    )
    return "".join(letters).translate(_PLAIN_D)


def masked_name(name: str | None) -> str:
    """Return what a screen or a slip may show of a name: ``N. T. M***``.

    The person knows it for their own, a bystander learns nothing: no family name, which may tell a
    people, and no length. Empty for no name.
    """
    *others, given = (name or "").split() or [""]
    if not given:
        return ""
    initials = [f"{word[0].upper()}." for word in others]
    return " ".join([*initials, f"{given[0].upper()}***"])


def _words(name: str) -> list[str]:
    lowered = unicodedata.normalize("NFC", name).casefold().translate(_ONE_D)
    return _NOT_IN_KEYS.sub("", unicodedata.normalize("NFC", lowered)).split()


def _tone_last(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tones = [character for character in decomposed if character in _TONES]
    rest = "".join(character for character in decomposed if character not in _TONES)
    return unicodedata.normalize("NFC", rest) + "".join(tones)

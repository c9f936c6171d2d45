"""Every word that the kiosk's screen says: gettext catalogues in ``locale/``, Vietnamese first.

Short sentences, no word that a person of 75 would have to ask about. Facts come from the domain.
"""

from functools import cache
from pathlib import Path
from typing import Final

from edge.domain.catalogue import Words, read_catalogue

Language = str
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
"""The languages that every kiosk has; packs add others."""

_LOCALE = Path(__file__).parent / "locale"


@cache
def built_in() -> Words:
    """Return the words that come with the program."""
    return Words({language: _read(language) for language in LANGUAGES})


def say(key: str, language: Language, **values: object) -> str:
    """Return what ``key`` says in ``language``, with ``values`` filled in."""
    return built_in().say(key, language, **values)


def _read(language: Language) -> dict[str, str]:
    path = _LOCALE / language / "LC_MESSAGES" / "kiosk.po"
    return read_catalogue(path.read_text(encoding="utf-8"))

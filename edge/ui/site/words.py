"""Every word of the hub's pages: catalogues beside the kiosk's, Vietnamese first."""

from functools import cache
from pathlib import Path
from typing import Final

from edge.domain.catalogue import Words, read_catalogue
from edge.ui.words import LANGUAGES

CATALOGUES: Final = ("site", "board", "desks", "care")
"""Of staff's pages, of what the hall, phones and paper say, of desks, and of what is done for a person there."""

_LOCALE = Path(__file__).parent.parent / "locale"


@cache
def site_words() -> Words:
    """Return the words of the hub's pages."""
    return Words({language: _read(language) for language in LANGUAGES})


def _read(language: str) -> dict[str, str]:
    folder = _LOCALE / language / "LC_MESSAGES"
    found: dict[str, str] = {}
    for name in CATALOGUES:
        found |= read_catalogue((folder / f"{name}.po").read_text(encoding="utf-8"))
    return found

"""Every word of the hub's pages: ``site.po`` beside the kiosk's catalogue, Vietnamese first."""

from functools import cache
from pathlib import Path

from edge.domain.catalogue import Words, read_catalogue
from edge.ui.words import LANGUAGES

_LOCALE = Path(__file__).parent.parent / "locale"


@cache
def site_words() -> Words:
    """Return the words of the hub's pages."""
    return Words(
        {
            language: read_catalogue(
                (_LOCALE / language / "LC_MESSAGES" / "site.po").read_text(encoding="utf-8")
            )
            for language in LANGUAGES
        }
    )

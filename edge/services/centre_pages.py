"""Reads the centre's pages: its signature, and that they are of this site."""

from collections.abc import Callable

from edge.domain.kept import Place
from edge.ports import Keys
from protocol.certificates.news import NewsPage, decode_news
from protocol.errors import WireError

Read = Callable[[bytes], Place]


def roster_places(keys: Keys, site: str) -> Read:
    """Return what reads the place of a page of the site's roster; it raises ``WireError``."""

    def read(message: bytes) -> Place:
        page = keys.open_roster(message)
        _must_be_of(site, page.site)
        return Place(page.since, page.through, page.last, page.head)

    return read


def news_pages(keys: Keys, site: str) -> Callable[[bytes], NewsPage]:
    """Return what reads a page of the site's news; it raises ``WireError``."""

    def read(message: bytes) -> NewsPage:
        page = decode_news(keys.from_centre(message))
        _must_be_of(site, page.site)
        return page

    return read


def news_places(keys: Keys, site: str) -> Read:
    """Return what reads the place of a page of the site's news; it raises ``WireError``."""
    whole = news_pages(keys, site)

    def read(message: bytes) -> Place:
        page = whole(message)
        return Place(page.since, page.through, page.last, page.book)

    return read


def _must_be_of(site: str, said: str) -> None:
    if said != site:
        raise WireError("not_ours", "a page of another site")

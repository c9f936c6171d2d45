"""The centre's pages by https with the device's own certificate, as bytes that it signed."""

from urllib.parse import urlencode

from edge.adapters.centre_https import CentreHttps
from protocol import roster
from protocol.certificates import news


class HttpsPages:
    """The port ``PageSource``."""

    def __init__(self, centre: CentreHttps, path: str, mark: str, most_bytes: int) -> None:
        self._centre = centre
        self._path = path
        self._mark = mark
        self._most_bytes = most_bytes

    def fetch(self, since: int, mark: str) -> bytes:
        query = urlencode({"since": since, self._mark: mark})
        return self._centre.get(f"{self._path}?{query}", self._most_bytes)

    def close(self) -> None:
        self._centre.close()


def roster_pages(centre: CentreHttps) -> HttpsPages:
    """Return the site's roster."""
    return HttpsPages(centre, roster.PATH, "head", roster.MAX_PAGE_BYTES)


def news_pages(centre: CentreHttps) -> HttpsPages:
    """Return the site's news of doses."""
    return HttpsPages(centre, news.NEWS_PATH, "book", news.MAX_PAGE_BYTES)

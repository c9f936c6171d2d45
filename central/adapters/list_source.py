"""Where a list for certificates is published: an address, or a file."""

from pathlib import Path

import httpx

from central.domain.certificate_lists import trustworthy
from central.ports import ListUnavailable, PublishedList

MOST_BYTES = 64 << 20
"""In base64 and JSON a list is about twice what a kiosk takes."""


def is_address(text: str) -> bool:
    """Return whether ``text`` is an address of http, of any kind."""
    return text.startswith(("https://", "http://"))


class HttpList:
    """The port ``ListSource``."""

    def __init__(self, url: str, timeout_seconds: float = 60.0) -> None:
        """Take an address.

        Raises:
            ListUnavailable: Whoever sits on the way could put signers on the list.
        """
        if not trustworthy(url):
            raise ListUnavailable(f"{url} is not https: anybody on the way could add signers")
        self.name = url
        self._timeout = timeout_seconds

    def fetch(self, etag: str) -> PublishedList | None:
        headers = {"accept": "application/json"} | ({"if-none-match": etag} if etag else {})
        try:
            with (
                httpx.Client(timeout=self._timeout, trust_env=False) as http,
                http.stream("GET", self.name, headers=headers) as answer,
            ):
                if answer.status_code == httpx.codes.NOT_MODIFIED and etag:
                    return None
                if answer.status_code != httpx.codes.OK:
                    raise ListUnavailable(f"HTTP {answer.status_code}")
                return PublishedList(_body(answer), answer.headers.get("etag", "")[:200])
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ListUnavailable(f"no answer: {type(error).__name__}") from error


class FileList:
    """The port ``ListSource``, of a file."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    def fetch(self, etag: str) -> PublishedList | None:  # noqa: ARG002 - a file has none
        try:
            if self._path.stat().st_size > MOST_BYTES:
                raise ListUnavailable(f"{self.name} is larger than {MOST_BYTES >> 20} MiB")
            return PublishedList(self._path.read_bytes())
        except OSError as error:
            raise ListUnavailable(f"cannot read {self.name}: {error.strerror}") from error


def _body(answer: httpx.Response) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise ListUnavailable(f"larger than {MOST_BYTES >> 20} MiB")
        parts.append(part)
    return b"".join(parts)

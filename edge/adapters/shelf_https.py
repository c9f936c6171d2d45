"""What the hub keeps, by https on the site's network; as ``hub_https`` finds and proves the hub.

Answers go from the socket into memory; a person's number goes in the body of a question.
"""

from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from edge.adapters.hub_line import Line, Ways
from edge.domain import shelf
from edge.domain.shelf import CopyAsked, CopySaid, DosesSaid, PageSaid
from edge.ports import HubError, ListName
from protocol.certificates.lists import MAX_TRUST_LIST_BYTES
from protocol.certificates.news import PersonAsked
from protocol.certificates.revocations import MAX_BYTES
from protocol.errors import WireError

PAGE_SECONDS = 15.0
PERSON_SECONDS = 1.5
_Said = TypeVar("_Said", PageSaid, DosesSaid, CopySaid)


class HttpsShelf:
    """The port ``SiteShelf``. What a person waits for has a line of its own."""

    def __init__(
        self,
        ways: Ways,
        *,
        page_seconds: float = PAGE_SECONDS,
        person_seconds: float = PERSON_SECONDS,
    ) -> None:
        """Take the ways to the hub; connecting counts in the seconds of an answer."""
        self._ways = ways
        most = max(shelf.MAX_SAID_BYTES, MAX_TRUST_LIST_BYTES, MAX_BYTES)
        self._pages = Line(ways.connect, page_seconds, most)
        self._persons = Line(ways.connect, person_seconds, shelf.MAX_SAID_BYTES)

    def roster(self, since: int, head: str) -> PageSaid:
        query = urlencode({"since": since, "head": head})
        return _read(PageSaid, self._pages.ask("GET", f"{shelf.ROSTER}?{query}"))

    def doses(self, number: str) -> DosesSaid:
        question = msgspec.json.encode(PersonAsked(number=number))
        return _read(DosesSaid, self._persons.ask("POST", shelf.CERTIFICATES, question))

    def copy(self, dose: str) -> bool:
        question = msgspec.json.encode(CopyAsked(dose=dose))
        return _read(CopySaid, self._persons.ask("POST", shelf.COPIES, question)).printed

    def list_of(self, name: ListName, serial: int) -> bytes | None:
        query = urlencode({"serial": serial})
        return self._pages.ask("GET", f"{shelf.LISTS}/{name}?{query}") or None

    def close(self) -> None:
        self._pages.close()
        self._persons.close()
        self._ways.close()


def _read(kind: type[_Said], data: bytes) -> _Said:
    try:
        return shelf.decode(kind, data)
    except WireError as error:
        raise HubError(f"the hub's answer is {error}") from error

"""The site's news of doses by person: found while somebody has logged in, opened for whoever asks.

Only whose dose it is lies open in memory; a certificate is opened when its person asks for it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import structlog

from edge.domain.kept import NEWS, Place, next_page
from edge.domain.shelf import DosesSaid
from edge.domain.vault import SiteKeys
from edge.services.kept_pages import KeptPages
from protocol.certificates.news import MOST_NEWS, DoseDetails, DoseNews, NewsPage, PersonsDose
from protocol.errors import WireError

log = structlog.get_logger("kept")


@dataclass(slots=True)
class _Index:
    """What was read of the pages, up to ``through`` of ``mark``; sealed but for the numbers."""

    through: int = 0
    mark: str = ""
    complete: bool = False
    blind: bool = False
    news: dict[str, DoseNews] = field(default_factory=dict)
    number_of: dict[str, str] = field(default_factory=dict)
    doses_of: dict[str, tuple[str, ...]] = field(default_factory=dict)


class KeptNews:
    """Answers for persons. Blocking; any thread."""

    def __init__(
        self,
        *,
        pages: KeptPages,
        keys: SiteKeys,
        read: Callable[[bytes], NewsPage],
        printed: Callable[[str], bool],
    ) -> None:
        """Take the parts.

        Args:
            read: Returns a page that was verified before.
            printed: Says whether a certificate of a dose left a printer of the site.
        """
        self._pages = pages
        self._keys = keys
        self._read = read
        self._printed = printed
        self._index = _Index()
        self._indexing = threading.Lock()
        keys.on_change(self._close_again)

    def refresh(self) -> None:
        """Take in what the pages hold by now; nothing while locked."""
        with self._indexing:
            pages = self._pages.opened()
            if pages is None:
                return
            index = self._index
            while page := next_page(pages, index.through, index.mark):
                if page.place.since == 0:
                    index = _Index()
                self._take(index, self._read(page.message).news)
                index.through, index.mark = page.place.through, page.place.mark
                if _is_at_end(pages[-1].place, index):
                    break
            index.complete = bool(pages)
            self._index = index
            if self._keys.locked:
                self._index = _Index()

    def of_person(self, number: str) -> DosesSaid:
        """Return what is known of a person's doses; nothing is known while locked.

        Raises:
            JournalError: Nobody can say what was printed.
        """
        index, age = self._index, self._pages.age_seconds()
        if age is None or not index.complete or index.blind or self._keys.locked:
            return DosesSaid()
        news = [index.news[dose] for dose in index.doses_of.get(number, ())]
        found = []
        for each in news[:MOST_NEWS]:
            details = self._details(each)
            if details is not None:
                bare = msgspec.structs.replace(each, sealed={})
                found.append(PersonsDose(news=bare, details=details))
        printed = tuple(each.news.dose for each in found if self._printed(each.news.dose))
        return DosesSaid(doses=tuple(found), printed=printed, age_seconds=age)

    def _take(self, index: _Index, news: tuple[DoseNews, ...]) -> None:
        for each in news:
            if not each.sealed:
                # A centre without the site's key: nobody here can say whose dose it is.
                index.blind = True
                continue
            details = self._details(each)
            if details is None:
                continue
            index.news[each.dose] = each
            before = index.number_of.get(each.dose)
            if before != details.number:
                self._move(index, each.dose, before, details.number)

    @staticmethod
    def _move(index: _Index, dose: str, before: str | None, number: str) -> None:
        if before is not None:
            left = tuple(one for one in index.doses_of.get(before, ()) if one != dose)
            index.doses_of[before] = left
        index.number_of[dose] = number
        index.doses_of[number] = (*index.doses_of.get(number, ()), dose)

    def _details(self, news: DoseNews) -> DoseDetails | None:
        try:
            return self._keys.open_form(news.sealed, news.dose, DoseDetails)
        except WireError as error:
            log.warning("sealed_news", kind=NEWS, code=error.code)
            return None

    def _close_again(self) -> None:
        if self._keys.locked:
            self._index = _Index()


def _is_at_end(last: Place, index: _Index) -> bool:
    return (last.through, last.mark) == (index.through, index.mark)

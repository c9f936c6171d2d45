"""The site's news of doses by person: found while somebody has logged in, opened for whoever asks.

Only whose dose it is, and on which page it stands, lies open in memory; a certificate is opened when
its person asks for it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import structlog

from edge.domain.kept import NEWS, Place
from edge.domain.shelf import DosesSaid
from edge.domain.vault import SiteKeys
from edge.services.kept_pages import KeptPages
from protocol.certificates.copies import copy_name
from protocol.certificates.news import MOST_NEWS, DoseDetails, DoseNews, NewsPage, PersonsDose
from protocol.errors import WireError

log = structlog.get_logger("kept")


@dataclass(slots=True)
class _Index:
    """Where each person's doses stand, as far as the pages were read.

    Attributes:
        through: The change up to which they were.
        read: Any page was.
        blind: There are doses of which nobody here can say whose they are.
    """

    through: int = 0
    mark: str = ""
    read: bool = False
    blind: bool = False
    number_of: dict[str, str] = field(default_factory=dict)
    doses_of: dict[str, dict[str, Place]] = field(default_factory=dict)

    def put(self, dose: str, number: str, place: Place) -> None:
        """Note the newest page of a dose; a corrected number moves it to another person."""
        before = self.number_of.get(dose, number)
        if before != number:
            self.doses_of[before] = {d: p for d, p in self.doses_of[before].items() if d != dose}
        self.number_of[dose] = number
        # Replaced as one: somebody may be asking.
        self.doses_of[number] = self.doses_of.get(number, {}) | {dose: place}


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
            printed: Says by its copy name whether a certificate left a printer of the site.
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
            index = self._index
            while (found := self._pages.next_after(index.through, index.mark)) is not None:
                place, message = found
                if place.since == 0:
                    index = _Index()
                self._take(index, place, self._read(message).news)
                index.through, index.mark, index.read = place.through, place.mark, True
            self._index = index
            if self._keys.locked:
                self._index = _Index()

    def of_person(self, number: str) -> DosesSaid:
        """Return what is known of a person's doses; nothing is known while locked.

        Raises:
            JournalError: Nobody can say what was printed.
        """
        index, age = self._index, self._pages.age_seconds()
        if age is None or not index.read or index.blind or self._keys.locked:
            return DosesSaid()
        found = []
        for dose, place in [*index.doses_of.get(number, {}).items()][:MOST_NEWS]:
            one = self._person_dose(dose, place)
            if one is None:
                return DosesSaid()  # Its page was just replaced: nobody can say now.
            found.append(one)
        printed = tuple(name for name in map(_copy_name, found) if self._printed(name))
        return DosesSaid(doses=tuple(found), printed=printed, age_seconds=age)

    def _person_dose(self, dose: str, place: Place) -> PersonsDose | None:
        message = self._pages.page_at(place)
        if message is None:
            return None
        news = next(each for each in self._read(message).news if each.dose == dose)
        details = self._details(news)
        if details is None:
            return None
        return PersonsDose(news=msgspec.structs.replace(news, sealed={}), details=details)

    def _take(self, index: _Index, place: Place, news: tuple[DoseNews, ...]) -> None:
        for each in news:
            if not each.sealed:
                # A centre without the site's key: nobody here can say whose dose it is.
                index.blind = True
                continue
            details = self._details(each)
            if details is not None:
                index.put(each.dose, details.number, place)

    def _details(self, news: DoseNews) -> DoseDetails | None:
        try:
            return self._keys.open_form(news.sealed, news.dose, DoseDetails)
        except WireError as error:
            log.warning("sealed_news", kind=NEWS, code=error.code)
            return None

    def _close_again(self) -> None:
        if self._keys.locked:
            self._index = _Index()


def _copy_name(told: PersonsDose) -> str:
    return copy_name(told.news.dose, told.details.code, reissued=told.news.reissued)

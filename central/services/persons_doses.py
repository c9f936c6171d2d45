"""What a device is told: the news of its site by page, and of the one person before it all that is known."""

from typing import Protocol

import msgspec
import structlog

from central.domain.dose_news import may_hear
from central.ports.certificates import DosesOfSites, NewsSigner
from central.services.dose_news import NewsBook, NewsKeeper, in_the_open
from protocol.certificates.news import MOST_NEWS, PersonAsked, PersonsDoses
from protocol.identity import SiteId

log = structlog.get_logger("certificates")


class OfPersons(Protocol):
    """Whoever knows of a person's doses. Blocking."""

    def of_person(self, site: SiteId, asked: PersonAsked) -> PersonsDoses:
        """Return what a device of ``site`` is told.

        Raises:
            StoreError: Nobody can say now.
        """
        ...


class PersonsNews:
    """Knows every dose that a site said or the Platform told of, however long ago, with its certificate."""

    def __init__(self, doses: DosesOfSites, keeper: NewsKeeper) -> None:
        self._doses = doses
        self._keeper = keeper

    def of_person(self, site: SiteId, asked: PersonAsked) -> PersonsDoses:
        """See ``OfPersons``."""
        found = self._doses.of_person(asked.number)
        mine = [one for one in found.doses if may_hear(one, site, asked.name, asked.birth)]
        # By what was asked alone: whether there is more under the number is nobody else's business.
        whole = bool(asked.name and asked.birth)
        newest = sorted(mine, key=lambda one: one.day)[-MOST_NEWS:]
        return PersonsDoses(
            doses=tuple(in_the_open(one, found.printed) for one in self._keeper.told(newest)),
            whole=whole and found.read and self._keeper.knows_all,
        )


class NewsDesk:
    """Answers devices."""

    def __init__(self, book: NewsBook, persons: OfPersons, signer: NewsSigner) -> None:
        self._book = book
        self._persons = persons
        self._signer = signer

    def page(self, site: SiteId, since: int, book: str) -> bytes:
        """Return the signed page that leads on from ``since``."""
        return self._signer.sign_news(self._book.page(site, since, book))

    def of_person(self, site: SiteId, asked: PersonAsked) -> bytes:
        """Return what is known of one person's doses; for memory alone.

        Raises:
            StoreError: Nobody can say now.
        """
        told = self._persons.of_person(site, asked)
        # Neither who nor which dose: how many is enough to notice a device that asks for everybody.
        log.info("asked of a person", site=site, doses=len(told.doses))
        return msgspec.json.encode(told)

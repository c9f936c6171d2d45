"""A kiosk asks its hub first, the centre otherwise: for the roster, a person's doses, and lists.

What comes by the hub is the centre's, signed, and verified here; the hub adds how old it is. A hub
that is locked, silent or behind what this kiosk has already costs only the question.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from edge.domain.answers import Answer, Asker, Found
from edge.domain.dose_news import with_more
from edge.domain.shelf import DosesSaid, PageSaid
from edge.ports import (
    Certificates,
    Clock,
    HubError,
    ListName,
    ListSource,
    ListsUnavailable,
    Records,
    RecordsUnavailable,
    RosterError,
    RosterSource,
    RosterUnavailable,
    SiteShelf,
)
from edge.services.in_time import WAIT_SECONDS, DeadLine, InTime
from protocol.certificates.news import PersonsDoses
from protocol.errors import WireError
from protocol.identity import SiteId
from protocol.roster import RosterPage

FRESH_SECONDS = 150.0
"""Of what the hub knows of doses and is older than this, the centre is asked also for who is watched."""
_SLACK_NS = 2_000_000_000
_SECOND_NS = 1_000_000_000

Told = Callable[[PersonsDoses], Answer]

log = structlog.get_logger("hub")


class RosterHubFirst:
    """The port ``RosterSource``."""

    def __init__(
        self,
        shelf: SiteShelf,
        centre: RosterSource | None,
        *,
        site: str,
        open_page: Callable[[bytes], RosterPage],
        clock: Clock,
        fresh_seconds: float,
    ) -> None:
        """Take the parts.

        Args:
            centre: None where this kiosk has no way to it.
            open_page: Checks the centre's signature; raises ``WireError``.
            fresh_seconds: Of what is older at the hub, the centre is asked too.
        """
        self._shelf = shelf
        self._centre = centre
        self._site = SiteId(site)
        self._open_page = open_page
        self._clock = clock
        self._fresh = fresh_seconds
        self._age = 0.0
        self._complete_ns: int | None = None

    def fetch(self, since: int, head: str) -> RosterPage:
        """See the port."""
        said = self._said(since, head)
        if said is None or said.age_seconds is None or self._is_behind(said.age_seconds):
            return self._from_centre(since, head)
        if said.age_seconds > self._fresh and self._centre is not None:
            try:
                return self._from_centre(since, head)
            except RosterUnavailable:
                pass  # The hub's is old, and yet all there is.
        page = self._opened(said, since, head)
        self._note(page, said.age_seconds)
        return page

    def age_seconds(self) -> float:
        """See the port."""
        return self._age

    def close(self) -> None:
        """See the port."""
        if self._centre is not None:
            self._centre.close()

    def _said(self, since: int, head: str) -> PageSaid | None:
        try:
            return self._shelf.roster(since, head)
        except HubError as error:
            if self._centre is None:
                raise RosterUnavailable(str(error)) from error
            return None

    def _from_centre(self, since: int, head: str) -> RosterPage:
        if self._centre is None:
            raise RosterUnavailable("the hub has no roster that it can open, or an older one")
        page = self._centre.fetch(since, head)
        self._note(page, self._centre.age_seconds())
        return page

    def _opened(self, said: PageSaid, since: int, head: str) -> RosterPage:
        if not said.page:
            return RosterPage(self._site, since, since, since, head)
        try:
            page = self._open_page(said.page)
        except WireError as error:
            raise RosterError(f"not a roster that the centre signed: {error.code}") from error
        if page.site != self._site:
            raise RosterError(f"the roster of site {page.site}, not of {self._site}")
        # More may follow at the hub than there was when this page was signed.
        return replace(page, last=max(page.through, said.last))

    def _is_behind(self, age: float) -> bool:
        """Return whether this kiosk has heard from the centre after the hub has."""
        if self._complete_ns is None:
            return False
        return self._as_of_ns(age) + _SLACK_NS < self._complete_ns

    def _note(self, page: RosterPage, age: float) -> None:
        self._age = age
        if page.through == page.last:
            self._complete_ns = self._as_of_ns(age)

    def _as_of_ns(self, age: float) -> int:
        return self._clock.boottime_ns() - int(age * _SECOND_NS)


class DosesHubFirst:
    """The ports ``Certificates`` and ``Records``, as ``told`` makes one or the other of the doses.

    The hub has the last days of this site, never all that there is of a person: whoever asks for
    themselves hears what the centre knows, too, where it answers in time. Both are asked at once.
    """

    def __init__(
        self,
        shelf: SiteShelf,
        told: Told,
        otherwise: Certificates | Records | None,
        clock: Clock,
        *,
        wait_seconds: float = WAIT_SECONDS,
        dead: DeadLine | None = None,
    ) -> None:
        """Take the parts.

        Args:
            otherwise: The centre; None: nobody.
            wait_seconds: For the centre, whether the hub has an answer or not.
            dead: Shared with others who ask the centre.
        """
        self._shelf = shelf
        self._told = told
        self._alone = otherwise is None
        self._in_time = InTime(otherwise, clock, wait_seconds=wait_seconds, dead=dead)

    def ask(self, asker: Asker) -> Answer:
        """See the port."""
        number = asker.claim.number if asker.claim else ""
        if not number:
            return Answer(Found.NOT_REACHABLE)
        asking = None if asker.watched else self._in_time.begin(asker)
        said = self._said(number)
        if said is None or said.age_seconds is None:
            return self._elsewhere((asking or self._in_time.begin(asker))())
        own = _with_printed(self._told(PersonsDoses(doses=said.doses)), said.printed)
        if asker.watched and own.items and said.age_seconds <= FRESH_SECONDS:
            return own
        more = (asking or self._in_time.begin(asker))()
        return own if more is None else _with_printed(with_more(own, more), said.printed)

    def _said(self, number: str) -> DosesSaid | None:
        try:
            return self._shelf.doses(number)
        except HubError as error:
            log.info("doses_not_from_hub", problem=str(error))
            return None

    def _elsewhere(self, more: Answer | None) -> Answer:
        if self._alone:
            raise RecordsUnavailable("the hub does not know, and there is nobody else to ask")
        return more or Answer(Found.NOT_REACHABLE)


class ListsHubLast:
    """The port ``ListSource``: the centre's lists, from the hub where the centre does not answer."""

    def __init__(self, centre: ListSource | None, shelf: SiteShelf) -> None:
        """Args: ``centre`` is None where this kiosk has no way to it."""
        self._centre = centre
        self._shelf = shelf

    def fetch(self, name: ListName, serial: int) -> bytes | None:
        """See the port."""
        if self._centre is not None:
            try:
                return self._centre.fetch(name, serial)
            except ListsUnavailable as error:
                log.info("lists_from_hub", problem=str(error))
        try:
            return self._shelf.list_of(name, serial)
        except HubError as error:
            raise ListsUnavailable(str(error)) from error

    def close(self) -> None:
        """See the port."""
        if self._centre is not None:
            self._centre.close()


def printed_elsewhere(shelf: SiteShelf | None) -> Callable[[str], bool]:
    """Return what says whether another copy may be out; without a hub nobody knows of any."""

    def ask(dose: str) -> bool:
        if shelf is None:
            return False
        try:
            return shelf.copy(dose)
        except HubError as error:
            # Nobody waits for the hub; the copy is handed over, and the next one is marked.
            log.warning("copies_not_asked", problem=str(error))
            return False

    return ask


def _with_printed(answer: Answer, printed: Sequence[str]) -> Answer:
    """Return it with what the hub knows; that the centre knows of a copy suffices, too."""
    items = tuple(
        replace(each, printed=each.printed or each.copy_name in printed) for each in answer.items
    )
    return replace(answer, items=items)

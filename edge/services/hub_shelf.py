"""What the hub keeps of what the centre sent, and hands to the kiosks of its site.

Fetches the roster and the news of doses for the whole site, also while nobody has logged in; hands
them on only while somebody has. Lists for certificates are nobody's secret and are handed on always.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from edge.domain.shelf import DosesSaid, PageSaid
from edge.domain.vault import SiteKeys
from edge.ports import Clock, JournalError, ListName
from edge.services.copies import Copies
from edge.services.keeping import Keeping, Look
from edge.services.kept_news import KeptNews
from edge.services.kept_pages import KeptPages

HandOn = Callable[[ListName, int], bytes | None]

_COPIES_SECONDS = 600.0

log = structlog.get_logger("kept")


@dataclass(frozen=True, slots=True)
class KeptParts:
    """What the hub keeps; the pages are None where no centre is configured."""

    roster: KeptPages
    news_pages: KeptPages
    news: KeptNews
    copies: Copies
    lists: HandOn


class HubShelf:
    """The service; ``run`` lives in the program's task group. The rest is blocking, from any thread."""

    def __init__(
        self,
        parts: KeptParts,
        keys: SiteKeys,
        clock: Clock,
        *,
        roster_seconds: float = 300,
        news_seconds: float = 30,
        asks_centre: bool = True,
    ) -> None:
        """Take the parts.

        Args:
            roster_seconds: Between two looks for what changed on the roster.
            news_seconds: Between two looks for news of doses.
            asks_centre: Whether there is a centre to ask.
        """
        self._parts = parts
        looks = [
            Look("roster", parts.roster.look, roster_seconds),
            Look("news", self.look_for_news, news_seconds),
        ]
        # What the centre has may leave the journal before anybody asks what was printed.
        copies = Look("copies", parts.copies.refresh, _COPIES_SECONDS)
        self._keeping = Keeping([*(looks if asks_centre else ()), copies], clock)
        self._unlocked = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        keys.on_change(self._hear)

    def roster(self, since: int, head: str) -> PageSaid:
        """Return what follows on a change of the roster."""
        return self._parts.roster.after(since, head)

    def doses(self, number: str) -> DosesSaid:
        """Return what is known of a person's doses.

        Raises:
            JournalError: Nobody can say what was printed.
        """
        return self._parts.news.of_person(number)

    def copy(self, device: str, dose: str) -> bool:
        """Note that a device is about to print a certificate; return whether it is a further copy.

        Raises:
            JournalError: Nobody can say.
        """
        return self._parts.copies.about_to(device, dose)

    def list_of(self, name: ListName, serial: int) -> bytes | None:
        """Return a signed list that is newer than ``serial``, or the word that it still stands."""
        return self._parts.lists(name, serial)

    def news_age_seconds(self) -> int | None:
        """Return how old the news of doses are; None: there are none."""
        return self._parts.news_pages.age_seconds()

    async def run(self) -> None:
        """Keep everything fresh until cancelled."""
        await asyncio.to_thread(self._load)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._index(), name="news by person")
            group.create_task(self._keeping.run(), name="keeping")

    def look_for_news(self) -> None:
        """Fetch news of doses once, and find them by person.

        Raises:
            RosterError: The centre does not answer, or its answer cannot be used.
            JournalError: They cannot be kept.
        """
        self._parts.news_pages.look()
        self._parts.news.refresh()

    def _load(self) -> None:
        try:
            self._parts.roster.load()
            self._parts.news_pages.load()
        except JournalError as error:
            log.error("kept_pages_unreadable", problem=str(error))  # noqa: TRY400 - expected

    async def _index(self) -> None:
        """Find news by person as soon as somebody has logged in."""
        while True:
            self._unlocked.clear()
            await asyncio.to_thread(self._parts.news.refresh)
            await self._unlocked.wait()

    def _hear(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._unlocked.set)

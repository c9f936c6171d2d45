"""Finds out who came while the hub was locked, so that one person's visits are linked all the same.

Until the first log-in each kiosk matched people by a key of its own. Once the site's key is open, what
they sealed can be read, here in memory alone, and everybody gets the matching key of the site.
"""

import asyncio
from datetime import date
from zoneinfo import ZoneInfo

import structlog

from edge.domain.vault import SiteKeys
from edge.ports import Clock, Entry, JournalError, JournalReader
from edge.services.site_queue import SiteQueue
from protocol.errors import WireError
from protocol.events import CheckedIn, decode_body, decode_event
from protocol.site_events import Arrived

_AT_ONCE, _BYTES = 500, 2 * 1024 * 1024

log = structlog.get_logger("naming")


class Naming:
    """The service; ``run`` lives in the program's task group."""

    def __init__(
        self,
        *,
        journal: JournalReader,
        keys: SiteKeys,
        queue: SiteQueue,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._journal = journal
        self._keys = keys
        self._queue = queue
        self._clock = clock
        self._zone = zone
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        keys.on_change(self._hear)

    async def run(self) -> None:
        """Name everybody whenever the site's key is opened, until cancelled."""
        while True:
            self._changed.clear()
            if not self._keys.locked:
                try:
                    await self.name_all()
                except JournalError as error:
                    log.error("journal_failed", problem=str(error))  # noqa: TRY400 - expected
            await self._changed.wait()

    async def name_all(self) -> int:
        """Name everybody in the queue who can be; return how many got another matching key."""
        await self._queue.look()
        day = self._clock.now().astimezone(self._zone).date()
        named = 0
        for epoch in await asyncio.to_thread(self._journal.epochs):
            after = 0
            while entries := await asyncio.to_thread(
                self._journal.entries, after, most=_AT_ONCE, most_bytes=_BYTES, epoch=epoch
            ):
                after = entries[-1].seq
                persons = await asyncio.to_thread(self._persons, entries, day)
                for visit, person in persons.items():
                    there = self._queue.state.visits.get(visit)
                    if there is not None and there.person != person:
                        await self._queue.identify(visit, person)
                        named += 1
        log.info("named", visits=named)
        return named

    def _persons(self, entries: list[Entry], day: date) -> dict[str, str]:
        """Return visit -> matching key of today, for what can be opened."""
        found: dict[str, str] = {}
        here = self._queue.state.visits
        for entry in entries:
            event = decode_event(entry.data)
            if event.visit is None or event.visit not in here:
                continue
            body = decode_body(event)
            if isinstance(body, Arrived):
                person = self._person(body.sealed, body.event, day)
            elif isinstance(body, CheckedIn):
                person = self._person(event.sealed, event.id, day)
            else:
                continue
            if person is not None:
                found[event.visit] = person
        return found

    def _person(self, sealed: dict[str, str] | None, event_id: str, day: date) -> str | None:
        try:
            identity = self._keys.open_identity(sealed or {}, event_id)
        except WireError as error:
            log.warning("sealed_identity", event_id=event_id, code=error.code)
            return None
        if identity is None or identity.number is None:
            return None
        return self._keys.person(identity.number, day)

    def _hear(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

"""Who stands behind a number, and what was written down of them: opened only while the site is unlocked.

The sealed parts are read from the hub's own journal; what was opened is forgotten when the keys are.
"""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import msgspec
import structlog

from edge.domain.queue.visit import Visit
from edge.domain.vault import SiteKeys
from edge.ports import Entry, JournalError, JournalReader
from protocol.errors import WireError
from protocol.events import Event, Identity, decode_body, decode_event
from protocol.identity import Epoch
from protocol.site_events import Arrived, CertificateNoted

MOST_ENTRIES = 500
MOST_BYTES = 1 << 20
_WITH_FORMS = frozenset({"screened", "reaction_recorded", "certificate_seen"})

Form = TypeVar("Form", bound=msgspec.Struct)
Sealed = dict[str, str]

log = structlog.get_logger("people")


class SitePeople:
    """Names and forms of the site's visits. Used by one event loop; reads the journal in threads."""

    def __init__(self, *, journal: JournalReader, keys: SiteKeys) -> None:
        self._journal = journal
        self._keys = keys
        self._seen: int | None = None
        self._through: dict[Epoch, int] = {}
        self._identities: dict[str, tuple[str, Sealed]] = {}
        self._forms: dict[str, Sealed] = {}
        self._reactions: dict[str, list[str]] = {}
        self._opened: dict[str, Identity] = {}
        self._reading = asyncio.Lock()
        keys.on_change(self._opened.clear)

    @property
    def locked(self) -> bool:
        """Return whether names cannot be read now."""
        return self._keys.locked

    async def refresh(self) -> None:
        """Take in what the journal holds by now; where nothing was written, nothing is read."""
        if self._journal.last() == self._seen:
            return
        async with self._reading:
            last = self._journal.last()
            if last == self._seen:
                return
            try:
                await asyncio.to_thread(self._read_on)
                self._seen = last
            except JournalError as error:
                # Numbers are shown all the same; the failure is told by whatever is done next.
                log.error("journal_failed", problem=str(error))  # noqa: TRY400 - expected

    def identity(self, visit: Visit) -> Identity | None:
        """Return who a visit is, or None while locked or where it was sealed to nobody here."""
        if self._keys.locked:
            return None
        known = self._opened.get(visit.id)
        if known is None:
            known = self._open(visit.id)
            if known is not None:
                self._opened[visit.id] = known
        return known

    def form(self, event: str, kind: type[Form]) -> Form | None:
        """Return the sealed form of an event, or None while locked or where there is none."""
        sealed = self._forms.get(event)
        if sealed is None:
            return None
        try:
            return self._keys.open_form(sealed, event, kind)
        except WireError as error:
            log.warning("sealed_form", code=error.code)
            return None

    def reactions(self, visit: str) -> Sequence[str]:
        """Return the events whose forms tell of a visit's reactions, in their order."""
        return tuple(self._reactions.get(visit, ()))

    def seal_form(self, form: msgspec.Struct, event: str) -> Sealed:
        """Return ``form`` sealed to the site alone, bound to ``event``; needs no unlocked key."""
        return self._keys.seal_to_site(msgspec.json.encode(form), event)

    def _open(self, visit: str) -> Identity | None:
        event, sealed = self._identities.get(visit, ("", {}))
        if not sealed:
            return None
        try:
            return self._keys.open_identity(sealed, event)
        except WireError as error:
            log.warning("sealed_identity", code=error.code)
            return None

    def _read_on(self) -> None:
        for epoch in self._journal.epochs():
            while entries := self._journal.entries(
                self._through.get(epoch, 0), most=MOST_ENTRIES, most_bytes=MOST_BYTES, epoch=epoch
            ):
                for entry in entries:
                    self._read(entry)
                    self._through[epoch] = entry.seq

    def _read(self, entry: Entry) -> None:
        try:
            self._take(decode_event(entry.data))
        except WireError as error:
            log.warning("unreadable_event", seq=entry.seq, code=error.code)

    def _take(self, event: Event) -> None:
        if event.type == "arrived" and event.visit:
            body = decode_body(event)
            if isinstance(body, Arrived) and body.sealed:
                self._identities[event.visit] = (body.event, body.sealed)
        elif event.type == "certificate_noted":
            body = decode_body(event)
            if isinstance(body, CertificateNoted) and body.sealed:
                self._forms[body.event] = body.sealed
        elif event.sealed and event.type == "checked_in":
            self._identities[event.visit or event.id] = (event.id, self._mine(event.sealed))
        elif event.sealed and event.type in _WITH_FORMS:
            self._forms[event.id] = self._mine(event.sealed)
            if event.type == "reaction_recorded" and event.visit:
                self._reactions.setdefault(event.visit, []).append(event.id)

    def _mine(self, sealed: Sealed) -> Sealed:
        return self._keys.only_to_site(sealed)

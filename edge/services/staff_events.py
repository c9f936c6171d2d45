"""Journals what happens about staff; the name that colleagues read travels sealed."""

import asyncio
from collections.abc import Callable

from edge.ports import Clock, Draft, Journal, Keys
from edge.services.recording import new_id
from protocol.events import Identity, encode_identity
from protocol.site_events import StaffAdded, StaffRemoved, StaffSignedIn

STAFF = "staff"
"""The document of an identity that is a member of staff's."""


class StaffEvents:
    """Writes events about staff."""

    def __init__(
        self,
        *,
        journal: Journal,
        keys: Keys,
        clock: Clock,
        written: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts; ``written`` is called after each write, in the writing thread."""
        self._journal = journal
        self._keys = keys
        self._clock = clock
        self._written = written

    async def write(
        self, body: StaffAdded | StaffRemoved | StaffSignedIn, name: str | None
    ) -> None:
        """Write one event, durable on return.

        Raises:
            JournalError: Nothing was written.
        """
        await asyncio.to_thread(self._write, body, name)

    def _write(self, body: StaffAdded | StaffRemoved | StaffSignedIn, name: str | None) -> None:
        event = new_id(self._clock)
        sealed = None
        if name is not None:
            who = Identity(document=STAFF, number=None, name=name)
            sealed = self._keys.seal(encode_identity(who), event)
        self._journal.append([Draft(event, body, sealed=sealed)])
        self._written()

"""Tells devices at once that a list for certificates has a new issue, by the line on which they are heard.

A notice is an invitation and no more: whoever misses it is told again at its next greeting, and asks by
itself within the hour.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable

import structlog

from central.domain.certificate_lists import ListKind
from central.ports import ListStore, StoreError
from central.ports.lists import NoticeSigner
from protocol.certificates.notice import ListsNotice
from protocol.identity import DeviceId

LOOK_SECONDS = 2.0

log = structlog.get_logger("lists")

Send = Callable[[Iterable[DeviceId], bytes], None]


class ListNotices:
    """Knows the newest issues and who was heard; ``run`` lives in the task group."""

    def __init__(
        self, store: ListStore, signer: NoticeSigner, *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        """Args: ``look_seconds`` lie between two looks at which issues there are."""
        self._store = store
        self._signer = signer
        self._look_seconds = look_seconds
        self._newest = ListsNotice()
        self._message = b""
        self._heard: set[DeviceId] = set()
        self._failing = False

    def heard(self, devices: Collection[DeviceId]) -> None:
        """Note who is there, proven by their signatures; as many as the registry holds at most."""
        self._heard.update(devices)

    @property
    def message(self) -> bytes:
        """Return what a device is told now; empty while there is no list, or nobody knows."""
        return self._message

    async def run(self, send: Send) -> None:
        """Tell everybody who was heard whenever there is a new issue, until cancelled.

        Args:
            send: Publishes one message to many devices; blocking.
        """
        while True:
            if await asyncio.to_thread(self.look):
                await asyncio.to_thread(send, tuple(self._heard), self._message)
            await asyncio.sleep(self._look_seconds)

    def look(self) -> bool:
        """Return whether there is an issue that was not there at the last look. Blocking."""
        try:
            issues = {kind: self._store.issue(kind) for kind in ListKind}
        except StoreError as error:
            if not self._failing:
                log.warning("new_lists_are_not_announced", reason=str(error))
            self._failing = True
            return False
        self._failing = False
        serials = {kind.value: issue.serial for kind, issue in issues.items() if issue is not None}
        newest = ListsNotice(**serials)
        if newest == self._newest:
            return False
        self._newest, self._message = newest, self._signer.sign_lists_notice(newest)
        log.info("lists_announced", **serials)
        return True

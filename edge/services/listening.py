"""The standby's side: takes the hub's journal over, entry by entry, and its vault."""

import asyncio
from collections.abc import Callable

import structlog

from edge.domain.replica import Ask, Page, hashes, next_epoch
from edge.ports import (
    Entry,
    HubError,
    HubUnavailable,
    JournalError,
    Peer,
    Replica,
    VaultError,
    VaultStore,
)
from protocol.errors import WireError
from protocol.identity import Epoch

AGAIN_SECONDS = 1.0
VAULT_SECONDS = 5.0

log = structlog.get_logger("standby")


class Listening:
    """The service; ``run`` lives in the program's task group.

    Attributes:
        behind: Entries of the hub's current journal that are not here yet; None while not connected.
    """

    def __init__(
        self,
        *,
        peer: Peer,
        replica: Replica,
        vault: VaultStore | None,
        device: str,
        vault_changed: Callable[[], None] = lambda: None,
        grown: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts.

        Args:
            device: Whose journal it is.
            vault: Where the other's vault is kept; None where it does not count.
            vault_changed: Called in a thread when another vault was kept.
            grown: Called in a thread when entries were kept.
        """
        self._peer = peer
        self._replica = replica
        self._vault = vault
        self._device = device
        self._vault_changed = vault_changed
        self._grown = grown
        self._epoch = ""
        self._refused = ""
        self.behind: int | None = None

    async def run(self) -> None:
        """Take over what the hub writes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._journal(), name="replica")
            if self._vault is not None:
                group.create_task(self._vaults(), name="vault of the hub")

    async def _journal(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.pull)
            except (HubError, JournalError, WireError) as error:
                self._say(error)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _vaults(self) -> None:
        while True:
            await asyncio.sleep(VAULT_SECONDS)
            try:
                await asyncio.to_thread(self.pull_vault)
            except (HubError, VaultError) as error:
                if not isinstance(error, HubUnavailable):
                    log.warning("vault_not_taken_over", problem=str(error))

    def pull(self) -> None:
        """Ask once, and keep what comes; what is kept is confirmed by the next question.

        Raises:
            HubError: The hub does not answer, or says what nobody understands.
            JournalError: It cannot be kept.
            WireError: ``bad_message``: it is not what follows.
        """
        held = self._replica.last(self._device, Epoch(self._epoch)) if self._epoch else (0, b"")
        page = self._peer.journal(Ask(epoch=self._epoch, after=held[0], hash=held[1]))
        if page.device != self._device:
            raise WireError("bad_message", f"{page.device} answers instead of {self._device}")
        if not page.fits:
            raise WireError("bad_message", "the journal is not the one whose copy is held")
        if page.epoch != self._epoch:
            # The beginning: the hub says which journals it has, and they are gone through in turn.
            held = self._replica.last(self._device, Epoch(page.epoch))
            self._epoch = page.epoch
            if held[0]:
                return
        self._keep(page, held)
        self._epoch = next_epoch(page)

    def _keep(self, page: Page, held: tuple[int, bytes]) -> None:
        if page.events:
            entries = [
                Entry(seq, data, digest)
                for seq, (data, digest) in enumerate(
                    zip(page.events, hashes(page, held), strict=True), start=page.first
                )
            ]
            self._replica.append(self._device, Epoch(page.epoch), page.prev, entries)
            self._grown()
        if self.behind is None:
            log.info("hub_listened_to", hub=self._device)
        reached = page.first + len(page.events) - 1 if page.events else held[0]
        self.behind, self._refused = max(0, page.last - reached), ""

    def pull_vault(self) -> None:
        """Keep the hub's vault where it is another one.

        Raises:
            HubError: As for ``pull``.
            VaultError: It cannot be kept.
        """
        data = self._peer.vault()
        if self._vault is not None and data is not None and data != self._vault.own():
            self._vault.write(data)
            self._vault_changed()

    def _say(self, error: Exception) -> None:
        self.behind = None
        if str(error) != self._refused:
            self._refused = str(error)
            log.warning("hub_not_listened_to", problem=self._refused)

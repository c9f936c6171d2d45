"""Hands a site's roster to its devices, and to nobody else."""

import threading
from collections import OrderedDict

from central.ports import KnownDevice, Registry, RosterSigner, RosterStore
from protocol.identity import SiteId
from protocol.roster import MAX_PAGE_CHANGES

_PAGES_KEPT = 32


class NotAllowed(Exception):  # noqa: N818 - a refusal with its reason
    """This certificate gets no roster; the text says why."""


class RosterDesk:
    """Answers for one page at a time."""

    def __init__(
        self,
        registry: Registry,
        store: RosterStore,
        signer: RosterSigner,
        *,
        page_changes: int = MAX_PAGE_CHANGES,
    ) -> None:
        self._registry = registry
        self._store = store
        self._signer = signer
        self._page_changes = page_changes
        # A province's kiosks start together in the morning and ask for the same pages.
        self._made: OrderedDict[tuple[SiteId, int, int, int, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def device(self, thumbprint: bytes) -> KnownDevice:
        """Return whose certificate it is.

        Raises:
            NotAllowed: Nobody's in the registry, or a revoked device's.
        """
        device = self._registry.find(thumbprint)
        if device is None:
            raise NotAllowed("not the certificate of a device")
        if device.revoked:
            raise NotAllowed("the device is revoked")
        return device

    def page(self, device: KnownDevice, since: int, head: str) -> bytes:
        """Return the signed page that leads on from ``since`` in the roster of the device's site.

        Raises:
            StoreUnavailable: No answer now.
        """
        page = self._store.page(device.site, since, head, self._page_changes)
        key = (page.site, page.since, page.through, page.last, page.head)
        with self._lock:
            made = self._made.get(key)
            if made is None:
                made = self._made[key] = self._signer.sign_roster(page)
            self._made.move_to_end(key)
            if len(self._made) > _PAGES_KEPT:
                self._made.popitem(last=False)
        return made

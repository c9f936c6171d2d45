"""Takes in the lists of trusted signers and revoked certificates, keeps them fresh, hands them out."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from central.domain.certificate_lists import (
    LeftOut,
    ListKind,
    ListUnusable,
    buckets_in,
    certificates_in,
    read_list,
)
from central.ports import (
    Clock,
    HeldList,
    Issue,
    ListSigner,
    ListSource,
    ListStore,
    ListUnavailable,
    StoreError,
)
from protocol.certificates.lists import TRUST_LIST, Still, TrustList
from protocol.certificates.revocations import REVOCATION_LIST, Revocations

FIRST_RETRY_SECONDS = 30.0
_CONTENT_TYPES = {ListKind.TRUST: TRUST_LIST, ListKind.REVOCATIONS: REVOCATION_LIST}

log = structlog.get_logger("lists")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a published list.

    Attributes:
        changed: It says something else than the issue before.
    """

    issue: Issue
    changed: bool
    left_out: tuple[LeftOut, ...] = ()


class ListImport:
    """Brings a list to what its keeper publishes. Blocking."""

    def __init__(self, store: ListStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def run(self, kind: ListKind, source: ListSource) -> TakenIn:
        """Take in what ``source`` publishes now.

        Raises:
            ListUnavailable: There is no answer; the list stays and ages.
            ListUnusable: Likewise: nothing of the answer can be used.
            StoreError: Nothing was changed.
        """
        there = self._store.issue(kind)
        etag = there.etag if there is not None and there.source == source.name else ""
        published = source.fetch(etag)
        now = self._clock.now()
        if published is None and there is not None:
            self._store.heard(kind, now)
            return TakenIn(there, changed=False)
        if published is None:
            raise ListUnavailable("said to be unchanged, and never seen")
        read = read_list(kind, published.data)
        # What was left out may be mended there without another tag.
        new_etag = "" if read.left_out else published.etag
        issue = Issue(int(now.timestamp()), now, read.entries, source.name[:500], new_etag)
        stored = self._store.put(kind, issue, read.content)
        changed = there is None or stored.serial != there.serial
        return TakenIn(stored, changed, read.left_out)


class ListFetching:
    """Looks at the configured addresses from time to time; ``run`` lives in the task group."""

    def __init__(
        self,
        importing: ListImport,
        sources: Mapping[ListKind, ListSource],
        jitter: Callable[[], float],
        *,
        refresh_seconds: float,
    ) -> None:
        """Args: ``jitter`` returns a number from 0 to 1, by chance."""
        self._importing = importing
        self._sources = sources
        self._jitter = jitter
        self._refresh = refresh_seconds

    async def run(self) -> None:
        """Fetch each list now and from time to time, until cancelled; one does not wait for another."""
        async with asyncio.TaskGroup() as group:
            for kind, source in self._sources.items():
                group.create_task(self._keep(kind, source), name=f"list {kind.value}")

    async def _keep(self, kind: ListKind, source: ListSource) -> None:
        failures = 0
        while True:
            failures = 0 if await self.look(kind, source) else failures + 1
            await asyncio.sleep(self.pause(failures))

    async def look(self, kind: ListKind, source: ListSource) -> bool:
        """Take a list in once; False when that did not succeed."""
        try:
            done = await asyncio.to_thread(self._importing.run, kind, source)
        except (ListUnavailable, ListUnusable, StoreError) as error:
            log.warning("list_stays_as_it_is", kind=kind.value, reason=str(error))
            return False
        for entry in done.left_out:
            log.warning("left_out", kind=kind.value, entry=str(entry))
        if done.changed:
            log.info("list", kind=kind.value, serial=done.issue.serial, entries=done.issue.entries)
        return True

    def pause(self, failures: int) -> float:
        """Return how long to wait after so many failures in a row."""
        if not failures:
            return self._refresh * (0.9 + 0.2 * self._jitter())
        pause = min(FIRST_RETRY_SECONDS * (1 << min(failures - 1, 20)), self._refresh)
        return pause * (0.5 + self._jitter() / 2)


class ListDesk:
    """Hands out signed lists; each issue is signed once, whoever asks. Blocking."""

    def __init__(self, store: ListStore, signer: ListSigner) -> None:
        self._store = store
        self._signer = signer
        self._signed: dict[tuple[ListKind, bool], tuple[Issue, bytes]] = {}
        self._lock = threading.Lock()

    def answer(self, kind: ListKind, serial: int) -> bytes | None:
        """Return the signed list, or the word that ``serial`` is still the newest; None: no list.

        Raises:
            StoreUnavailable: No answer now.
        """
        issue = self._store.issue(kind)
        if issue is None:
            return None
        still = issue.serial == serial
        with self._lock:
            made = self._signed.get((kind, still))
            if made is None or made[0] != issue:
                message = self._still(kind, issue) if still else self._list(kind)
                made = self._signed[kind, still] = (issue, message)
            return made[1]

    def _still(self, kind: ListKind, issue: Issue) -> bytes:
        still = Still(_CONTENT_TYPES[kind], issue.serial, issue.as_of)
        return self._signer.sign_still(still)

    def _list(self, kind: ListKind) -> bytes:
        held = self._store.held(kind)
        if held is None:
            raise StoreError("the list went away")
        return self._sign(kind, held)

    def _sign(self, kind: ListKind, held: HeldList) -> bytes:
        serial, as_of = held.issue.serial, held.issue.as_of
        if kind is ListKind.TRUST:
            trust_list = TrustList(serial, as_of, certificates_in(held.content))
            return self._signer.sign_trust_list(trust_list)
        return self._signer.sign_revocations(Revocations(serial, as_of, buckets_in(held.content)))

"""The verdict on certificates, offline: keeps the centre's lists fresh, on disk and in memory.

The signed lists lie on disk, verified again at each start, so that a power cut without a network costs
no verdict. What judges certificates is imported when the first is shown. An old list still gives a
verdict, which says that the list is old; no verdict refuses anybody.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from edge.domain.backoff import delay
from edge.domain.earlier import Doubt, Judged
from edge.ports import Clock, Keys, ListName, ListShelf, ListSource, ListsUnavailable
from edge.services.lists_announced import SPREAD_SECONDS, ListsAnnounced
from protocol.certificates.lists import TRUST_LIST, Still, decode_still, decode_trust_list
from protocol.certificates.revocations import REVOCATION_LIST, Revocations, decode_revocations
from protocol.documents.model import Claim
from protocol.errors import WireError

Judge = Callable[[bytes, Claim | None], Judged]
_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 5.0, 600.0
_KINDS: Mapping[ListName, str] = {"trust": TRUST_LIST, "revocations": REVOCATION_LIST}

log = structlog.get_logger("trust")


@dataclass(frozen=True, slots=True)
class ListsState:
    """How the lists stand: the bar says nothing while they are fresh, a verify station their days.

    Attributes:
        as_of: When the centre last heard that the list of signers is complete; None without a list.
        revocations_as_of: The same of the list of revoked certificates.
    """

    as_of: datetime | None = None
    too_old: bool = False
    revocations_as_of: datetime | None = None
    revocations_too_old: bool = False


@dataclass(frozen=True, slots=True)
class _Lists:
    """What is held. Replaced as one, so that a reader in another thread never sees half of it."""

    certificates: tuple[bytes, ...] = ()
    trust_serial: int = 0
    trust_as_of: datetime | None = None
    revocations: Revocations | None = None
    revocations_as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """What a verdict rests on.

    Attributes:
        certificates: Of the signers that count, in DER; the same object while the list is the same.
        list_of: Day of that list, as people write it.
        revoked_of: Day of the list of revoked certificates; empty without one.
    """

    certificates: tuple[bytes, ...]
    revocations: Revocations | None
    at: datetime
    today: date
    doubt: Doubt
    list_of: str
    revoked_of: str = ""


Judging = Callable[[bytes, Claim | None, JudgedBy], Judged]


class TrustKeeper:
    """The one holder of the lists. ``run`` lives in the program's task group."""

    def __init__(
        self,
        *,
        build: Callable[[], Judging],
        source: ListSource | None,
        shelf: ListShelf,
        keys: Keys,
        clock: Clock,
        zone: ZoneInfo,
        refresh_seconds: float = 3600,
        limit_seconds: float = 7 * 24 * 3600,
        spread_seconds: float = SPREAD_SECONDS,
        on_state: Callable[[ListsState], None] = lambda _: None,
    ) -> None:
        """Take the parts.

        Args:
            build: Gives what judges; called when the first certificate is shown, for it is slow to
                import and most kiosks on most days see none.
            source: None where no centre is configured: then what lies on disk is all there is.
            limit_seconds: From this age on a list is called old in every verdict, and on the bar.
            spread_seconds: Within so long the lists are fetched once the centre announces new ones.
            on_state: Hears how the lists stand after every look, in the event loop.
        """
        self._source = source
        self._shelf = shelf
        self._keys = keys
        self._clock = clock
        self._zone = zone
        self._refresh = refresh_seconds
        self._limit = timedelta(seconds=limit_seconds)
        self._on_state = on_state
        self._lists = _Lists()
        self._build = build
        self._judging: Judging | None = None
        self._failures = 0
        self._announced = ListsAnnounced(keys, clock, self._serial, spread_seconds=spread_seconds)

    def announced(self, message: bytes) -> None:
        """Take what the centre announces; in the event loop."""
        self._announced.hear(message)

    def state(self) -> ListsState:
        """Return how the lists stand now."""
        signers, revoked = self._lists.trust_as_of, self._lists.revocations_as_of
        return ListsState(signers, self._is_old(signers), revoked, self._is_old(revoked))

    async def run(self) -> None:
        """Read what lies on disk, then fetch now, from time to time and when told to, until cancelled."""
        await asyncio.to_thread(self.load)
        self._on_state(self.state())
        while self._source is not None:
            await self.refresh(self._source)
            await self._announced.wait(self._pause())
        while True:
            await asyncio.sleep(self._refresh)
            self._on_state(self.state())

    async def refresh(self, source: ListSource) -> bool:
        """Bring the lists up to date once; False when the centre could not be asked."""
        try:
            await asyncio.to_thread(self._fetch, source)
        except (ListsUnavailable, WireError) as error:
            self._failures += 1
            if self._failures == 1:
                log.warning("lists_stay_as_they_are", problem=str(error))
        else:
            self._failures = 0
        self._on_state(self.state())
        return self._failures == 0

    def load(self) -> None:
        """Take what lies on disk, if the centre signed it. Blocking."""
        for name in _KINDS:
            for kept in (name, f"{name}-still"):
                message = self._shelf.read(kept)
                try:
                    if message is not None:
                        self._take(name, message)
                except WireError as error:
                    log.warning("list_on_disk_is_not_trusted", name=kept, code=error.code)

    def judge(self, certificate: bytes, claim: Claim | None) -> Judged:
        """Return what a certificate is worth, and whether it fits ``claim``. Blocking; any thread."""
        if self._judging is None:
            self._judging = self._build()
        return self._judging(certificate, claim, self.judged_by())

    def judged_by(self) -> JudgedBy:
        """Return what a verdict rests on now; quick, any thread."""
        lists, now = self._lists, self._clock.now()
        return JudgedBy(
            lists.certificates,
            lists.revocations,
            now,
            now.astimezone(self._zone).date(),
            self._doubt(lists),
            self._day(lists.trust_as_of),
            self._day(lists.revocations_as_of),
        )

    def hand_on(self, name: ListName, serial: int) -> bytes | None:
        """Return what this keeper has beyond issue ``serial``, as the centre signed it. Blocking; any thread.

        Whoever has the same issue gets the word of when it was last known to stand.
        """
        own = self._serial(name)
        if serial > own or not own:
            return None
        return self._shelf.read(name if serial < own else f"{name}-still")

    def _doubt(self, lists: _Lists) -> Doubt:
        if lists.trust_as_of is None:
            return "no_list"
        if not self._clock.clock_ok():
            return "clock"
        if lists.revocations_as_of is None:
            return "no_revocations"
        if self._is_old(lists.trust_as_of):
            return "old_list"
        return "old_revocations" if self._is_old(lists.revocations_as_of) else ""

    def _is_old(self, as_of: datetime | None) -> bool:
        if as_of is None or not self._clock.clock_ok():
            return False
        return self._clock.now() - as_of > self._limit

    def _day(self, as_of: datetime | None) -> str:
        return as_of.astimezone(self._zone).strftime("%d/%m/%Y") if as_of else ""

    def _fetch(self, source: ListSource) -> None:
        try:
            for name in _KINDS:
                message = source.fetch(name, self._serial(name))
                if message is not None and (kept := self._take(name, message)):
                    self._shelf.put(kept, message)
        finally:
            source.close()

    def _serial(self, name: ListName) -> int:
        if name == "trust":
            return self._lists.trust_serial
        return self._lists.revocations.serial if self._lists.revocations else 0

    def _take(self, name: ListName, message: bytes) -> str | None:
        """Take a signed message in; return where it is to be kept, None when it says nothing new.

        Raises:
            WireError: Not the centre's, or not of this list.
        """
        signed = self._keys.from_centre(message)
        if signed.content_type != _KINDS[name]:
            still = decode_still(signed)
            return f"{name}-still" if self._still(name, still) else None
        if name == "trust":
            trust_list = decode_trust_list(signed)
            if trust_list.serial < self._lists.trust_serial:
                return None
            self._lists = replace(
                self._lists,
                certificates=trust_list.certificates,
                trust_serial=trust_list.serial,
                trust_as_of=trust_list.as_of,
            )
        else:
            revoked = decode_revocations(signed)
            if revoked.serial < self._serial(name):
                return None
            self._lists = replace(self._lists, revocations=revoked, revocations_as_of=revoked.as_of)
        log.info("list", name=name, serial=self._serial(name))
        return name

    def _still(self, name: ListName, still: Still) -> bool:
        if still.of != _KINDS[name] or still.serial != self._serial(name):
            return False
        if still.as_of <= self._as_of(name):
            return False  # By the hub may come what was heard from the centre before.
        if name == "trust":
            self._lists = replace(self._lists, trust_as_of=still.as_of)
        else:
            self._lists = replace(self._lists, revocations_as_of=still.as_of)
        return True

    def _as_of(self, name: ListName) -> datetime:
        lists = self._lists
        as_of = lists.trust_as_of if name == "trust" else lists.revocations_as_of
        return as_of or datetime.min.replace(tzinfo=UTC)

    def _pause(self) -> float:
        chance = int.from_bytes(self._clock.entropy(2), "big")
        if self._failures:
            return delay(
                self._failures, chance, least=_FIRST_RETRY_SECONDS, most=_LAST_RETRY_SECONDS
            )
        return self._refresh * (0.9 + 0.2 * chance / 0xFFFF)


def without_lists(_certificate: bytes, _claim: Claim | None) -> Judged:
    """Return the honest verdict of a kiosk that has nothing to judge by."""
    return Judged("unknown_signer", "no_list")

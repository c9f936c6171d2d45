"""What sites are told of their doses: kept in memory, made anew from the Platform after a restart.

The Platform keeps the certificates; the centre hands on what verifies. Each entry is sealed to its
site when it changes, so that pages cost nothing and hold nobody's name.
"""

import asyncio
import hashlib
import secrets
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog

from central.domain.certificate_lists import ListKind, buckets_in, certificates_in
from central.domain.dose_news import (
    ACCEPTED,
    ELSEWHERE,
    SUPERSEDED,
    UNREAD,
    DoseOfSite,
    IssuedCertificate,
    News,
    news_of,
)
from central.domain.reading_on import OVERLAP, believed, latest, read_from
from central.ports import Clock, KeysError, ListStore, PlatformUnavailable, StoreError
from central.ports.certificates import (
    CertificatePlatform,
    DosesOfSites,
    SiteSealKeys,
)
from central.services.told_before import Basis, ToldBefore
from protocol import sealing
from protocol.certificates.copies import copy_name
from protocol.certificates.news import (
    MOST_NEWS,
    DoseDetails,
    DoseNews,
    NewsPage,
    PersonsDose,
)
from protocol.certificates.revocations import Revocations
from protocol.certificates.trust import Trust
from protocol.identity import SiteId

log = structlog.get_logger("certificates")

Seal = Callable[[str, bytes, str], dict[str, str]]


@dataclass(slots=True)
class _Entry:
    change: int
    told: News
    wire: DoseNews


def _new_book() -> str:
    return secrets.token_hex(16)


@dataclass(slots=True)
class _Site:
    book: str = field(default_factory=_new_book)
    last: int = 0
    entries: dict[str, _Entry] = field(default_factory=dict)


class NewsBook:
    """Every site's news by change. Safe from any thread."""

    def __init__(self, seal: Seal, *, page_news: int = MOST_NEWS) -> None:
        """Args: ``seal`` seals bytes to a site, bound to a dose; nothing where it has no key."""
        self._seal = seal
        self._page_news = page_news
        self._sites: dict[str, _Site] = {}
        self._lock = threading.Lock()

    def take(self, told: Iterable[News]) -> int:
        """Take what is to be told now; return how many of it are news."""
        changed = 0
        for one in told:
            with self._lock:
                site = self._sites.setdefault(one.of.site, _Site())
                there = site.entries.get(one.of.dose)
            if there is not None and there.told == one:
                continue
            opened = in_the_open(one)
            details = msgspec.json.encode(opened.details)
            sealed = self._seal(one.of.site, details, one.of.dose)
            wire = msgspec.structs.replace(opened.news, sealed=sealed)
            with self._lock:
                site.last += 1
                site.entries[one.of.dose] = _Entry(site.last, one, wire)
            changed += 1
        return changed

    def keep_only(self, doses: Collection[str]) -> None:
        """Tell of these doses alone; what is gone, every device drops that was told of it.

        A book without it begins for the site: so a device that comes, whenever that is, begins anew
        and leaves nothing of what it had, and no page names who is gone.
        """
        with self._lock:
            for held in self._sites.values():
                gone = held.entries.keys() - doses
                for dose in gone:
                    del held.entries[dose]
                if gone:
                    held.book = _new_book()

    def page(self, site: SiteId, since: int, book: str) -> NewsPage:
        """Return what changed after ``since``; from 0 for a reader of another book."""
        with self._lock:
            held = self._sites.setdefault(site, _Site())
            since = since if book == held.book and since <= held.last else 0
            after = sorted(
                (one for one in held.entries.values() if one.change > since),
                key=lambda one: one.change,
            )
            taken = after[: self._page_news]
            through = held.last if len(taken) == len(after) else taken[-1].change
            return NewsPage(
                site=site,
                book=held.book,
                since=since,
                through=through,
                last=held.last,
                news=tuple(one.wire for one in taken),
            )


class NewsKeeper:
    """Reads the Platform's certificates on, verifies them, and keeps the book; ``run`` until cancelled."""

    def __init__(
        self,
        platform: CertificatePlatform,
        doses: DosesOfSites,
        lists: ListStore,
        book: NewsBook,
        clock: Clock,
        zone: ZoneInfo,
        *,
        days: int,
        interval_seconds: float,
        elsewhere: bool = False,
    ) -> None:
        """Args: ``days`` back are told of; ``interval_seconds`` lie between two looks.

        ``elsewhere``: the Platform sends no certificates here; sites are told that, and nobody waits.
        """
        self._platform = platform
        self._doses = doses
        self._lists = lists
        self._book = book
        self._clock = clock
        self._zone = zone
        self._days = days
        self._interval = interval_seconds
        self._elsewhere = elsewhere
        self._certificates: dict[str, dict[str, IssuedCertificate]] = {}
        self._through = ""
        self._read_again_at: datetime | None = None
        self._read = self._answers = False
        self._trust: tuple[int, Trust] = (-1, Trust())
        self._revocations: Revocations | None = None
        self._before = ToldBefore(self.told, self._by)

    async def run(self) -> None:
        """Look, and look again."""
        try:
            while True:
                await self._look_once()
                await asyncio.sleep(self._interval)
        finally:
            self._platform.close()

    async def _look_once(self) -> None:
        try:
            changed = await asyncio.to_thread(self.look)
        except (StoreError, KeysError) as error:
            log.warning("certificates stay as they are", reason=str(error))
        else:
            if changed:
                log.info("news of doses", changed=changed)

    def look(self) -> int:
        """Bring the book up to date once; return how many doses have news. Blocking.

        Raises:
            StoreError: The database does not answer.
        """
        self._read_lists()
        try:
            self._read_on()
        except PlatformUnavailable as error:
            # How far records are is told all the same.
            self._answers = False
            log.warning("the Platform's certificates are not read", reason=str(error))
        today = self._clock.now().astimezone(self._zone).date()
        doses = self._doses.since(today - timedelta(days=self._days))
        told_of = [dose for dose in doses if dose.number is not None]
        self._forget(doses)
        # Nobody is left of whom the others were: they were erased.
        self._book.keep_only({dose.dose for dose in told_of})
        return self._book.take(self._before.look(told_of))

    @property
    def knows_all(self) -> bool:
        """Return whether the Platform answered the last look, so that what it shows is known here."""
        return self._answers and not self._elsewhere

    def told(self, dose: DoseOfSite) -> News:
        """Return what is told of a dose now; from any thread."""
        if self._elsewhere:
            return News(dose, ELSEWHERE)
        held = self._certificates.get(dose.immunization or "", {})
        if not held and not self._read and dose.recorded == ACCEPTED:
            return News(dose, UNREAD)
        now = self._clock.now()
        return news_of(dose, [*held.values()], self._trust[1], self._revocations, now)

    def _by(self, dose: DoseOfSite) -> Basis:
        """Return what else is told by; what expires within a day, kiosks see at its moment."""
        revoked = self._revocations.serial if self._revocations else 0
        today = self._clock.now().astimezone(self._zone).date()
        held = self._certificates.get(dose.immunization or "", {})
        return (self._read, self._trust[0], revoked, today, *held.values())

    def _read_on(self) -> None:
        now, since = self._clock.now(), self._through
        again = self._read_again_at is None or now - self._read_again_at >= OVERLAP / 2
        if again:
            # What shows up late bears a time up to one such span back; it waits for less than another.
            since = read_from(read_from(since, now), now)
        for one in self._platform.changed(since):
            self._certificates.setdefault(one.dose, {})[_named(one.code)] = one
            through = latest([self._through, one.changed_at])
            self._through = believed(through, self._through, self._clock.now())
        if again:
            self._read_again_at = now
        self._read = self._answers = True

    def _forget(self, doses: Iterable[DoseOfSite]) -> None:
        """Drop the text of superseded certificates, of which only counts that there was one, and of erased people."""
        for dose in doses:
            if dose.number is None:
                self._certificates.pop(dose.immunization or "", None)
            held = self._certificates.get(dose.immunization or "", {})
            for name, one in held.items():
                if one.state == SUPERSEDED and one.code:
                    held[name] = replace(one, code="")

    def _read_lists(self) -> None:
        held = self._lists.held(ListKind.TRUST)
        if held is not None and held.issue.serial != self._trust[0]:
            self._trust = (held.issue.serial, Trust(certificates_in(held.content)))
        revoked = self._lists.held(ListKind.REVOCATIONS)
        if revoked is not None:
            issue = revoked.issue
            self._revocations = Revocations(issue.serial, issue.as_of, buckets_in(revoked.content))


def _named(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def sealer(keys: SiteSealKeys) -> Seal:
    """Return what seals to a site; a site without a key is told states alone."""
    warned: set[str] = set()

    def seal(site: str, plain: bytes, dose: str) -> dict[str, str]:
        key = keys.of(site)
        if key is not None:
            return sealing.seal(plain, dose, [key])
        if site not in warned:
            warned.add(site)
            log.warning("no key of a site: its certificates stay here", site=site)
        return {}

    return seal


def in_the_open(told: News, printed: Collection[str] = ()) -> PersonsDose:
    """Return what is told of a dose as one person hears it; for memory alone.

    Args:
        printed: Copy names of the certificates that left a printer before.
    """
    dose = told.of
    news = DoseNews(
        dose=dose.dose,
        visit=dose.visit,
        recorded=dose.recorded,
        certificate=told.certificate,
        reissued=told.reissued,
    )
    again = copy_name(dose.dose, told.code, reissued=told.reissued) in printed
    return PersonsDose(news=news, details=_details(told), printed=again)


def _details(told: News) -> DoseDetails:
    dose = told.of
    return DoseDetails(
        number=(dose.number or "")[:40],
        dose_number=max(0, min(dose.dose_number, 9_999)),
        day=dose.day[:10],
        vaccine=dose.vaccine[:80],
        code=told.code,
    )

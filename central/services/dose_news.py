"""What sites are told of their doses: kept in memory, made anew after a restart.

The centre's database has what the Platform listed; what verifies is handed on. Each entry is sealed to its
site when it changes, so that pages cost nothing and hold nobody's name.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog

from central.domain.certificate_lists import ListKind, buckets_in, certificates_in
from central.domain.dose_news import (
    ACCEPTED,
    ELSEWHERE,
    UNREAD,
    DoseOfSite,
    IssuedCertificate,
    News,
    news_of,
)
from central.ports import Clock, KeysError, ListStore, PlatformUnavailable, StoreError
from central.ports.certificates import CertificateMirror, DosesOfSites, SiteSealKeys
from central.services.read_certificates import CertificateReader
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
    """Has the Platform's certificates read on, verifies them, and keeps the book; ``run`` until cancelled."""

    def __init__(
        self,
        reader: CertificateReader,
        mirror: CertificateMirror,
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
        self._reader = reader
        self._mirror = mirror
        self._doses = doses
        self._lists = lists
        self._book = book
        self._clock = clock
        self._zone = zone
        self._days = days
        self._interval = interval_seconds
        self._elsewhere = elsewhere
        self._trust: tuple[int, Trust] = (-1, Trust())
        self._revocations: Revocations | None = None
        self._before = ToldBefore(self.told, self._bases)

    async def run(self) -> None:
        """Look, and look again."""
        try:
            while True:
                await self._look_once()
                await asyncio.sleep(self._interval)
        finally:
            self._reader.close()

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
            self._reader.read_on()
        except (PlatformUnavailable, StoreError) as error:
            # How far records are is told all the same, and of what was read before.
            log.warning("the Platform's certificates are not read", reason=str(error))
        today = self._clock.now().astimezone(self._zone).date()
        doses = self._doses.since(today - timedelta(days=self._days))
        told_of = [dose for dose in doses if dose.number is not None]
        # Nobody is left of whom the others were: they were erased.
        self._book.keep_only({dose.dose for dose in told_of})
        return self._book.take(self._before.look(told_of))

    @property
    def knows_all(self) -> bool:
        """Return whether the Platform answered the last look, so that what it shows is known here."""
        return self._reader.answers and not self._elsewhere

    def told(self, doses: Sequence[DoseOfSite]) -> list[News]:
        """Return what is told of each dose now; from any thread.

        Raises:
            StoreUnavailable: No answer now.
        """
        if self._elsewhere:
            return [News(dose, ELSEWHERE) for dose in doses]
        # Before what is held: what is read to its end meanwhile is no "there is none".
        read = self._reader.read
        held = self._mirror.held(_of_platform(doses))
        of_dose = ((dose, held.get(dose.immunization or "", ())) for dose in doses)
        return [self._told(dose, held, read=read) for dose, held in of_dose]

    def _told(self, dose: DoseOfSite, held: Sequence[IssuedCertificate], *, read: bool) -> News:
        if not held and not read and dose.recorded == ACCEPTED:
            return News(dose, UNREAD)
        return news_of(dose, held, self._trust[1], self._revocations, self._clock.now())

    def _bases(self, doses: Sequence[DoseOfSite]) -> list[Basis]:
        """Return what else is told by; what expires within a day, kiosks see at its moment."""
        revoked = self._revocations.serial if self._revocations else 0
        today = self._clock.now().astimezone(self._zone).date()
        common = (self._reader.read, self._trust[0], revoked, today)
        marks = {} if self._elsewhere else self._mirror.marks(_of_platform(doses))
        return [(*common, *marks.get(dose.immunization or "", ())) for dose in doses]

    def _read_lists(self) -> None:
        held = self._lists.held(ListKind.TRUST)
        if held is not None and held.issue.serial != self._trust[0]:
            self._trust = (held.issue.serial, Trust(certificates_in(held.content)))
        revoked = self._lists.held(ListKind.REVOCATIONS)
        if revoked is not None:
            issue = revoked.issue
            self._revocations = Revocations(issue.serial, issue.as_of, buckets_in(revoked.content))


def _of_platform(doses: Iterable[DoseOfSite]) -> set[str]:
    """Return the Platform's own ids of doses; those that it does not hold yet have none."""
    return {dose.immunization for dose in doses if dose.immunization}


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

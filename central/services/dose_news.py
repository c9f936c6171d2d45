"""What sites are told of their doses: kept in memory, made anew from the Platform after a restart.

The Platform keeps the certificates; the centre hands on what verifies. Each entry is sealed to its
site when it changes, so that pages cost nothing and hold nobody's name.
"""

import asyncio
import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog

from central.domain.certificate_lists import ListKind, buckets_in, certificates_in
from central.domain.dose_news import (
    DOUBTFUL,
    ELSEWHERE,
    SUPERSEDED,
    DoseOfSite,
    IssuedCertificate,
    News,
    news_of,
)
from central.ports import Clock, KeysError, ListStore, PlatformUnavailable, StoreError
from central.ports.certificates import (
    CertificatePlatform,
    DosesOfSites,
    NewsSigner,
    SiteSealKeys,
)
from protocol import sealing
from protocol.certificates.news import (
    MOST_NEWS,
    DoseDetails,
    DoseNews,
    NewsPage,
    PersonsDose,
    PersonsDoses,
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
    details: DoseDetails


@dataclass(slots=True)
class _Site:
    last: int = 0
    entries: dict[str, _Entry] = field(default_factory=dict)


class NewsBook:
    """Every site's news by change. Safe from any thread."""

    def __init__(self, seal: Seal, *, page_news: int = MOST_NEWS) -> None:
        """Args: ``seal`` seals bytes to a site, bound to a dose; nothing where it has no key."""
        self._seal = seal
        self._page_news = page_news
        self._book = secrets.token_hex(16)
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
            details = _details(one)
            sealed = self._seal(one.of.site, msgspec.json.encode(details), one.of.dose)
            wire = DoseNews(
                dose=one.of.dose,
                visit=one.of.visit,
                recorded=one.of.recorded,
                certificate=one.certificate,
                reissued=one.reissued,
                sealed=sealed,
            )
            with self._lock:
                site.last += 1
                site.entries[one.of.dose] = _Entry(site.last, one, wire, details)
            changed += 1
        return changed

    def forget(self, doses: Iterable[DoseOfSite]) -> None:
        """Tell no more of doses whose person was erased."""
        with self._lock:
            for dose in doses:
                if dose.site in self._sites:
                    self._sites[dose.site].entries.pop(dose.dose, None)

    def page(self, site: SiteId, since: int, book: str) -> NewsPage:
        """Return what changed after ``since``; from 0 for a reader of another book."""
        with self._lock:
            held = self._sites.get(site, _Site())
            since = since if book == self._book and since <= held.last else 0
            after = sorted(
                (one for one in held.entries.values() if one.change > since),
                key=lambda one: one.change,
            )
            taken = after[: self._page_news]
            through = held.last if len(taken) == len(after) else taken[-1].change
            return NewsPage(
                site=site,
                book=self._book,
                since=since,
                through=through,
                last=held.last,
                news=tuple(one.wire for one in taken),
            )

    def of_person(self, site: SiteId, number: str) -> PersonsDoses:
        """Return what is known of a person's doses at one site."""
        with self._lock:
            held = self._sites.get(site, _Site())
            mine = [one for one in held.entries.values() if one.details.number == number]
        return PersonsDoses(
            doses=tuple(
                PersonsDose(news=msgspec.structs.replace(one.wire, sealed={}), details=one.details)
                for one in mine[:MOST_NEWS]
            )
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
        self._trust: tuple[int, Trust] = (-1, Trust())
        self._revocations: Revocations | None = None

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
            log.warning("the Platform's certificates are not read", reason=str(error))
        today = self._clock.now().astimezone(self._zone).date()
        doses = self._doses.since(today - timedelta(days=self._days))
        self._forget(doses)
        self._book.forget(dose for dose in doses if dose.number is None)
        return self._book.take(self._told(dose) for dose in doses if dose.number is not None)

    def _told(self, dose: DoseOfSite) -> News:
        if self._elsewhere:
            return News(dose, ELSEWHERE)
        held = self._certificates.get(dose.immunization or "", {})
        now = self._clock.now()
        told = news_of(dose, [*held.values()], self._trust[1], self._revocations, now)
        if told.certificate == DOUBTFUL:
            log.warning("a certificate is not handed out", dose=dose.dose)
        return told

    def _read_on(self) -> None:
        for one in self._platform.changed(self._through):
            self._certificates.setdefault(one.dose, {})[_named(one.code)] = one
            self._through = max(self._through, one.changed_at)

    def _forget(self, doses: Iterable[DoseOfSite]) -> None:
        """Drop the text of superseded certificates: that there was one is what counts still."""
        for dose in doses:
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


class NewsDesk:
    """Answers devices."""

    def __init__(self, book: NewsBook, signer: NewsSigner) -> None:
        self._book = book
        self._signer = signer

    def page(self, site: SiteId, since: int, book: str) -> bytes:
        """Return the signed page that leads on from ``since``."""
        return self._signer.sign_news(self._book.page(site, since, book))

    def of_person(self, site: SiteId, number: str) -> bytes:
        """Return what is known of one person's doses at this site; for memory alone."""
        return msgspec.json.encode(self._book.of_person(site, number))


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


def _details(told: News) -> DoseDetails:
    dose = told.of
    return DoseDetails(
        number=(dose.number or "")[:40],
        dose_number=max(0, min(dose.dose_number, 9_999)),
        day=dose.day[:10],
        vaccine=dose.vaccine[:80],
        code=told.code,
    )

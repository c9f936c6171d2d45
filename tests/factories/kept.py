"""A site's centre that signs rosters and news, and a hub that keeps them. Everybody is invented."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from central.domain.dose_news import DoseOfSite, News
from central.services.dose_news import NewsBook
from edge.domain.kept import NEWS, ROSTER
from edge.domain.vault import SiteKeys
from edge.ports import Clock, JournalReader, Keys, PageStore, SiteStore
from edge.services import centre_pages
from edge.services.copies import Copies
from edge.services.hub_shelf import HubShelf, KeptParts
from edge.services.kept_news import KeptNews
from edge.services.kept_pages import KeptPages
from edge.services.room import RoomLeft
from edge.simulated.pages import SimulatedPages, SimulatedPageSource
from edge.simulated.roster import SimulatedRoster
from edge.simulated.site_store import SimulatedSiteStore
from protocol import sealing
from protocol.certificates.news import encode_news
from protocol.identity import SiteId
from protocol.messages import Signer
from protocol.roster import encode_page

SITE = SiteId("phuoc-dinh")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
NUMBER, OTHER_NUMBER = "058185000123", "058185000124"
DAY = 24 * 3600.0


def told(dose: str = "dose-1", number: str | None = NUMBER, code: str = "", **changes) -> News:
    """Return what the centre knows of a dose of Nguyễn Thị Mẫu."""
    fields = {
        "visit": f"visit-of-{dose}", "site": SITE, "recorded": "accepted", "immunization": "i-1",
        "day": "2026-11-22", "vaccine": "Comirnaty", "dose_number": 2,
        "name": "Nguyễn Thị Mẫu", "birth": "1985-08-17",
    }  # fmt: skip
    of = DoseOfSite(dose=dose, number=number, **(fields | changes))
    return News(of, "issued" if code else "pending", code)


class SigningCentre:
    """Signs what a site is to know; ``roster`` and ``news`` are the port ``PageSource``."""

    def __init__(self, signer: Signer, site_key: X25519PublicKey, *, most: int = 3) -> None:
        self._signer = signer
        self.people = SimulatedRoster(SITE, most=most)
        self._site_key, self._most = site_key, most
        self.begin_anew()
        self.roster = SimulatedPageSource(self.roster_page)
        self.news = SimulatedPageSource(self.news_page)

    def begin_anew(self) -> None:
        """Know of no dose, as the centre's program after a restart."""

        def seal(_site: str, plain: bytes, dose: str) -> dict[str, str]:
            return sealing.seal(plain, dose, [self._site_key])

        self.book = NewsBook(seal, page_news=self._most)

    def roster_page(self, since: int, head: str) -> bytes:
        return encode_page(self.people.fetch(since, head), self._signer)

    def news_page(self, since: int, book: str) -> bytes:
        return encode_news(self.book.page(SITE, since, book), self._signer)


class NoHistory:
    """A hub's journal that holds nothing."""

    def epochs(self):
        return []

    def entries(self, *_: object, **__: object):
        return []


@dataclass
class HubCopy:
    """What one hub keeps, and each part of it."""

    centre: SigningCentre
    keys: SiteKeys
    device_keys: Keys
    clock: Clock
    store: PageStore = field(default_factory=SimulatedPages)
    site_store: SiteStore = field(default_factory=SimulatedSiteStore)
    history: JournalReader = field(default_factory=NoHistory)
    lists: Callable[[str, int], bytes | None] = lambda _name, _serial: None
    room: RoomLeft = field(default_factory=RoomLeft)

    def __post_init__(self) -> None:
        read = centre_pages
        self.roster = self._pages(
            ROSTER, self.centre.roster, read.roster_places(self.device_keys, SITE), 1.5 * DAY
        )
        self.news_pages = self._pages(
            NEWS, self.centre.news, read.news_places(self.device_keys, SITE), 7 * DAY
        )
        self.copies = Copies(store=self.site_store, history=self.history, clock=self.clock)
        self.news = KeptNews(
            pages=self.news_pages,
            keys=self.keys,
            read=read.news_pages(self.device_keys, SITE),
            printed=self.copies.printed,
        )

    def _pages(self, kind, source, read, limit_seconds: float) -> KeptPages:
        return KeptPages(
            kind=kind, site=SITE, source=source, read=read, store=self.store, keys=self.keys,
            clock=self.clock, zone=ZONE, limit_seconds=limit_seconds,
            room=self.room,
        )  # fmt: skip

    def shelf(self, **settings) -> HubShelf:
        """Return the service; made in an event loop."""
        parts = KeptParts(self.roster, self.news_pages, self.news, self.copies, self.lists)
        return HubShelf(parts, self.keys, self.clock, **settings)

"""What the hub keeps of what the centre sent, put together: at the hub, and as kiosks reach it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from edge.config.settings import Settings
from edge.domain.leading import Role
from edge.domain.roster import Desks
from edge.ports import (
    Certificates,
    Clock,
    JournalReader,
    Keys,
    ListSource,
    PageStore,
    Records,
    RosterSource,
    SiteShelf,
    SiteStore,
)
from edge.services.display import Display
from edge.services.roster import RosterKeeper, RosterState

if TYPE_CHECKING:
    from edge.adapters.centre_https import CentreHttps
    from edge.adapters.shelf_late import LateShelf
    from edge.bootstrap.core import Core
    from edge.domain.vault import SiteKeys
    from edge.services.hub_shelf import HandOn, HubShelf
    from edge.services.keeping import Keeping
    from edge.services.kept_pages import KeptPages

NEWS_LIMIT_SECONDS = 7 * 24 * 3600.0
"""As long as acknowledged entries of the journal stay."""


def build_shelf(settings: Settings) -> "LateShelf | None":
    """Return the way to what the hub keeps, open once ``reach_shelf`` was called; None without a hub."""
    if not (settings.hub.enabled or settings.hub.addresses):
        return None
    from edge.adapters.shelf_late import LateShelf

    return LateShelf()


def reach_shelf(core: "Core", role: Role) -> None:
    """Let this Pi's kiosk ask the hub on another one, now that it is known who that is."""
    if core.shelf is None or role is Role.HUB or not core.settings.hub.addresses:
        return
    from edge.adapters.shelf_https import HttpsShelf
    from edge.bootstrap.network import ways_to_hub

    core.shelf.be(HttpsShelf(ways_to_hub(core.settings, core.clock, core.leading)))


def build_roster(
    settings: Settings, keys: Keys, clock: Clock, display: Display, shelf: SiteShelf | None
) -> RosterKeeper | None:
    """Return what keeps the site's roster, or None where nobody could send one."""
    centre = _centre_roster(settings, keys, clock)
    refresh_seconds = 60 * settings.roster.refresh_minutes
    source: RosterSource | None = centre
    if shelf is not None:
        from edge.services.hub_first import RosterHubFirst

        source = RosterHubFirst(
            shelf,
            centre,
            site=settings.site,
            open_page=keys.open_roster,
            clock=clock,
            fresh_seconds=3 * refresh_seconds,
        )
    if source is None:
        return None

    def on_state(state: RosterState) -> None:
        # Where no centre is configured, a list that never came is not missed.
        if centre is not None or state.as_of is not None:
            display.tell(replace(display.shown.bar, roster=state))

    return RosterKeeper(
        source=source,
        person=keys.person,
        clock=clock,
        desks=Desks(**asdict(settings.desks)),
        refresh_seconds=refresh_seconds,
        limit_seconds=3600 * settings.roster.limit_hours,
        on_state=on_state,
    )


def _centre_roster(settings: Settings, keys: Keys, clock: Clock) -> RosterSource | None:
    if not settings.centre.host:
        return None
    from edge.adapters.roster_https import HttpsRoster

    return HttpsRoster(
        settings.centre.host,
        settings.centre.port,
        settings.keys_directory,
        site=settings.site,
        open_page=keys.open_roster,
        trust_clock=clock.clock_ok,
    )


def hub_first(
    settings: Settings,
    clock: Clock,
    shelf: SiteShelf | None,
    certificates: Certificates,
    records: Records,
) -> tuple[Certificates, Records]:
    """Return who knows of certificates and doses: the hub first, where there is one, and the centre."""
    if settings.records.driver != "centre":
        return certificates, records
    from edge.services.in_time import DeadLine, InTime

    dead = DeadLine()
    if shelf is None:
        return InTime(certificates, clock, dead=dead), InTime(records, clock, dead=dead)
    from edge.domain.dose_news import of_certificates, of_records
    from edge.services.hub_first import DosesHubFirst

    return (
        DosesHubFirst(shelf, of_certificates, certificates, clock, dead=dead),
        DosesHubFirst(shelf, of_records, records, clock, dead=dead),
    )


def hub_last(shelf: SiteShelf | None, role: Role, centre: ListSource | None) -> ListSource | None:
    """Return where lists for certificates come from: the centre, else the hub on another Pi."""
    if shelf is None or role is Role.HUB:
        return centre
    from edge.services.hub_first import ListsHubLast

    return ListsHubLast(centre, shelf)


def printed_elsewhere(shelf: SiteShelf | None) -> Callable[[str], bool]:
    """Return what says whether a copy of a certificate left another printer of the site."""
    if shelf is None:
        return lambda _: False
    from edge.services.hub_first import printed_elsewhere as asked

    return asked(shelf)


def open_pages(data_directory: Path) -> PageStore:
    """Return where the hub keeps the centre's pages.

    Raises:
        JournalError: The folder cannot be used.
    """
    from edge.adapters.pages_sqlite import SqlitePages

    return SqlitePages(data_directory / "kept.db")


def build_hub_shelf(
    core: "Core",
    keys: "SiteKeys",
    store: SiteStore,
    history: JournalReader,
    pages: PageStore,
    lists: "HandOn",
) -> "HubShelf":
    """Return what this Pi keeps as the hub, and let its own kiosk ask it; nothing runs yet.

    Args:
        lists: Hands on the lists for certificates that this Pi has.
    """
    from edge.adapters.shelf_own import OwnShelf
    from edge.services import centre_pages
    from edge.services.copies import Copies
    from edge.services.hub_shelf import HubShelf, KeptParts
    from edge.services.kept_news import KeptNews

    settings, clock = core.settings, core.clock
    roster, news = _kept_pages(core, keys, pages)
    copies = Copies(store=store, history=history, clock=clock)
    read = centre_pages.news_pages(core.keys, settings.site)
    by_person = KeptNews(pages=news, keys=keys, read=read, printed=copies.printed)
    made = HubShelf(
        KeptParts(roster, news, by_person, copies, lists),
        keys,
        clock,
        roster_seconds=60 * settings.roster.refresh_minutes,
        news_seconds=settings.certificates.news_seconds,
        asks_centre=bool(settings.centre.host),
    )
    if core.shelf is not None:
        core.shelf.be(OwnShelf(made))
    return made


def build_keeping(core: "Core", keys: "SiteKeys", pages: PageStore) -> "Keeping":
    """Return what a standby does for the day on which it becomes the hub: it keeps the same, locked."""
    from edge.services.keeping import Keeping, Look

    settings = core.settings
    roster, news = _kept_pages(core, keys, pages)
    looks = [
        Look("roster", roster.look, 60 * settings.roster.refresh_minutes),
        Look("news", news.look, settings.certificates.news_seconds),
    ]
    return Keeping(looks if settings.centre.host else (), core.clock)


def _kept_pages(core: "Core", keys: "SiteKeys", pages: PageStore) -> "tuple[KeptPages, KeptPages]":
    from edge.adapters.pages_https import news_pages, roster_pages
    from edge.domain.kept import NEWS, ROSTER
    from edge.services import centre_pages
    from edge.services.kept_pages import KeptPages

    settings, site = core.settings, core.settings.site
    roster = KeptPages(
        kind=ROSTER, site=site, source=roster_pages(_centre(core)),
        read=centre_pages.roster_places(core.keys, site), store=pages, keys=keys,
        clock=core.clock, zone=core.zone, limit_seconds=3600 * settings.roster.limit_hours,
        room=core.room,
    )  # fmt: skip
    news = KeptPages(
        kind=NEWS, site=site, source=news_pages(_centre(core)),
        read=centre_pages.news_places(core.keys, site), store=pages, keys=keys,
        clock=core.clock, zone=core.zone, limit_seconds=NEWS_LIMIT_SECONDS, room=core.room,
    )  # fmt: skip
    return roster, news


def _centre(core: "Core") -> "CentreHttps":
    from edge.adapters.centre_https import CentreHttps

    where = core.settings.centre
    folder, trust_clock = core.settings.keys_directory, core.clock.clock_ok
    return CentreHttps(where.host, where.port, folder, trust_clock=trust_clock)

"""The desks of the site put together: what they ask, and where the first page leads."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.routing import BaseRoute

from edge.bootstrap.core import Core
from edge.bootstrap.drivers import build_records
from edge.bootstrap.hub import SiteHub
from edge.bootstrap.shelf import hub_first, printed_elsewhere
from edge.domain.answers import Subject
from edge.domain.commands import PrintSlip, ReprintSlip
from edge.domain.queue.visit import Visit
from edge.domain.roster import Difference
from edge.domain.staff import Role
from edge.ports import Journal
from edge.ports.sheet import SheetCode
from edge.services.desk_certificates import DeskCertificates
from edge.services.printing import Printing
from edge.services.recording import Recorder
from edge.services.reentry import Reentry
from edge.services.site_people import SitePeople
from edge.services.slip_words import OnPaper
from edge.ui.site.app import Link
from edge.ui.site.desk_certificates import in_observation
from edge.ui.site.desk_head import PATH, HeadFacts, Machine, head_routes
from edge.ui.site.desk_model import DeskSite, Slips
from edge.ui.site.desks import desk_routes
from edge.ui.site.entry import Entry
from edge.ui.site.paper import PATH as PAPER
from edge.ui.site.paper import paper_routes
from protocol.documents.names import masked_name
from protocol.events import Identity


@dataclass(frozen=True)
class AtDesks:
    """Parts of the kiosk that desks of the same Pi use too."""

    journal: Journal
    recorder: Recorder
    printing: Printing
    on_paper: OnPaper
    written: Callable[[], None]
    faults: Callable[[], Sequence[str]] = tuple


@dataclass(frozen=True)
class Desks:
    """What desks are: their routes, where the first page leads, and what asks beside them."""

    routes: list[BaseRoute]
    links: list[Link]
    certificates: DeskCertificates


def build_desks(
    core: Core,
    hub: SiteHub,
    entry: Entry,
    parts: AtDesks,
    staff_names: Callable[[], Mapping[str, str]],
) -> Desks:
    """Return the desks; nothing runs yet."""
    settings = core.settings
    reentry = Reentry(queue=hub.queue, registry=hub.registry, site=settings.site, clock=core.clock)
    people = SitePeople(journal=hub.history, keys=hub.keys)
    certificates = _certificates(core, hub, parts, people)
    site = DeskSite(
        entry=entry,
        queue=hub.queue,
        people=people,
        site_keys=hub.keys,
        keys=core.keys,
        reader=core.reader,
        clock=core.clock,
        zone=core.zone,
        slips=_slips(core, parts.printing),
        now_ms=hub.queue.now_ms,
        ended=core.stop,
        being_given=hub.ledger.being_given,
        calls=hub.ledger.calls,
        match=core.roster.match if core.roster is not None else None,
        staff_names=staff_names,
        reenter=reentry.visit,
        complain=_complaints(parts),
        certificates=certificates,
    )
    facts = HeadFacts(
        machine=lambda: _machine(core, parts, hub.shelf.news_age_seconds()),
        kiosks=hub.ledger.heard,
        own="" if settings.camera.driver == settings.scanner.driver == "none" else settings.device,
        ask_station=lambda kiosk, verify: hub.ledger.stations.ask(kiosk, verify=verify),
        links=((PAPER, "paper.title"),),
        standby=hub.pair.replicating.state if hub.pair is not None else lambda: None,
        left_behind=hub.former.now,
    )
    links = [Link("/desk", "desk.title"), Link(PATH, "head.title", (Role.HEAD,))]
    links.append(Link(PAPER, "paper.title", (Role.HEAD,)))
    paper = paper_routes(site, settings.site)
    routes = [*head_routes(site, facts), *desk_routes(site), *paper]
    return Desks(routes, links, certificates)


def _certificates(core: Core, hub: SiteHub, parts: AtDesks, people: SitePeople) -> DeskCertificates:
    settings = core.settings
    # Lines of its own: whoever stands at the kiosk does not wait for those who sit.
    own = build_records(settings, core.clock.clock_ok)
    certificates, _ = hub_first(settings, core.clock, core.shelf, *own)
    return DeskCertificates(
        certificates=certificates,
        on_paper=parts.on_paper,
        draw=_draw,
        journal=parts.journal,
        clock=core.clock,
        watched=lambda: in_observation(hub.queue.state, people),
        print_slip=parts.printing.certificate if settings.printer.driver != "none" else None,
        printed_elsewhere=printed_elsewhere(core.shelf),
        written=parts.written,
    )


def _draw(text: str) -> SheetCode:
    from edge.adapters.sheet_code import draw_sheet_code

    return draw_sheet_code(text)


def _machine(core: Core, parts: AtDesks, news_age_seconds: int | None) -> Machine:
    """Return how this Pi is, as its own state bar has it; a printer that it has not is not missed."""
    bar = core.display.shown.bar
    prints = core.settings.printer.driver != "none"
    return Machine(
        unsent=bar.unsent,
        as_of=bar.as_of,
        clock_ok=bar.clock_ok,
        printer=bar.printer.value if prints else "none",
        faults=[code for code in parts.faults() if prints or not code.startswith("P")],
        roster_at=bar.roster.as_of if bar.roster else None,
        news_at=None
        if news_age_seconds is None
        else core.clock.now() - timedelta(seconds=news_age_seconds),
    )


def _slips(core: Core, printing: Printing) -> Slips:
    def send(visit: Visit, job: str, masked_name: str | None) -> None:
        if job:
            printing.submit(PrintSlip(job, visit.id, visit.ticket, masked_name))
        else:
            printing.reprint(ReprintSlip(visit.id, visit.ticket, masked_name, by_staff=True))

    def correct(visit: Visit, masked_name: str | None, found: Sequence[Difference]) -> None:
        printing.reprint(
            ReprintSlip(
                visit.id,
                visit.ticket,
                masked_name,
                corrections=tuple(found),
                alone=True,
                by_staff=True,
            )
        )

    return Slips(
        sign=core.keys.sign_reentry,
        prints=core.settings.printer.driver != "none",
        send=send,
        correct=correct,
    )


def _complaints(parts: AtDesks) -> Callable[[Subject, Identity, str, str], Awaitable[str]]:
    async def complain(subject: Subject, who: Identity, person: str, about: str) -> str:
        stored = await asyncio.to_thread(
            parts.recorder.complaint_of, subject, who, person, "desk", about
        )
        name = masked_name(who.name) or None
        parts.printing.submit(
            PrintSlip(stored.job, stored.visit, stored.ticket, name, kind="complaint")
        )
        return stored.ticket

    return complain

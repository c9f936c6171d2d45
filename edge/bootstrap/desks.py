"""The desks of the site put together: what they ask, and where the first page leads."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from edge.bootstrap.core import Core
from edge.bootstrap.hub import SiteHub
from edge.domain.answers import Subject
from edge.domain.commands import PrintSlip, ReprintSlip, StoreComplaint
from edge.domain.queue.visit import Visit
from edge.domain.staff import Role
from edge.ports import Journal
from edge.services.printing import Printing
from edge.services.recording import Recorder
from edge.services.reentry import Reentry
from edge.services.site_people import SitePeople
from edge.ui.site.app import Link
from edge.ui.site.desk_head import PATH, HeadFacts, Machine, head_routes
from edge.ui.site.desk_model import DeskSite, Slips
from edge.ui.site.desks import desk_routes
from edge.ui.site.entry import Entry
from edge.ui.site.paper import PATH as PAPER
from edge.ui.site.paper import paper_routes
from protocol.documents.model import Claim
from protocol.documents.names import masked_name


@dataclass(frozen=True)
class AtDesks:
    """Parts of the kiosk that desks of the same Pi use too."""

    journal: Journal
    recorder: Recorder
    printing: Printing
    faults: Callable[[], Sequence[str]] = tuple


def build_desks(
    core: Core,
    hub: SiteHub,
    entry: Entry,
    parts: AtDesks,
    staff_names: Callable[[], Mapping[str, str]],
) -> tuple[list[BaseRoute], list[Link]]:
    """Return the routes of the desks, and where the first page leads."""
    settings = core.settings
    reentry = Reentry(queue=hub.queue, registry=hub.registry, site=settings.site, clock=core.clock)
    site = DeskSite(
        entry=entry,
        queue=hub.queue,
        people=SitePeople(journal=hub.history, keys=hub.keys),
        site_keys=hub.keys,
        keys=core.keys,
        reader=core.reader,
        clock=core.clock,
        zone=core.zone,
        slips=_slips(core, parts.printing),
        now_ms=hub.queue.now_ms,
        elderly_years=settings.queue.elderly_years,
        ended=core.stop,
        being_given=hub.ledger.being_given,
        match=core.roster.match if core.roster is not None else None,
        staff_names=staff_names,
        reenter=reentry.visit,
        complain=_complaints(parts),
    )
    facts = HeadFacts(
        machine=lambda: _machine(core, parts),
        kiosks=hub.ledger.heard,
        links=((PAPER, "paper.title"),),
        standby=hub.pair.replicating.state if hub.pair is not None else lambda: None,
        left_behind=hub.former.now,
    )
    links = [Link("/desk", "desk.title"), Link(PATH, "head.title", (Role.HEAD,))]
    links.append(Link(PAPER, "paper.title", (Role.HEAD,)))
    paper = paper_routes(site, settings.site)
    return [*head_routes(site, facts), *desk_routes(site), *paper], links


def _machine(core: Core, parts: AtDesks) -> Machine:
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
    )


def _slips(core: Core, printing: Printing) -> Slips:
    def send(visit: Visit, job: str, masked_name: str | None) -> None:
        if job:
            printing.submit(PrintSlip(job, visit.id, visit.ticket, masked_name))
        else:
            printing.reprint(ReprintSlip(visit.id, visit.ticket, masked_name))

    return Slips(
        sign=core.keys.sign_reentry,
        prints=core.settings.printer.driver != "none",
        send=send,
    )


def _complaints(parts: AtDesks) -> Callable[[Subject, Claim, str], Awaitable[str]]:
    async def complain(subject: Subject, claim: Claim, person: str) -> str:
        order = StoreComplaint(subject, claim, person, "desk")
        stored = await asyncio.to_thread(parts.recorder.complain, order)
        name = masked_name(claim.name) or None
        parts.printing.submit(
            PrintSlip(stored.job, stored.visit, stored.ticket, name, kind="complaint")
        )
        return stored.ticket

    return complain

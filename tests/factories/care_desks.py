"""A hub with its desks over real https, its queue on a simulated clock, and staff of every role."""

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from factories import doors, hub_pages
from factories.queues import MORNING, ZONE, queue_on
from factories.vaults import HEAD
from starlette.routing import BaseRoute

from edge.domain.answers import Subject
from edge.domain.queue.commands import (
    CheckInAtDesk,
    Command,
    OpenVial,
    RecordDose,
    RecordScreening,
    Transfer,
)
from edge.domain.queue.outcome import Refused
from edge.domain.queue.policy import Policy, Vaccine
from edge.domain.queue.stations import Station
from edge.domain.queue.visit import Visit
from edge.services.desk_certificates import DeskCertificates, Watched
from edge.services.reading import Reader
from edge.services.site_people import SitePeople
from edge.services.site_queue import SiteQueue
from edge.services.staff_calls import StaffCalls
from edge.simulated.clock import SimulatedClock
from edge.ui.site.desk_certificates import in_observation
from edge.ui.site.desk_head import HeadFacts, head_routes
from edge.ui.site.desk_model import DeskSite, Slips
from edge.ui.site.desks import desk_routes
from edge.ui.site.entry import Entry
from edge.ui.site.pages import SitePages
from protocol.events import Identity, encode_identity
from protocol.staff import Role
from protocol.vault_keys import NewMember

PASSWORD = "nắng gió Phan Rang"
STAFF = {
    "reception": NewMember("don-1", Role.RECEPTION, "Chamaléa Thị Đón", PASSWORD),
    "screening": NewMember("kham-1", Role.SCREENING, "Kator Văn Khám", PASSWORD),
    "injection": NewMember("tiem-1", Role.INJECTION, "Đổng Thị Tiêm", PASSWORD),
    "data_entry": NewMember("nhap-1", Role.DATA_ENTRY, "Pi Năng Nhập", PASSWORD),
    "observation": NewMember("theo-doi-1", Role.OBSERVATION, "Tain Thị Theo", PASSWORD),
    "head": HEAD,
}
COMIRNATY, ASTRA = "COVID-19 Vaccine Comirnaty", "COVID-19 Vaccine AstraZeneca"
POLICY = Policy(
    stations=(
        Station("reception", "Đón tiếp", "reception", ("1",)),
        Station("screening", "Khám sàng lọc", "screening", ("1", "2")),
        Station("injection", "Tiêm", "injection", ("1", "2")),
        Station("data_entry", "Nhập liệu", "data_entry", ("1",)),
        Station("observation", "Theo dõi sau tiêm", "observation", ("1",)),
    ),
    vaccines=(
        Vaccine(COMIRNATY, ("FK0112", "FL8094"), interval_days=21, doses=3, vial_doses=6),
        Vaccine(ASTRA, ("ABX3214",), interval_days=28, doses=3),
    ),
)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass
class CareHub:
    """What a test looks at, and the hands of the site's staff."""

    hub: doors.Hub
    queue: SiteQueue
    site: DeskSite
    folder: Path
    url: str
    facts: dict[str, Any]
    come_so_far: int = 0

    @property
    def clock(self) -> SimulatedClock:
        return self.hub.clock

    async def do(self, command: Command) -> Visit | None:
        done = await self.queue.do(command)
        assert not isinstance(done, Refused), done
        return done.visit

    async def come(self, to: str = "", *, name: str = "Nguyễn Thị Mẫu") -> str:
        """Let somebody check in, and go to a station; return their visit."""
        self.come_so_far += 1
        visit, event = f"visit-{self.come_so_far:05d}", f"event-{self.come_so_far:05d}"
        number = f"0581850{self.come_so_far:05d}"
        who = Identity(
            document="cccd_2021", number=number, name=name, birth="1985-08-17", sex="female"
        )
        sealed = self.hub.keys.seal(encode_identity(who), event)
        command = CheckInAtDesk(
            visit=visit,
            event=event,
            staff="lan",
            document="cccd_2021",
            person=f"{self.come_so_far:064x}",
            sealed=sealed,
        )
        await self.do(command)
        if to:
            await self.do(Transfer(visit=visit, to=to, staff="lan"))
        return visit

    async def screened(self, visit: str, conclusion: str = "eligible") -> None:
        await self.do(RecordScreening(visit=visit, conclusion=conclusion, staff="kham-1"))

    async def vaccinated(self, visit: str, **fields: Any) -> None:
        given = {"vaccine": COMIRNATY, "lot": "FK0112", "dose_number": 1, "injector": "tiem-1"}
        await self.do(RecordDose(visit=visit, staff="tiem-1", **given | fields))

    async def vial(self, name: str = "1-1", **fields: Any) -> None:
        held = {"vaccine": COMIRNATY, "lot": "FK0112", "doses": 6, "staff": "tiem-1"}
        await self.do(OpenVial(vial=name, **held | fields))

    def visit(self, visit: str) -> Visit:
        return self.queue.state.visits[visit]

    @contextlib.asynccontextmanager
    async def at(self, role: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser at which the member of staff with that role logged in."""
        who = STAFF[role]
        async with hub_pages.browser(self.folder, self.url) as http:
            told = {"login": who.login, "password": who.password}
            answer = await http.post("/login", data=told)
            assert answer.status_code == 303, answer.text
            yield http


@contextlib.asynccontextmanager
async def care_hub(
    folder: Path,
    *,
    policy: Policy = POLICY,
    more: Callable[[DeskSite], Sequence[BaseRoute]] = lambda _: (),
    papers: Callable[[doors.Hub, Watched], DeskCertificates] | None = None,
    complaints: list[tuple[str, Identity, str]] | None = None,
    slips: Slips | None = None,
) -> AsyncIterator[CareHub]:
    """Serve a hub whose staff has every role.

    Args:
        papers: Makes what desks ask of certificates.
        complaints: Gets the subject, who complains, and the visit that it is about.
        slips: How slips get onto paper; without it they are shown in the browser.
    """
    hub = doors.hub(*STAFF.values(), clock=SimulatedClock(MORNING))
    queue = queue_on(hub.journal, hub.clock, policy=policy)
    await queue.start()
    entry = Entry(hub.door, SitePages(site_name="Trạm Y tế Phước Dinh", device="kiosk-0001"))
    facts: dict[str, Any] = {}
    people = SitePeople(journal=hub.journal, keys=hub.site_keys)

    async def complain(subject: Subject, who: Identity, _: str, about: str) -> str:
        assert complaints is not None
        complaints.append((subject.value, who, about))
        return f"PA{len(complaints):03d}"

    site = DeskSite(
        entry=entry,
        queue=queue,
        people=people,
        site_keys=hub.site_keys,
        keys=hub.keys,
        reader=Reader(keys=hub.keys, clock=hub.clock, zone=ZONE),
        clock=hub.clock,
        zone=ZONE,
        slips=slips or Slips(sign=lambda *_: "TRAM1:slip"),
        now_ms=queue.now_ms,
        calls=StaffCalls(hub.clock),
        match=lambda claim: facts["match"](claim) if "match" in facts else None,
        staff_names=lambda: hub.keeper.names,
        complain=complain,
        certificates=papers(hub, lambda: in_observation(queue.state, people)) if papers else None,
    )
    head = HeadFacts(
        machine=lambda: facts["machine"],
        kiosks=lambda: facts.get("kiosks", {}),
        own=facts.get("own", ""),
        ask_station=lambda kiosk, verify: facts["asked"].append((kiosk, verify)),
        left_behind=lambda: facts.get("left_behind", ()),
    )
    routes = [*head_routes(site, head), *desk_routes(site), *more(site)]
    async with hub_pages.served(hub, folder, routes) as url:
        yield CareHub(hub, queue, site, folder, url, facts)


def form_of(page: str, action: str, *, place: int = 0) -> dict[str, str]:
    """Return the hidden fields of the form that does ``action`` on a page."""
    forms = re.findall(rf'data-action="{action}">(.*?)</form>', page, re.DOTALL)
    assert len(forms) > place, f"no form that does {action}"
    return {name: unescape(text) for name, text in _HIDDEN.findall(forms[place])}

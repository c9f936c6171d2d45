"""What was written on paper, keyed in afterwards: with the paper's own ids, so that twice is once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from edge.domain.paper_pack import PaperSlip, read_slip
from edge.domain.queue.commands import CheckInAtDesk
from edge.domain.queue.stations import Kind
from edge.domain.queue.visit import Visit
from edge.domain.staff import Staff
from edge.ui.site.desk_model import DeskSite, Problem, Work
from edge.ui.site.desk_observation import EARLY_REASONS
from edge.ui.site.desk_pages import DeskPages
from edge.ui.site.desk_sight import listed_as
from edge.ui.site.forms import read_form
from edge.ui.site.newcomer import Newcomer, read_newcomer
from edge.ui.site.paper_common import (
    UNPROCESSABLE,
    Difference,
    Differs,
    do,
    keyed_in,
    when,
    work_of,
)
from edge.ui.site.paper_later import (
    CONCLUSIONS,
    differences,
    has_dose,
    is_written,
    later,
    usual,
)
from protocol.documents.names import clean_name
from protocol.events import encode_identity


class PaperEntry:
    """The endpoints where paper is keyed in."""

    def __init__(self, site: DeskSite, site_id: str, pages: DeskPages) -> None:
        """Take the site's id: the ids of slips follow from it."""
        self._site = site
        self._site_id = site_id
        self._pages = pages

    async def ask(self, request: Request, staff: Staff) -> Response:
        """Show an empty form; pack and day stay from one slip to the next."""
        query = request.query_params
        kept = {name: query[name] for name in ("pack", "day") if name in query}
        kept |= usual(self._site, staff.login)
        keyed = self._site.state.visits.get(query.get("did", ""))
        return self._form(request, staff, kept, done=keyed)

    async def take(self, request: Request, staff: Staff) -> Response:
        """Take a slip in; what is there already stays, and where the paper says something else it is told."""
        form = {key: text.strip() for key, text in (await read_form(request)).items()}
        work = work_of(self._site, request, staff, form)
        again = partial(self._form, request, staff, form)
        slip = await keyed_in(work, self._keyed(work), again)
        if isinstance(slip, Response):
            return slip
        kept = f"pack={form.get('pack', '')}&day={form.get('day', '')}"
        return RedirectResponse(f"/paper/enter?did={slip.visit}&{kept}", status_code=303)

    async def _keyed(self, work: Work) -> PaperSlip:
        slip = read_slip(self._site_id, work.text("paper", 80), work.text("pack", 20))
        if slip is None:
            raise Problem("paper.no_slip", field="paper")
        newcomer = _named(read_newcomer(work), work)
        times = self._times(work)
        before = self._site.state.visits.get(slip.visit)
        if before is not None and _another(before, newcomer):
            raise Problem("paper.other_person", field="paper", number=slip.ticket)
        commands = list(later(work, slip, times, listed_as(self._site, newcomer.identity)))
        if before is not None and not work.text("keep"):
            found = differences(work, before, newcomer, times, commands)
            if found:
                raise Differs(slip.visit, found)
        await do(self._site, self._check_in(work, slip, newcomer, times["came"]))
        for command in commands:
            visit = self._site.state.visits.get(slip.visit)
            if visit is not None and not is_written(visit, command):
                await do(self._site, command)
        return slip

    def _check_in(
        self, work: Work, slip: PaperSlip, newcomer: Newcomer, came: str
    ) -> CheckInAtDesk:
        match = newcomer.match
        return CheckInAtDesk(
            visit=slip.visit,
            event=slip.event,
            ticket=slip.ticket,
            source="paper",
            staff=work.staff.login,
            document=newcomer.identity.document,
            person=newcomer.person,
            sealed=self._site.keys.seal(encode_identity(newcomer.identity), slip.event),
            warnings=newcomer.warnings,
            exception=newcomer.exception,
            standing=match.standing.value if match else "",
            differences=tuple(each.field for each in match.differences) if match else (),
            priority=newcomer.priority,
            desk=self._next_station(work),
            happened_at=came,
        )

    def _next_station(self, work: Work) -> str:
        """Return where the person is, as far as the paper tells; nothing for the first station."""
        kind: Kind = "injection" if work.text("conclusion") else "reception"
        if has_dose(work):
            kind = "observation"
        stations = self._site.state.policy.stations
        return next((each.name for each in stations if each.kind == kind), "")

    def _times(self, work: Work) -> dict[str, str]:
        times = {name: when(work, name) for name in ("came", "screened", "given", "left")}
        if not times["came"]:
            raise Problem("paper.no_time", field="came")
        if times["left"] and times["left"] < max(times["came"], times["given"]):
            raise Problem("paper.before_dose", field="left")
        return times

    def _form(
        self,
        request: Request,
        staff: Staff,
        typed: Mapping[str, str],
        *,
        problem: str = "",
        field: str = "",
        done: Visit | None = None,
        warnings: Sequence[str] = (),
        differs: Sequence[Difference] = (),
    ) -> Response:
        clock = self._site.clock
        today = clock.now().astimezone(self._site.zone).date().isoformat()
        return self._pages.page(
            request,
            staff,
            "paper_enter.html",
            status=UNPROCESSABLE if problem or warnings or differs else 200,
            typed={"day": today if clock.clock_ok() else "", "how": "number", **typed},
            problem=problem,
            problem_field=field,
            warnings=warnings,
            done=done.ticket if done else "",
            done_day=done.of_day if done else "",
            differs=differs,
            conclusions=CONCLUSIONS,
            early_reasons=EARLY_REASONS,
            vials=sorted(self._site.state.vials),
            vaccines=[each.name for each in self._site.state.policy.vaccines],
            injectors=dict(self._site.staff_names()),
            me=staff.login,
        )


def _named(newcomer: Newcomer, work: Work) -> Newcomer:
    """Return who came, with the name that stands on the paper beside the number."""
    name, year = clean_name(work.text("name", 120)), work.text("birth_year", 4)
    if newcomer.identity.name or not name:
        return newcomer
    birth = newcomer.identity.birth or (year if year.isdecimal() else None)
    return replace(
        newcomer, identity=msgspec.structs.replace(newcomer.identity, name=name, birth=birth)
    )


def _another(visit: Visit, newcomer: Newcomer) -> bool:
    """Return whether a slip was keyed in for somebody else before."""
    return None not in (visit.person, newcomer.person) and visit.person != newcomer.person

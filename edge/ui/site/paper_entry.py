"""What was written on paper, keyed in afterwards: with the paper's own ids, so that twice is once."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from edge.domain.paper_pack import PaperSlip, read_slip
from edge.domain.queue.commands import (
    CheckInAtDesk,
    Command,
    LetGo,
    RecordDose,
    RecordScreening,
    StartObservation,
)
from edge.domain.queue.outcome import Refused
from edge.domain.queue.stations import Kind
from edge.domain.queue.visit import Visit
from edge.domain.staff import Staff
from edge.ui.site.desk_model import DeskSite, Place, Problem, Work, fresh
from edge.ui.site.desk_pages import DeskPages, language_of, words_in
from edge.ui.site.forms import read_form
from edge.ui.site.newcomer import Newcomer, read_newcomer
from protocol.documents.names import clean_name
from protocol.events import encode_identity
from protocol.site_events import Conclusion

CONCLUSIONS: Final[tuple[Conclusion, ...]] = (
    "eligible",
    "deferred",
    "to_hospital",
    "contraindicated",
)
_MOST_DOSES: Final = 9
_UNPROCESSABLE: Final = 422


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
        keyed = self._site.state.visits.get(query.get("did", ""))
        return self._form(request, staff, kept, done=keyed)

    async def take(self, request: Request, staff: Staff) -> Response:
        """Take a slip in; what is there already is left as it is."""
        form = {key: text.strip() for key, text in (await read_form(request)).items()}
        work = self._work(request, staff, form)
        try:
            slip = await self._keyed(work)
        except Problem as problem:
            said = work.t(problem.word, **problem.values)
            return self._form(request, staff, form, problem=said, field=problem.field)
        except _Doubts as doubts:
            return self._form(request, staff, form, warnings=doubts.codes)
        kept = f"pack={form.get('pack', '')}&day={form.get('day', '')}"
        return RedirectResponse(f"/paper/enter?did={slip.visit}&{kept}", status_code=303)

    async def _keyed(self, work: Work) -> PaperSlip:
        slip = read_slip(self._site_id, work.text("paper", 80), work.text("pack", 20))
        if slip is None:
            raise Problem("paper.no_slip", field="paper")
        newcomer = _named(read_newcomer(work), work)
        times = {name: self._when(work, name) for name in ("came", "screened", "given", "left")}
        if not times["came"]:
            raise Problem("paper.no_time", field="came")
        if times["left"] and times["left"] < max(times["came"], times["given"]):
            raise Problem("paper.before_dose", field="left")
        before = self._site.state.visits.get(slip.visit)
        if before is not None and _another(before, newcomer):
            raise Problem("paper.other_person", field="paper", number=slip.ticket)
        later = list(_later(work, slip.visit, times))
        await self._do(self._check_in(work, slip, newcomer, times["came"]))
        for command in later:
            visit = self._site.state.visits.get(slip.visit)
            if visit is not None and not _written(visit, command):
                await self._do(command)
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
        if work.text("vaccine"):
            kind = "observation"
        stations = self._site.state.policy.stations
        return next((each.name for each in stations if each.kind == kind), "")

    async def _do(self, command: Command) -> None:
        done = await self._site.queue.do(command)
        if not isinstance(done, Refused):
            return
        if done.reason == "confirm_warnings":
            raise _Doubts(done.details["warnings"].split(","))
        # Of the same slip: it came here by another way, and stands in the queue.
        if done.reason != "visit_known":
            raise Problem(f"refused.{done.reason}", **done.details)

    def _when(self, work: Work, name: str) -> str:
        """Return what a time of the paper's day means, RFC 3339; nothing where none was written."""
        time = work.text(name, 5)
        if not time:
            return ""
        try:
            when = datetime.fromisoformat(f"{work.text('day', 10)}T{time}")
        except ValueError as error:
            raise Problem("paper.no_time", field=name) from error
        told = when.replace(tzinfo=self._site.zone)
        if self._site.clock.clock_ok() and told > self._site.clock.now():
            raise Problem("paper.in_future", field=name)
        return told.isoformat()

    def _work(self, request: Request, staff: Staff, form: Mapping[str, str]) -> Work:
        station = self._site.state.policy.stations[0]
        return Work(
            site=self._site,
            staff=staff,
            place=Place(station, (station.desks or ("1",))[0]),
            visit=None,
            form=form,
            once=form.get("once", ""),
            t=words_in(language_of(request)),
        )

    def _form(
        self,
        request: Request,
        staff: Staff,
        typed: Mapping[str, str],
        *,
        problem: str = "",
        field: str = "",
        done: Visit | None = None,
        warnings: list[str] | None = None,
    ) -> Response:
        clock = self._site.clock
        today = clock.now().astimezone(self._site.zone).date().isoformat()
        return self._pages.page(
            request,
            staff,
            "paper_enter.html",
            status=_UNPROCESSABLE if problem or warnings else 200,
            typed={"day": today if clock.clock_ok() else "", "how": "number", **typed},
            problem=problem,
            problem_field=field,
            warnings=warnings or [],
            done=done.ticket if done else "",
            done_day=done.of_day if done else "",
            conclusions=CONCLUSIONS,
            vaccines=[each.name for each in self._site.state.policy.vaccines],
            injectors=dict(self._site.staff_names()),
            me=staff.login,
        )


class _Doubts(Exception):  # noqa: N818 - what they are
    """Staff have to read some doubts first."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


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


def _written(visit: Visit, command: Command) -> bool:
    """Return whether that stands in the visit already."""
    match command:
        case RecordScreening():
            return visit.conclusion is not None
        case RecordDose():
            return bool(visit.doses)
        case StartObservation():
            return visit.observed_from_ms is not None or visit.has_left
        case _:
            return visit.has_left


def _later(work: Work, visit: str, times: Mapping[str, str]) -> Iterator[Command]:
    """Yield what was done for the person after they came, in its order."""
    staff = work.staff.login
    conclusion = work.text("conclusion", 20)
    if conclusion in CONCLUSIONS:
        yield RecordScreening(
            visit=visit,
            conclusion=conclusion,
            staff=staff,
            event=fresh(work.site),
            happened_at=times["screened"] or times["came"],
        )
    if work.text("vaccine"):
        given = times["given"]
        if not given:
            raise Problem("paper.no_time", field="given")
        yield RecordDose(
            visit=visit,
            vaccine=work.text("vaccine", 120),
            lot=work.need("lot", "problem.lot", 40).upper(),
            dose_number=work.number("dose_number", "problem.dose_number", 1, _MOST_DOSES),
            injector=work.need("injector", "problem.injector", 32),
            staff=staff,
            seen=work.seen,
            happened_at=given,
        )
        yield StartObservation(visit=visit, staff=staff, happened_at=given)
    if times["left"]:
        reason = work.text("reason", 80) or "completed"
        yield LetGo(visit=visit, staff=staff, reason=reason, happened_at=times["left"])

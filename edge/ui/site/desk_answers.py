"""What a desk is answered: done, refused and why, changed by somebody meanwhile, or found."""

from collections.abc import Mapping
from string import ascii_uppercase
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from edge.domain.phone_link import visit_of_link
from edge.domain.queue.outcome import Refused
from edge.domain.queue.state import SiteState
from edge.domain.queue.visit import Visit
from edge.domain.staff import Staff
from edge.services.reentry import SlipUnknown
from edge.ui.site.desk_common import CALLING, FIELDS
from edge.ui.site.desk_doing import Stopped, Went
from edge.ui.site.desk_doubts import typed_fields
from edge.ui.site.desk_model import DeskKind, DeskSite, Place, Problem, Show, Work
from edge.ui.site.desk_pages import DeskPages, language_of, word_or, words_in
from edge.ui.site.desk_sight import person_of
from protocol import reentry
from protocol.site_events import ScreeningForm

NOT_TYPED: Final = frozenset({"once", "version", "visit", "seen"})
_CONFLICT, _UNAVAILABLE = 409, 503


class Answers:
    """Turns outcomes into pages."""

    def __init__(self, site: DeskSite, pages: DeskPages) -> None:
        self._site = site
        self._pages = pages

    async def of(
        self, request: Request, kind: DeskKind, work: Work, outcome: Went | Stopped | Show
    ) -> Response:
        """Return the page that follows what was done, or was not."""
        match outcome:
            case Show(template, values):
                return self._pages.page(
                    request, work.staff, template, place=work.place, kind=kind, **values
                )
            case Went():
                return _went(work, outcome)
            case Stopped(refused=Refused(reason="changed_meanwhile") as refused):
                await self._site.people.refresh()
                return self._conflict(request, kind, work, refused)
            case Stopped(refused=Refused(reason="confirm_warnings") as refused):
                return self._confirm(request, kind, work, refused)
            case Stopped(refused=refused):
                return await self._refused(request, kind, work, refused)

    async def problem(
        self, request: Request, kind: DeskKind, work: Work, problem: Problem
    ) -> Response:
        """Return the desk's page again, with what is wrong and what was typed."""
        return await self._again(
            request, kind, work, work.t(problem.word, **problem.values), field=problem.field
        )

    async def _refused(
        self, request: Request, kind: DeskKind, work: Work, refused: Refused
    ) -> Response:
        if refused.reason == "not_stored":
            return self._not_stored(request, kind, work)
        return await self._again(request, kind, work, self._in_words(work, refused))

    def _in_words(self, work: Work, refused: Refused) -> str:
        known = {"ticket": "?", "desk": "?", "station": "?", "by": "?", "minutes": "?"}
        details = {**known, **refused.details}
        details["station"] = self._pages.station_name(details["station"])
        return work.t(f"refused.{refused.reason}", **details)

    async def _again(
        self, request: Request, kind: DeskKind, work: Work, words: str, *, field: str = ""
    ) -> Response:
        await self._site.people.refresh()
        chosen = work.visit.id if work.visit else ""
        sight = self._pages.sight(request, work.staff, work.place, chosen=chosen, typed=work.form)
        return self._pages.desk(
            request, kind, sight, problem=words, problem_field=field, status=_CONFLICT
        )

    def _not_stored(self, request: Request, kind: DeskKind, work: Work) -> Response:
        """Return the form's content in a page that sends it again, with the same id."""
        return self._pages.page(
            request,
            work.staff,
            "desk_not_stored.html",
            status=_UNAVAILABLE,
            place=work.place,
            action=request.url.path,
            form=work.form,
            typed=typed_of(work, kind),
        )

    def _confirm(self, request: Request, kind: DeskKind, work: Work, refused: Refused) -> Response:
        warnings = refused.details.get("warnings", "")
        return self._pages.page(
            request,
            work.staff,
            "desk_confirm.html",
            status=_CONFLICT,
            place=work.place,
            action=request.url.path,
            form=work.form,
            seen=warnings,
            warnings=[word_or(work.t, f"warning.{code}", code) for code in warnings.split(",")],
            typed=typed_of(work, kind),
            before=person_of(self._site, work.visit) if work.visit else None,
        )

    def _conflict(self, request: Request, kind: DeskKind, work: Work, refused: Refused) -> Response:
        visit = self._site.state.visits.get(work.form.get("visit", ""))
        names = self._site.staff_names()
        by = refused.details.get("by", "")
        return self._pages.page(
            request,
            work.staff,
            "desk_conflict.html",
            status=_CONFLICT,
            place=work.place,
            action=request.url.path,
            form=work.form,
            typed=typed_of(work, kind),
            visit=visit,
            before=person_of(self._site, visit) if visit else None,
            by=names.get(by, by),
            by_me=by == work.staff.login,
            what=refused.details.get("what", ""),
            written=self._written(visit),
            # What cannot be right any more is not offered again: a call of somebody who was called.
            can_repeat=request.path_params["action"] not in CALLING,
        )

    def _written(self, visit: Visit | None) -> Mapping[str, Any]:
        """Return what the hub knows of the visit now, for the side of the other one."""
        if visit is None:
            return {}
        form = self._site.people.form(visit.screening_event, ScreeningForm)
        return {"screening": form, "dose": visit.doses[-1] if visit.doses else None}

    async def search(
        self, request: Request, staff: Staff, kind: DeskKind, place: Place, text: str
    ) -> Response:
        """Return the page of whoever a number or a slip's QR names."""
        t = words_in(language_of(request))
        if text.upper().startswith(reentry.PREFIX):
            return await self._by_slip(request, staff, kind, place, text)
        linked = visit_of_link(text)
        if linked in self._site.state.visits:
            # The slip's other QR, which is for phones.
            return _look_at(place, str(linked))
        ticket = "".join(text.split()).upper()
        found = visits_with(self._site.state, ticket)
        if len(found) == 1:
            return _look_at(place, found[0].id)
        if found:
            people = [person_of(self._site, visit) for visit in found]
            return self._pages.page(request, staff, "desk_found.html", place=place, people=people)
        words = t("search.none", number=ticket[:16]) if ticket else t("search.empty")
        return await self._nobody(request, staff, kind, place, words)

    async def _by_slip(
        self, request: Request, staff: Staff, kind: DeskKind, place: Place, text: str
    ) -> Response:
        t = words_in(language_of(request))
        if self._site.reenter is None:
            return await self._nobody(request, staff, kind, place, t("search.no_registry"))
        try:
            visit = await self._site.reenter(text)
        except SlipUnknown as unknown:
            return await self._nobody(request, staff, kind, place, t(f"search.{unknown.reason}"))
        return _look_at(place, visit)

    async def _nobody(
        self, request: Request, staff: Staff, kind: DeskKind, place: Place, words: str
    ) -> Response:
        await self._site.people.refresh()
        sight = self._pages.sight(request, staff, place)
        return self._pages.desk(
            request, kind, sight, problem=words, problem_field="what", status=404
        )


def visits_with(state: SiteState, number: str) -> list[Visit]:
    """Return the visits with a number; digits alone mean every number that ends in them."""
    found = state.with_ticket(number)
    if found or not (number.isascii() and number.isdecimal()):
        return found
    meant = (ticket for ticket in state.tickets if _digits(ticket) == int(number))
    return [visit for ticket in sorted(meant) for visit in state.with_ticket(ticket)]


def _digits(ticket: str) -> int | None:
    digits = ticket.lstrip(ascii_uppercase)
    return int(digits) if digits.isdecimal() else None


def typed_of(work: Work, kind: DeskKind) -> list[tuple[str, str]]:
    """Return what was typed and chosen, in the words of the page."""
    return typed_fields(work, (*FIELDS, *kind.fields))


def _went(work: Work, went: Went) -> Response:
    if went.go.to.startswith("/"):
        visit = went.visit.id if went.visit else ""
        return RedirectResponse(went.go.to.replace("{visit}", quote(visit)), status_code=303)
    query = {"did": f"{went.go.did}_alone" if went.alone else went.go.did}
    if went.go.to.startswith("?visit="):
        query["visit"] = went.go.to.removeprefix("?visit=")
    elif work.visit is not None:
        query["last"] = work.visit.id
    return RedirectResponse(f"{work.place.path}?{urlencode(query)}", status_code=303)


def _look_at(place: Place, visit: str) -> Response:
    return RedirectResponse(f"{place.path}?{urlencode({'visit': visit})}", status_code=303)

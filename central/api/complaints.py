"""The complaints' worklist, one complaint, what can be done with it, and the slip with its answer."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from central.api.entry import Entry, Who
from central.api.pages import LANGUAGE, Pages
from central.api.words import Language
from central.domain.accounts import Right, Visitor
from central.domain.complaints import (
    Answered,
    HandedOver,
    Handover,
    Level,
    NotPossible,
    Reopened,
    State,
    Step,
    Subject,
    Taken,
    hands_over,
    why_not,
)
from central.ports.complaints import Complainant
from central.services.complaints import LISTED, Complaints, NoSuchComplaint
from protocol.documents.number import ungrouped

_FIELD = Annotated[str, Form(max_length=400)]
_WORDS = Annotated[str, Form(max_length=4000)]
_STEPS = Annotated[int, Form(ge=0, le=100_000)]
_FILTER = Annotated[str, Query(max_length=80)]


def complaint_routes(entry: Entry, pages: Pages, complaints: Complaints) -> APIRouter:
    """Return the routes of complaints."""
    router = APIRouter(include_in_schema=False)
    who = entry.needs(Right.COMPLAINTS)
    _worklist(router, who, pages, complaints)
    _one(router, who, pages, complaints)
    _steps(router, who, pages, complaints)
    return router


def _worklist(router: APIRouter, who: Who, pages: Pages, complaints: Complaints) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    async def show(
        request: Request, visitor: Visitor, lang: Language, problem: str = "",
        typed: Mapping[str, str] | None = None, **chosen: str,
    ) -> Response:  # fmt: skip
        state, level, owner = (chosen.get(name, "") for name in ("state", "level", "owner"))
        rows = await asyncio.to_thread(complaints.worklist, visitor, state, level, owner)
        return pages.page(
            request, "complaints.html", lang, visitor=visitor, rows=rows, now=complaints.now(),
            states=list(State), levels=list(Level), subjects=list(Subject), problem=problem,
            chosen=chosen, typed=typed or {}, limit=LISTED, status=422 if problem else 200,
        )  # fmt: skip

    @router.get("/complaints")
    async def page(
        request: Request,
        visitor: allowed,
        lang: LANGUAGE = "vi",
        state: _FILTER = "",
        level: _FILTER = "",
        owner: _FILTER = "",
    ) -> Response:
        return await show(request, visitor, lang, state=state, level=level, owner=owner)

    @router.post("/complaints")
    async def add(
        request: Request,
        visitor: allowed,
        site: _FIELD,
        subject: Annotated[Subject, Form()],
        words: _WORDS,
        name: _FIELD = "",
        number: _FIELD = "",
        ticket: Annotated[str, Form(max_length=20)] = "",
        lang: LANGUAGE = "vi",
    ) -> Response:
        plain = ungrouped(number).upper()[:40]  # as cards have it: by it the person is found later
        person = Complainant(name.strip()[:200], plain, words=words.strip())
        try:
            made = await asyncio.to_thread(
                complaints.open, visitor, site.strip()[:32], subject.value, person, ticket.strip()
            )
        except NotPossible as error:
            typed = {"site": site, "subject": subject.value, "words": words}
            typed |= {"name": name, "number": number, "ticket": ticket}
            return await show(request, visitor, lang, error.code, typed)
        return _to(made, lang)


def _one(router: APIRouter, who: Who, pages: Pages, complaints: Complaints) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    async def show(
        request: Request, visitor: Visitor, lang: Language, complaint: str, name: str
    ) -> Response:
        try:
            case, person, past = await asyncio.to_thread(
                complaints.read, visitor, complaint, name.removesuffix(".html")
            )
        except NoSuchComplaint:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        owners = await asyncio.to_thread(complaints.owners, case.site)
        answers = [step for step in past if step.kind == "answered"]
        now, login, role = complaints.now(), visitor.login, visitor.role
        return pages.page(
            request, name, lang, visitor=visitor, case=case, who=person, past=past, now=now,
            owners=[one for one in owners if one != case.owner],
            not_taken=why_not(case, Taken(login), role, now),
            not_reopened=why_not(case, Reopened(login), role, now),
            hands_over=hands_over(case, login, role), reasons=list(Handover),
            answer=answers[-1] if answers else None,
            problem=request.query_params.get("problem", "")[:40],
        )  # fmt: skip

    @router.get("/complaints/{complaint}")
    async def page(
        request: Request,
        complaint: str,
        visitor: allowed,
        lang: LANGUAGE = "vi",
    ) -> Response:
        return await show(request, visitor, lang, complaint[:64], "complaint.html")

    @router.get("/complaints/{complaint}/slip")
    async def slip(
        request: Request,
        complaint: str,
        visitor: allowed,
        lang: LANGUAGE = "vi",
    ) -> Response:
        return await show(request, visitor, lang, complaint[:64], "complaint_slip.html")


def _steps(router: APIRouter, who: Who, pages: Pages, complaints: Complaints) -> None:
    allowed = Annotated[Visitor, Depends(who)]

    @router.post("/complaints/{complaint}/{what}")
    async def step(
        request: Request,
        complaint: str,
        what: str,
        visitor: allowed,
        steps: _STEPS,
        to: _FIELD = "",
        reason: Annotated[Handover, Form()] = Handover.NOT_MINE,
        words: _WORDS = "",
        lang: LANGUAGE = "vi",
    ) -> Response:
        wish = _wish(what, visitor.login, to.strip(), reason, words)
        if wish is None:
            return Response(status_code=404)
        why = reason.value if isinstance(wish, HandedOver) else ""
        try:
            await asyncio.to_thread(complaints.step, visitor, complaint[:64], wish, steps, why)
        except NoSuchComplaint:
            return pages.page(request, "refused.html", lang, visitor=visitor, status=404)
        except NotPossible as error:
            return _to(complaint[:64], lang, error.code)
        return _to(complaint[:64], lang)


def _wish(what: str, by: str, to: str, reason: Handover, words: str) -> Step | None:
    wishes: dict[str, Step] = {
        "take": Taken(by),
        "hand-over": HandedOver(by, to, reason),
        "answer": Answered(by, words),
        "reopen": Reopened(by),
    }
    return wishes.get(what)


def _to(complaint: str, lang: Language, problem: str = "") -> Response:
    query = "&".join(
        part
        for part in (f"problem={problem}" if problem else "", "lang=en" * (lang == "en"))
        if part
    )
    return RedirectResponse(f"/complaints/{complaint}" + (f"?{query}" if query else ""), 303)

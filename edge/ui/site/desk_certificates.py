"""A person's certificates at a desk: how far they are, paper of them, and why somebody leaves without."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from edge.domain.answers import Answer, Found, Item, Why
from edge.domain.queue.state import SiteState
from edge.domain.queue.visit import Visit
from edge.domain.staff import Role, Staff
from edge.ports import JournalError
from edge.services.desk_certificates import DeskCertificates, Sheet
from edge.services.site_people import SitePeople
from edge.services.slip_words import NotPrintable
from edge.ui.site.desk_model import Action, DeskSite, Go, Problem, Sight, Work, place_of
from edge.ui.site.desk_pages import DeskPages
from edge.ui.site.desk_sight import claim_of
from protocol.documents.model import Claim
from protocol.documents.names import masked_name

OTHER_REASONS: Final = ("printer", "no_time", "other")
"""Beside what the Platform says: why somebody leaves without a certificate that could be there."""
NOT_SAID: Final = "not_said"
NOT_WANTED: Final = "not_wanted"
NOWHERE: Final = (Found.UNKNOWN, Found.NOT_HERE, Found.NOT_REACHABLE)
"""Answers that tell of no dose, each for a reason of its own."""
REASONS: Final = (
    *(why.value for why in Why),
    *(found.value for found in NOWHERE),
    *OTHER_REASONS,
)
PRINTED: Final = "printed"
READY: Final = "ready"


def show(sight: Sight) -> Mapping[str, Any]:
    """Return what the part about certificates needs."""
    desk = sight.site.certificates
    if desk is None or sight.visit is None:
        return {"certificates_of": None, "certificate_reasons": REASONS, "why_without": ""}
    answer = desk.known(sight.visit.id)
    return {
        "certificates_of": answer or Answer(Found.NOT_REACHABLE),
        "certificates_asked": answer is not None,
        "certificates_awaited": bool(sight.visit.doses),
        "certificate_state": state_of(answer, sight.visit.id),
        "certificate_reasons": REASONS,
        "why_without": why_without(answer, sight.visit.id),
        "certificate_prints": desk.prints,
    }


async def in_observation(state: SiteState, people: SitePeople) -> Sequence[tuple[str, Claim]]:
    """Return who waits after a dose and can be asked for, those who sit longest first."""
    await people.refresh()
    waiting = [visit for visit in state.visits.values() if visit.is_open and visit.doses]
    found = [
        (visit.id, claim_of(people.identity(visit)))
        for visit in sorted(waiting, key=lambda each: each.entered_ms)
    ]
    return [(visit, claim) for visit, claim in found if claim is not None]


def state_of(answer: Answer | None, visit: str) -> str:
    """Return in one word how far the certificates of a visit are; empty where nobody asked yet."""
    if answer is None:
        return ""
    without = why_without(answer, visit)
    if without:
        return without
    return PRINTED if all(item.printed for item in _of_visit(answer, visit)) else READY


def why_without(answer: Answer | None, visit: str) -> str:
    """Return why there is no certificate of the newest dose that lacks one; empty where all are there."""
    if answer is None:
        return ""
    if answer.found in NOWHERE:
        return answer.found.value
    items = reversed(_of_visit(answer, visit))
    return next((item.why.value for item in items if item.why is not None), "")


def _of_visit(answer: Answer, visit: str) -> Sequence[Item]:
    """Return the doses of a visit: nobody leaves without a certificate because of an older dose."""
    return [item for item in answer.items if item.visit == visit] or answer.items


def leaves_without(work: Work, certificate: str) -> str:
    """Return why somebody leaves without a certificate; empty for who has one, or had no dose.

    Raises:
        Problem: Nobody knows, and nobody said.
    """
    if certificate == PRINTED or not work.must_visit.doses:
        return ""
    if certificate == "refused":
        return NOT_WANTED
    said = work.text("certificate_why", 40)
    if said in REASONS:
        return said
    desk, visit = work.site.certificates, work.must_visit.id
    known = why_without(desk.known(visit), visit) if desk else ""
    if not known and certificate == "none":
        raise Problem("problem.certificate_why", field="certificate_why")
    return known or NOT_SAID


async def _look(work: Work) -> tuple[DeskCertificates, Visit, Claim, Answer]:
    desk, visit = work.site.certificates, work.must_visit
    claim = claim_of(work.site.people.identity(visit))
    if desk is None or claim is None:
        raise Problem("problem.certificate_who")
    return desk, visit, claim, await desk.look(visit.id, claim)


async def look(work: Work) -> Go:
    """Ask again how far they are."""
    _, visit, _, answer = await _look(work)
    if answer.found is Found.NOT_REACHABLE:
        raise Problem("problem.certificate_not_reachable")
    return Go(did="certificates", to=f"?visit={visit.id}")


def wanted(work: Work, answer: Answer) -> Item:
    """Return the certificate that was pressed.

    Raises:
        Problem: It is not there now.
    """
    dose = work.text("dose", 64)
    item = next((each for each in answer.items if each.id == dose and each.certificate), None)
    if item is None:
        raise Problem("problem.certificate_not_there")
    return item


async def slip(work: Work) -> Go:
    """Print a certificate at the hub's printer."""
    desk, visit, _, answer = await _look(work)
    if not desk.prints:
        raise Problem("problem.no_printer")
    desk.slip(wanted(work, answer), work.staff.login)
    return Go(did="certificate_slip", to=f"?visit={visit.id}")


async def word(work: Work) -> Go:
    """Print why there is none yet."""
    desk, visit, claim, answer = await _look(work)
    if not desk.prints:
        raise Problem("problem.no_printer")
    pending = tuple(item for item in answer.items if item.why is not None)
    if not pending:
        raise Problem("problem.certificate_none_pending")
    desk.word(pending, masked_name(claim.name) or None, work.staff.login)
    return Go(did="certificate_word", to=f"?visit={visit.id}")


async def sheet(work: Work) -> Go:
    """Make an A4 page; it stands in the journal before it is shown."""
    desk, visit, _, answer = await _look(work)
    made = await sheet_of(work, desk, visit.id, wanted(work, answer))
    return Go(to=f"{work.place.path}/sheet/{made.job}?visit={visit.id}")


async def sheet_of(work: Work, desk: DeskCertificates, visit: str, item: Item) -> Sheet:
    """Return an A4 page, written down.

    Raises:
        Problem: It is not printed; says why.
    """
    try:
        return await desk.sheet(visit, item, work.staff.login)
    except NotPrintable as refused:
        revoked = refused.reason == "certificate_revoked"
        raise Problem(
            "problem.certificate_revoked" if revoked else "problem.certificate_not_valid"
        ) from refused
    except JournalError as error:
        raise Problem("problem.certificate_not_stored") from error


ACTIONS: Final[Mapping[str, Action]] = {
    "certificates": look,
    "certificate-slip": slip,
    "certificate-word": word,
    "certificate-sheet": sheet,
}


def routes(site: DeskSite) -> Sequence[BaseRoute]:
    """Return the page that is printed."""
    pages = DeskPages(site)

    async def shown(request: Request, staff: Staff) -> Response:
        place = place_of(request, site.state)
        desk, job = site.certificates, request.path_params["job"]
        made = desk.kept_sheet(job, staff.login) if desk else None
        if place is None or made is None:
            return RedirectResponse("/desk", status_code=303)
        back = request.query_params.get("visit", "")
        return pages.page(
            request,
            staff,
            "certificate_sheet.html",
            place=place,
            back=back if back in site.state.visits else "",
            **_page(site, made),
        )

    endpoint = site.entry.for_roles(shown, Role.RECEPTION, Role.OBSERVATION)
    return [Route("/desk/{station}/{desk}/sheet/{job}", endpoint)]


def _page(site: DeskSite, made: Sheet) -> Mapping[str, Any]:
    return {
        "code": made.code,
        "fields": [(*_labels(label), vi, en) for label, vi, en in made.paper.fields],
        "reprint": made.reprint,
        "reissued": made.paper.reissued,
        "printed_at": made.at.astimezone(site.zone).strftime("%H:%M %d/%m/%Y"),
    }


def _labels(label: str) -> tuple[str, str]:
    vietnamese, _, english = label.partition(" · ")
    return vietnamese, english

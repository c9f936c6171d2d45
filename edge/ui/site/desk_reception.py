"""Reception: identity looked at, and check-in at the desk as a path equal to the kiosk's."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from edge.domain.answers import Subject
from edge.domain.queue.commands import CheckInAtDesk
from edge.domain.queue.stations import following
from edge.domain.queue.visit import Visit
from edge.domain.staff import Role, Staff
from edge.services.recording import moment_of
from edge.services.reentry import SlipUnknown
from edge.ui.site import desk_certificates, desk_certificates_of
from edge.ui.site.desk_complaint import complain
from edge.ui.site.desk_model import (
    DeskKind,
    DeskSite,
    Go,
    Problem,
    Show,
    Sight,
    Work,
    fresh,
    place_of,
)
from edge.ui.site.desk_pages import DeskPages
from edge.ui.site.desk_sight import person_of
from edge.ui.site.entry import Endpoint, StaffEndpoint
from edge.ui.site.newcomer import Newcomer, read_newcomer
from protocol import reentry
from protocol.documents.names import masked_name
from protocol.events import encode_identity

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_READ: Final = (
    "how",
    "code",
    "number",
    "again",
    "passport",
    "name",
    "birth_year",
    "sex",
    "why",
    "answers_for",
)


async def read(work: Work) -> Show | Go:
    """Show who was read before anything is written; a slip leads to its visit instead."""
    if work.text("code", 500).upper().startswith(reentry.PREFIX):
        return await _of_slip(work)
    newcomer = read_newcomer(work)
    state = work.site.state
    known = [state.visits[each] for each in state.persons.of(newcomer.person)]
    to = following(state.policy.stations, work.place.station.id)
    return Show(
        "desk_check_in.html",
        {
            "newcomer": newcomer,
            "known": known,
            "form": {name: work.text(name, 2000) for name in _READ if work.text(name)},
            "classes": _classes(work.site),
            "next_station": to,
            "new_visit": fresh(work.site),
            "job": fresh(work.site),
            "typed": {},
        },
    )


async def _of_slip(work: Work) -> Go:
    if work.site.reenter is None:
        raise Problem("search.no_registry", field="code")
    try:
        visit = await work.site.reenter(work.text("code", 500))
    except SlipUnknown as unknown:
        raise Problem(f"search.{unknown.reason}", field="code") from unknown
    return Go(to=f"?visit={visit}")


async def check_in(work: Work) -> Go:
    """Give the number."""
    newcomer = read_newcomer(work)
    ids = [work.text(name) for name in ("once", "new_visit", "job")]
    if not all(_UUID.match(each) for each in ids):
        raise Problem("refused.bad_value")
    event, visit, job = ids
    number = work.site.being_given(newcomer.person or "")
    if number is not None:
        raise Problem("check_in.just_given", number=number)
    slips, masked = work.site.slips, masked_name(newcomer.identity.name) or None
    command = CheckInAtDesk(
        visit=visit,
        event=event,
        staff=work.staff.login,
        document=newcomer.identity.document,
        person=newcomer.person,
        sealed=work.site.keys.seal(encode_identity(newcomer.identity), event),
        print_job=job if slips.prints else "",
        warnings=newcomer.warnings,
        exception=newcomer.exception,
        standing=newcomer.match.standing.value if newcomer.match else "",
        desk=_where(work, newcomer),
        differences=tuple(each.field for each in newcomer.match.differences)
        if newcomer.match
        else (),
        companion_of=_companion(work),
        guardian=work.text("guardian") == "yes",
        priority=_priority(work),
        appointment=(newcomer.match.appointment or "") if newcomer.match else "",
    )
    if not slips.prints:
        return Go([command], to=f"{work.place.path}/slip/{{visit}}")

    def send(done: Visit | None) -> None:
        if done is not None:
            slips.send(done, job, masked)

    return Go([command], did="checked_in", to=f"?visit={visit}", then=send)


def _where(work: Work, newcomer: Newcomer) -> str:
    """Return where the slip sends the person: onward at once, where this desk looked at them already."""
    to = following(work.site.state.policy.stations, work.place.station.id)
    if work.text("then") == "on" and to is not None:
        return to.name
    return newcomer.match.desk if newcomer.match else ""


def _companion(work: Work) -> str | None:
    ticket = "".join(work.text("companion", 16).split()).upper()
    if not ticket:
        return None
    found = work.site.state.with_ticket(ticket)
    if not found:
        raise Problem("check_in.no_companion", field="companion", number=ticket)
    return found[0].id


def _priority(work: Work) -> str:
    chosen = work.text("priority", 40)
    return chosen if chosen in work.site.state.policy.head_start_minutes else ""


def _classes(site: DeskSite) -> Sequence[str]:
    return [name for name in site.state.policy.head_start_minutes if name != "appointed"]


async def slip_again(work: Work) -> Go:
    """Print a slip again, or show it."""
    visit = work.must_visit
    if not work.site.slips.prints:
        return Go(to=f"{work.place.path}/slip/{visit.id}")
    identity = work.site.people.identity(visit)
    masked = masked_name(identity.name if identity else None) or None

    def send(_: Visit | None) -> None:
        work.site.slips.send(visit, "", masked)

    return Go(did="slip", to=f"?visit={visit.id}", then=send)


async def correction(work: Work) -> Go:
    """Print once more what differs between card and list, or show it."""
    visit, slips = work.must_visit, work.site.slips
    before = person_of(work.site, visit)
    differences = before.listed.differences if before.listed else ()
    if not differences:
        raise Problem("reception.nothing_differs")
    if not slips.prints:
        return Go(to=f"{work.place.path}/correction/{visit.id}")

    def send(_: Visit | None) -> None:
        slips.correct(visit, masked_name(before.name) or None, differences)

    return Go(did="correction", to=f"?visit={visit.id}", then=send)


def routes(site: DeskSite) -> Sequence[BaseRoute]:
    """Return the pages that show a slip or a complaint's number."""
    pages = DeskPages(site)

    async def shown(request: Request, staff: Staff, template: str) -> Response:
        place = place_of(request, site.state)
        visit = site.state.visits.get(request.path_params.get("visit", ""))
        number = request.path_params.get("number", "")
        if place is None or (visit is None and not number.isalnum()):
            return RedirectResponse("/desk", status_code=303)
        values: dict[str, Any] = {"place": place, "number": number}
        if visit is not None:
            await site.people.refresh()
            values |= _slip(site, visit, pages.station_name(visit.station))
        return pages.page(request, staff, template, **values)

    async def slip(request: Request, staff: Staff) -> Response:
        return await shown(request, staff, "desk_slip.html")

    async def differing(request: Request, staff: Staff) -> Response:
        return await shown(request, staff, "desk_correction.html")

    async def complaint(request: Request, staff: Staff) -> Response:
        return await shown(request, staff, "desk_complaint.html")

    def for_reception(endpoint: StaffEndpoint, *more: Role) -> Endpoint:
        return site.entry.for_roles(endpoint, Role.RECEPTION, *more)

    return [
        Route("/desk/{station}/{desk}/slip/{visit}", for_reception(slip)),
        Route("/desk/{station}/{desk}/correction/{visit}", for_reception(differing)),
        Route(
            "/desk/{station}/{desk}/complaint/{number}", for_reception(complaint, Role.OBSERVATION)
        ),
        *desk_certificates.routes(site),
    ]


def _slip(site: DeskSite, visit: Visit, stage: str) -> Mapping[str, Any]:
    now = site.clock.now()
    before = person_of(site, visit)
    return {
        "visit": visit,
        "stage": stage,
        "qr": site.slips.sign(visit.ticket, visit.id, stage, moment_of(site.clock)),
        "masked": masked_name(before.name),
        "differences": before.listed.differences if before.listed else (),
        "printed_at": now.astimezone(site.zone).strftime("%H:%M %d/%m/%Y"),
    }


def show(sight: Sight) -> Mapping[str, Any]:
    """Return what the template gets besides the shell's values."""
    return {
        "subjects": [(each.value, sight.t(f"subject.{each.value}")) for each in Subject],
        "me": sight.staff.login,
        "prints": sight.site.slips.prints,
        **desk_certificates.show(sight),
    }


RECEPTION: Final = DeskKind(
    kind="reception",
    roles=(Role.RECEPTION,),
    show=show,
    actions={
        "read": read,
        "check-in": check_in,
        "slip": slip_again,
        "correction": correction,
        "complain": complain,
        **desk_certificates.ACTIONS,
        **desk_certificates_of.ACTIONS,
    },
    fields=("how", "name", "birth_year", "sex", "why", "answers_for", "companion", "subject"),
    routes=routes,
)

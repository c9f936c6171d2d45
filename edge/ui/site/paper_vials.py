"""Vials that were opened, emptied and thrown away on paper, keyed in afterwards: each once, at its hour."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from edge.domain.paper_pack import discard_of, is_pack, vial_of
from edge.domain.queue.commands import DiscardVial, OpenVial
from edge.domain.queue.vials import Vial
from edge.domain.staff import Staff
from edge.ui.site.desk_model import DeskSite, Problem, Work
from edge.ui.site.desk_pages import DeskPages
from edge.ui.site.desk_vials import MOST_DOSES, REASONS
from edge.ui.site.forms import read_form
from edge.ui.site.paper_common import (
    UNPROCESSABLE,
    Difference,
    Differs,
    as_written,
    do,
    keyed_in,
    when,
    work_of,
)

PATH = "/paper/vials"
_KEPT = ("pack", "day", "vaccine", "lot", "expiry", "doses")


class PaperVials:
    """The endpoints where the paper's list of vials is keyed in."""

    def __init__(self, site: DeskSite, site_id: str, pages: DeskPages) -> None:
        """Take the site's id: what was thrown away has its id from it."""
        self._site = site
        self._site_id = site_id
        self._pages = pages

    async def ask(self, request: Request, staff: Staff) -> Response:
        """Show a form for the next vial; what vials usually share stays."""
        kept = {name: request.query_params.get(name, "")[:120] for name in _KEPT}
        typed = {name: text for name, text in kept.items() if text}
        return self._form(request, staff, typed, done=request.query_params.get("did", "")[:16])

    async def take(self, request: Request, staff: Staff) -> Response:
        """Take a vial in; what is there already stays, and where the paper says something else it is told."""
        form = {key: text.strip() for key, text in (await read_form(request)).items()}
        work = work_of(self._site, request, staff, form)
        again = partial(self._form, request, staff, form)
        name = await keyed_in(work, self._keyed(work), again)
        if isinstance(name, Response):
            return name
        kept = urlencode({"did": name, **{each: work.text(each) for each in _KEPT}})
        return RedirectResponse(f"{PATH}?{kept}", status_code=303)

    async def _keyed(self, work: Work) -> str:
        name, opening = _name(work), None
        stands = self._site.state.vials.get(name)
        opened, discarded = when(work, "opened"), when(work, "discarded")
        if stands is None:
            opening = _opening(work, name, opened)
        discarding = self._discarding(work, name, discarded or opened)
        if stands is not None:
            found = _differences(work, stands, opened, discarding)
            if found:
                raise Differs(name, found)
        for command in (opening, discarding):
            if command is not None:
                await do(self._site, command)
        return name

    def _discarding(self, work: Work, name: str, at: str) -> DiscardVial | None:
        if not work.text("discard_doses"):
            return None
        if not at:
            raise Problem("paper.no_time", field="discarded")
        reason = work.need("discard_reason", "problem.discard_reason")
        if reason not in REASONS:
            raise Problem("problem.discard_reason", field="discard_reason")
        return DiscardVial(
            vial=name,
            doses=work.number("discard_doses", "problem.discard_doses", 1, MOST_DOSES),
            reason=reason,
            staff=work.staff.login,
            event=discard_of(self._site_id, name, at[:10]),
            seen=work.seen,
            happened_at=at,
        )

    def _form(
        self,
        request: Request,
        staff: Staff,
        typed: dict[str, str],
        *,
        problem: str = "",
        field: str = "",
        done: str = "",
        warnings: Sequence[str] = (),
        differs: Sequence[Difference] = (),
    ) -> Response:
        clock, policy = self._site.clock, self._site.state.policy
        today = clock.now().astimezone(self._site.zone).date().isoformat()
        return self._pages.page(
            request,
            staff,
            "paper_vials.html",
            status=UNPROCESSABLE if problem or warnings or differs else 200,
            typed={"day": today if clock.clock_ok() else "", **typed},
            problem=problem,
            problem_field=field,
            warnings=warnings,
            differs=differs,
            done=done,
            reasons=REASONS,
            vaccines=[each.name for each in policy.vaccines],
        )


def _name(work: Work) -> str:
    text, pack = work.need("vial", "problem.vial_id", 16), "".join(work.text("pack", 20).split())
    pack = pack.upper().replace("-", "")
    if text.isdecimal() and not is_pack(pack):
        raise Problem("paper.no_pack", field="pack")
    return vial_of(pack, text)


def _opening(work: Work, name: str, opened: str) -> OpenVial:
    if not opened:
        raise Problem("paper.no_time", field="opened")
    return OpenVial(
        vial=name,
        vaccine=work.need("vaccine", "problem.vaccine", 120),
        lot=work.need("lot", "problem.lot", 40).upper(),
        expiry=work.text("expiry", 10),
        doses=work.number("doses", "problem.vial_doses", 1, MOST_DOSES),
        staff=work.staff.login,
        seen=work.seen,
        happened_at=opened,
    )


def _differences(
    work: Work, stands: Vial, opened: str, discarding: DiscardVial | None
) -> list[Difference]:
    """Return what was typed and is not what stands; of a vial opened at a table its hour does not."""
    told = [
        Difference("field.vial_vaccine", stands.vaccine, work.text("vaccine", 120)),
        Difference("field.vial_lot", stands.lot, work.text("lot", 40).upper()),
        Difference(
            "field.vial_expiry", as_written(stands.expiry), as_written(work.text("expiry", 10))
        ),
        Difference("field.vial_doses", str(stands.doses), work.text("doses")),
    ]
    if stands.happened_at:
        told.append(Difference("paper.opened_at", stands.happened_at[11:16], opened[11:16]))
    if discarding is not None and discarding.event in stands.discards:
        typed = str(discarding.doses)
        told.append(Difference("field.discard_doses", str(stands.discarded), typed))
    return [each for each in told if each.typed and each.typed != each.stands]

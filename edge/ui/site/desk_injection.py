"""Injection and data entry: the dose that was given, its vial, and corrections of what was written."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from edge.domain.queue.commands import EarlierDoses, RecordDose
from edge.domain.queue.state import SiteState
from edge.domain.queue.vials import Vial
from edge.domain.queue.visit import Dose
from edge.domain.staff import Role
from edge.ui.site import desk_vials
from edge.ui.site.desk_model import Answer, DeskKind, DeskSite, Go, Problem, Sight, Work
from edge.ui.site.desk_screening import onward, told
from edge.ui.site.desk_sight import Person, person_of
from edge.ui.site.staff_field import staff_named

FIELDS: Final = (
    "vial", "vaccine", "lot", "expiry", "dose_number", "injector", *desk_vials.FIELDS,
)  # fmt: skip
_MOST_DOSES = 20


def show(sight: Sight) -> Mapping[str, Any]:
    """Return what the forms about doses and vials need."""
    state, visit = sight.site.state, sight.visit
    found = {
        **desk_vials.show(sight),
        "open_vials": desk_vials.open_vials(state),
        "injectors": injectors(sight.site),
        "usual_injector": _usual_injector(sight),
        "usual_vial": _usual_vial(sight),
        "given_number": 1,
        "corrected": None,
    }
    if visit is not None:
        found["given_number"] = _expected(person_of(sight.site, visit))
        found["corrected"] = _dose(visit.doses, sight.typed.get("replaces", ""))
    return found


def injectors(site: DeskSite) -> Sequence[tuple[str, str]]:
    """Return who may have injected, log-in name and the name that colleagues read."""
    return sorted(site.staff_names().items())


def _expected(person: Person) -> int:
    """Return which dose this should be, from what the list says and what was given here."""
    before = (person.doses.count or 0) if person.doses else 0
    return min(_MOST_DOSES, before + len(person.visit.doses) + 1)


def _usual_injector(sight: Sight) -> str:
    """Return who probably injected: whoever works at the table; else whom this desk named last."""
    if sight.place.station.kind == "injection":
        return sight.staff.login
    mine = [dose for dose in _doses(sight.site.state) if dose.staff == sight.staff.login]
    return max(mine, key=lambda dose: dose.event).injector if mine else ""


def _usual_vial(sight: Sight) -> str:
    """Return the vial in use here: the table's own that was opened last and still holds something."""
    mine = desk_vials.of_desk(sight.site.state, sight.place.desk)
    found = (v for v in desk_vials.open_vials(sight.site.state) if v in mine and not v.from_day)
    return next((vial.id for vial in found), "")


def _doses(state: SiteState) -> list[Dose]:
    return [dose for visit in state.visits.values() for dose in visit.doses]


def _dose(doses: Sequence[Dose], event: str) -> Dose | None:
    return next((dose for dose in doses if dose.event == event), None)


async def record(work: Work) -> Answer:
    """Write a dose down, send the person on, and call the next."""
    following = onward(work)
    return Go([_record(work, ""), *following], did=told("dose_recorded", following))


async def correct(work: Work) -> Answer:
    """Write what a dose really was; the earlier word of it stays in the journal."""
    visit = work.must_visit
    replaced = _dose(visit.doses, work.form.get("replaces", ""))
    if replaced is None:
        raise Problem("problem.no_such_dose")
    return Go([_record(work, replaced.event)], did="dose_corrected", to=f"?visit={visit.id}")


def _record(work: Work, replaces: str) -> RecordDose:
    visit = work.must_visit
    vial = _vial(work)
    return RecordDose(
        visit=visit.id,
        vaccine=vial.vaccine if vial else work.need("vaccine", "problem.vaccine", 120),
        lot=vial.lot if vial else work.need("lot", "problem.lot", 40).upper(),
        expiry=vial.expiry if vial else work.text("expiry", 10),
        dose_number=work.number("dose_number", "problem.dose_number", 1, _MOST_DOSES),
        injector=staff_named(work, "injector", "problem.injector"),
        staff=work.staff.login,
        vial=vial.id if vial else "",
        earlier=_earlier(person_of(work.site, visit)),
        seen=work.seen,
        replaces=replaces,
        version=work.version,
    )


def _vial(work: Work) -> Vial | None:
    name = work.text("vial", 64)
    vial = work.site.state.vials.get(name)
    if name and vial is None:
        raise Problem("refused.unknown_vial", field="vial")
    return vial


def _earlier(person: Person) -> EarlierDoses | None:
    """Return what list and certificate say of doses before today, for the doubts about this one.

    Where they differ, the more doses and the later day: it is a warning, which staff may pass.
    """
    listed, told = person.doses, person.earlier.told if person.earlier else None
    counts = [listed.count if listed else None, told.dose if told else None]
    days = [listed.days if listed else None, told.days_since if told else None]
    if listed is None and told is None:
        return None
    return EarlierDoses(
        count=max((each for each in counts if each is not None), default=None),
        days=min((each for each in days if each is not None), default=None),
    )


INJECTION: Final = DeskKind(
    kind="injection",
    roles=(Role.INJECTION,),
    show=show,
    actions={"dose": record, "correct": correct, **desk_vials.ACTIONS},
    fields=FIELDS,
)
DATA_ENTRY: Final = DeskKind(
    kind="data_entry",
    roles=(Role.DATA_ENTRY,),
    show=show,
    actions={"dose": record, "correct": correct, **desk_vials.ACTIONS},
    fields=FIELDS,
)

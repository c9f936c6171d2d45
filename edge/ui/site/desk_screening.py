"""Screening: the ministry's ten questions, the temperature, and what the doctor concludes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from edge.domain.queue.commands import Command, Finish, RecordScreening
from edge.domain.queue.visit import Visit
from edge.domain.screening import FEVER_TENTHS, QUESTIONS, doubts
from edge.domain.staff import Role
from edge.ui.site.desk_common import call_next
from edge.ui.site.desk_doubts import ask_first
from edge.ui.site.desk_model import Answer, DeskKind, Go, Problem, Sight, Work, fresh
from edge.ui.site.desk_sight import is_mine
from protocol.site_events import Conclusion, ScreeningForm

ANSWERS: Final = tuple(f"answer_{number}" for number in range(1, QUESTIONS + 1))
CONCLUSIONS: Final[tuple[Conclusion, ...]] = get_args(Conclusion)
FIELDS: Final = ("conclusion", "celsius", *ANSWERS, "note")
_YES_NO: Final[Mapping[str, bool]] = {"yes": True, "no": False}
_CELSIUS = re.compile(r"([23456789]\d)(?:[.,](\d))?|(\d{2})(\d)")
_LEAST_TENTHS, _MOST_TENTHS = 300, 440
_NOTE_MOST = 500


def show(sight: Sight) -> Mapping[str, Any]:
    """Return the questions, and what was answered before where this screening is corrected."""
    visit = sight.visit
    before = form_of(sight, visit) if visit else None
    return {
        "questions": ANSWERS,
        "conclusions": CONCLUSIONS,
        "fever_tenths": FEVER_TENTHS,
        "answered": _as_typed(before, visit),
        "form_unreadable": bool(visit and visit.screening_event and before is None),
    }


def form_of(sight: Sight, visit: Visit) -> ScreeningForm | None:
    """Return the screening form of a visit; None while locked, or where there is none."""
    if not visit.screening_event:
        return None
    return sight.site.people.form(visit.screening_event, ScreeningForm)


def _as_typed(form: ScreeningForm | None, visit: Visit | None) -> Mapping[str, str]:
    """Return a form as its fields would hold it."""
    found: dict[str, str] = {"conclusion": (visit.conclusion or "") if visit else ""}
    if form is None:
        return found
    words = {True: "yes", False: "no", None: ""}
    found |= {name: words[answer] for name, answer in zip(ANSWERS, form.answers, strict=False)}
    if form.celsius_tenths is not None:
        found["celsius"] = f"{form.celsius_tenths / 10:.1f}".replace(".", ",")
    return found | {"note": form.note}


async def conclude(work: Work) -> Answer:
    """Write the form down, send the person on as it concludes, and call the next."""
    visit = work.must_visit
    conclusion = _conclusion(work)
    form = read_screening(work)
    found = doubts(form, conclusion)
    if not set(found) <= set(work.seen):
        return ask_first(work, "screening", found, FIELDS)
    event = fresh(work.site)
    record = RecordScreening(
        visit=visit.id,
        conclusion=conclusion,
        staff=work.staff.login,
        event=event,
        sealed=work.site.people.seal_form(form, event),
        replaces=visit.screening_event,
        version=work.version,
    )
    following = onward(work)
    return Go([record, *following], did=told("screened", following))


def onward(work: Work) -> Sequence[Command]:
    """Return what follows a record at a desk: its person goes on, and the next is called, if wanted."""
    visit = work.must_visit
    if not is_mine(visit, work.place):
        return ()
    finish = Finish(visit=visit.id, staff=work.staff.login, version=work.version)
    return (finish, call_next(work)) if work.form.get("then") != "pause" else (finish,)


def told(did: str, following: Sequence[Command]) -> str:
    """Return the word for a record by what followed it: nobody is told of a call that was not made."""
    if not following:
        return f"{did}_only"
    return did if len(following) > 1 else f"{did}_paused"


def _conclusion(work: Work) -> Conclusion:
    text = work.need("conclusion", "problem.conclusion")
    for each in CONCLUSIONS:
        if each == text:
            return each
    raise Problem("problem.conclusion", field="conclusion")


def read_screening(work: Work) -> ScreeningForm:
    """Return the form as it was filled in.

    Raises:
        Problem: The temperature is none.
    """
    return ScreeningForm(
        answers=tuple(_YES_NO.get(work.form.get(name, "")) for name in ANSWERS),
        celsius_tenths=_tenths(work.text("celsius", 12)),
        note=work.text("note", _NOTE_MOST),
    )


def _tenths(text: str) -> int | None:
    """Return tenths of a degree of ``36,8``, ``36.8``, ``368`` or ``37``; None of nothing."""
    if not text:
        return None
    found = _CELSIUS.fullmatch(text.removesuffix("°C").strip())
    if found is None:
        raise Problem("problem.celsius", field="celsius")
    tenths = int((found[1] or found[3]) + (found[2] or found[4] or "0"))
    if not _LEAST_TENTHS <= tenths <= _MOST_TENTHS:
        raise Problem("problem.celsius", field="celsius")
    return tenths


SCREENING: Final = DeskKind(
    kind="screening",
    roles=(Role.SCREENING,),
    show=show,
    actions={"screening": conclude},
    fields=FIELDS,
)

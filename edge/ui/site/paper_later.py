"""What was done on paper after a person came: as commands, and where it is not what stands already."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from edge.domain.dose_hint import dose_hint
from edge.domain.paper_pack import PaperSlip, vial_of
from edge.domain.queue.commands import (
    Command,
    EarlierDoses,
    LetGo,
    RecordDose,
    RecordScreening,
    StartObservation,
)
from edge.domain.queue.timeline import instant
from edge.domain.queue.visit import Visit
from edge.domain.roster import Match
from edge.ui.site.desk_model import DeskSite, Problem, Work, fresh
from edge.ui.site.desk_observation import EARLY_REASONS
from edge.ui.site.newcomer import Newcomer
from edge.ui.site.paper_common import Difference, as_written
from edge.ui.site.staff_field import staff_named
from protocol.documents.names import clean_name
from protocol.site_events import Conclusion

CONCLUSIONS: Final[tuple[Conclusion, ...]] = (
    "eligible",
    "deferred",
    "to_hospital",
    "contraindicated",
)
USUAL: Final = ("vial", "vaccine", "lot", "expiry", "injector")
"""Fields that a new form has from the slip before; by themselves they mean no dose."""
_COMPLETED: Final = "completed"
_MOST_DOSES: Final = 9
_BETWEEN: Final = "|"


def usual(site: DeskSite, login: str) -> dict[str, str]:
    """Return what the next slip probably shares with the last one that ``login`` keyed in."""
    doses = [dose for visit in site.state.visits.values() for dose in visit.doses]
    mine = [dose for dose in doses if dose.staff == login and dose.happened_at]
    if not mine:
        return {}
    last = max(mine, key=lambda dose: dose.event)
    found = {"vial": last.vial, "injector": last.injector}
    if last.vial not in site.state.vials:
        found |= {"vaccine": last.vaccine, "lot": last.lot, "expiry": last.expiry}
    return found | {"usual": _BETWEEN.join(found.get(name, "") for name in USUAL)}


def has_dose(work: Work) -> bool:
    """Return whether a dose is meant: its hour or number, or more than what was there from the last slip."""
    typed = [work.text(name) for name in USUAL]
    told = work.text("given") or work.text("dose_number")
    return bool(told) or (any(typed) and _BETWEEN.join(typed) != work.text("usual"))


def later(
    work: Work, slip: PaperSlip, times: Mapping[str, str], match: Match | None
) -> Iterator[Command]:
    """Yield what was done for the person after they came, in its order."""
    staff = work.staff.login
    conclusion = work.text("conclusion", 20)
    if conclusion in CONCLUSIONS:
        yield RecordScreening(
            visit=slip.visit,
            conclusion=conclusion,
            staff=staff,
            event=fresh(work.site),
            happened_at=times["screened"] or times["came"],
        )
    if has_dose(work):
        yield _dose(work, slip, times["given"], match)
        yield StartObservation(visit=slip.visit, staff=staff, happened_at=times["given"])
    if times["left"]:
        yield LetGo(visit=slip.visit, staff=staff, reason=_reason(work), happened_at=times["left"])


def is_written(visit: Visit, command: Command) -> bool:
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


def differences(
    work: Work, visit: Visit, newcomer: Newcomer, times: Mapping[str, str], commands: list[Command]
) -> list[Difference]:
    """Return what was typed and is not what stands: none of it would be written."""
    told = [Difference("paper.came_at", visit.happened_at, times["came"])]
    told += _of_person(work, visit, newcomer)
    for command in commands:
        if is_written(visit, command):
            told += _of(work, visit, command)
    found = [_in_words(work.site, each) for each in told if each.typed]
    return [each for each in found if each.stands != each.typed]


def _of_person(work: Work, visit: Visit, newcomer: Newcomer) -> list[Difference]:
    who, typed = work.site.people.identity(visit), newcomer.identity
    if who is None:
        return []
    name, year = clean_name(work.text("name", 120)) or "", work.text("birth_year", 4)
    same = name.casefold() == (who.name or "").casefold()
    return [
        Difference("check_in.number", who.number or "", typed.number or ""),
        Difference("field.name", who.name or "", "" if same else name),
        Difference("field.birth_year", (who.birth or "")[:4], year),
    ]


def _of(work: Work, visit: Visit, command: Command) -> list[Difference]:
    match command:
        case RecordScreening():
            at = command.happened_at if work.text("screened") else ""
            return [
                Difference(
                    "field.conclusion", visit.conclusion or "", command.conclusion, "paper."
                ),
                Difference("paper.screened_at", visit.screened_at, at),
            ]
        case RecordDose():
            return _of_dose(visit, command)
        case LetGo():
            word, value = "paper.left_early", "value.leave_reason."
            return [
                Difference("paper.left_at", visit.left_at, command.happened_at),
                Difference(word, visit.leave_reason, command.reason, value),
            ]
        case _:
            return []


def _of_dose(visit: Visit, command: RecordDose) -> list[Difference]:
    stands = visit.doses[-1]
    return [
        Difference("field.vial", stands.vial, command.vial),
        Difference("field.vaccine", stands.vaccine, command.vaccine),
        Difference("field.lot", stands.lot, command.lot),
        Difference("field.expiry", as_written(stands.expiry), as_written(command.expiry)),
        Difference("field.dose_number", str(stands.number), str(command.dose_number)),
        Difference("field.injector", stands.injector, command.injector),
        Difference("paper.given_at", stands.happened_at, command.happened_at),
    ]


def _in_words(site: DeskSite, told: Difference) -> Difference:
    """Return times as people write them."""
    stands, typed = instant(told.stands), instant(told.typed)
    if typed is None:
        return told
    shape = "%H:%M %d/%m/%Y"
    return Difference(
        told.word,
        stands.astimezone(site.zone).strftime(shape) if stands else "",
        typed.astimezone(site.zone).strftime(shape),
    )


def _dose(work: Work, slip: PaperSlip, given: str, match: Match | None) -> RecordDose:
    if not given:
        raise Problem("paper.no_time", field="given")
    name = vial_of(slip.pack, work.text("vial", 64))
    vial = work.site.state.vials.get(name)
    of_vial = (vial.vaccine, vial.lot, vial.expiry) if vial else ("", "", "")
    return RecordDose(
        visit=slip.visit,
        vaccine=work.text("vaccine", 120) or of_vial[0] or work.need("vaccine", "problem.vaccine"),
        lot=work.text("lot", 40).upper() or of_vial[1] or work.need("lot", "problem.lot"),
        expiry=work.text("expiry", 10) or of_vial[2],
        dose_number=work.number("dose_number", "problem.dose_number", 1, _MOST_DOSES),
        injector=staff_named(work, "injector", "problem.injector"),
        staff=work.staff.login,
        vial=name,
        earlier=_earlier(match, given),
        seen=work.seen,
        happened_at=given,
    )


def _earlier(match: Match | None, given: str) -> EarlierDoses | None:
    """Return what the list says of doses before the paper's day."""
    hint = dose_hint(match, date.fromisoformat(given[:10]))
    return None if hint is None else EarlierDoses(count=hint.count, days=hint.days)


def _reason(work: Work) -> str:
    reason = work.text("reason", 80) or _COMPLETED
    if reason not in (_COMPLETED, *EARLY_REASONS):
        raise Problem("problem.leave_reason", field="reason")
    return reason

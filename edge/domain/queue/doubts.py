"""Doubts about a dose or a vial: told to staff before it is written, passed by naming them; never a bar."""

from edge.domain.queue.commands import DiscardVial, OpenVial, RecordDose
from edge.domain.queue.day import day_of
from edge.domain.queue.policy import Policy, Vaccine
from edge.domain.queue.state import SiteState
from edge.domain.queue.vials import Vial
from edge.domain.queue.visit import Visit


def of_dose(state: SiteState, visit: Visit, command: RecordDose) -> tuple[str, ...]:
    """Return the codes of what is doubtful about a dose, in the order in which they are shown."""
    vaccine = _vaccine(state.policy, command.vaccine)
    doubts = {
        "not_eligible": visit.conclusion not in (None, "eligible"),
        "not_screened": visit.conclusion is None,
        "dose_repeated": any(dose.event != command.replaces for dose in visit.doses),
        "vaccine_unknown": bool(state.policy.vaccines) and vaccine is None,
        "lot_of_other_vaccine": _lot_disagrees(state, command.vaccine, command.lot),
        "expired": _expired(command.expiry, day_of(state, command.happened_at)),
    }
    found = [name for name, doubtful in doubts.items() if doubtful]
    return (*found, *_of_its_vial(state, visit, command), *_of_earlier(vaccine, command))


def _of_its_vial(state: SiteState, visit: Visit, command: RecordDose) -> list[str]:
    if not command.vial:
        return []
    vial = state.vials.get(command.vial)
    if vial is None:
        return ["vial_unknown"]
    day = day_of(state, command.happened_at)
    own = sum(dose.vial == vial.id and dose.event == command.replaces for dose in visit.doses)
    doubts = {
        "vial_of_other_vaccine": (vial.vaccine, vial.lot) != (command.vaccine, command.lot),
        "vial_empty": vial.left + own < 1,
        "vial_of_day_before": vial.from_day not in ("", day),
        "expired": _expired(vial.expiry, day) and not _expired(command.expiry, day),
    }
    return [name for name, doubtful in doubts.items() if doubtful]


def _of_earlier(vaccine: Vaccine | None, command: RecordDose) -> list[str]:
    """Return hints from earlier doses; the doctor decides."""
    earlier = command.earlier
    if earlier is None:
        return []
    doubts = {
        "dose_number_unexpected": earlier.count is not None
        and command.dose_number != earlier.count + 1,
        "interval_too_short": _too_soon(vaccine, earlier.days),
        "course_complete": vaccine is not None
        and vaccine.doses is not None
        and command.dose_number > vaccine.doses,
    }
    return [name for name, doubtful in doubts.items() if doubtful]


def _too_soon(vaccine: Vaccine | None, days: int | None) -> bool:
    if vaccine is None or vaccine.interval_days is None or days is None:
        return False
    return days < vaccine.interval_days


def of_opening(state: SiteState, command: OpenVial) -> tuple[str, ...]:
    """Return the codes of what is doubtful about a vial that is opened."""
    known = _vaccine(state.policy, command.vaccine)
    doubts = {
        "vaccine_unknown": bool(state.policy.vaccines) and known is None,
        "lot_of_other_vaccine": _lot_disagrees(state, command.vaccine, command.lot),
        "expired": _expired(command.expiry, day_of(state, command.happened_at)),
    }
    return tuple(name for name, doubtful in doubts.items() if doubtful)


def of_discarding(vial: Vial, command: DiscardVial) -> tuple[str, ...]:
    """Return the codes of what is doubtful about doses that are thrown away."""
    return ("more_than_opened",) if command.doses > vial.left else ()


def unbalanced(state: SiteState) -> list[Vial]:
    """Return the vials of which given and discarded are not what was opened, by their ids."""
    return sorted((vial for vial in state.vials.values() if vial.left != 0), key=lambda v: v.id)


def of_closing(state: SiteState) -> tuple[str, ...]:
    """Return the codes of what is open when a day is closed."""
    people, vials = state.open_visits() > 0, bool(unbalanced(state))
    return (*(["visits_open"] if people else []), *(["vials_open"] if vials else []))


def _vaccine(policy: Policy, name: str) -> Vaccine | None:
    return next((each for each in policy.vaccines if each.name == name), None)


def _lot_disagrees(state: SiteState, vaccine: str, lot: str) -> bool:
    """Return whether the lot is known as another vaccine's and not as this one's."""
    listed = {each.name for each in state.policy.vaccines if lot in each.lots}
    opened = {vial.vaccine for vial in state.vials.values() if vial.lot == lot}
    known = listed or opened
    return bool(known) and vaccine not in known


def _expired(expiry: str, day: str) -> bool:
    """Return whether a vial is past its date; ISO dates are ordered as texts are."""
    return bool(expiry and day) and expiry < day

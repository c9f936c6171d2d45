"""Puts a visit into the state so that everything that is looked up agrees with it."""

from edge.domain.queue.line import Came, Place
from edge.domain.queue.persons import changed, regrouped
from edge.domain.queue.policy import APPOINTED, CHILD, Policy
from edge.domain.queue.state import SiteState
from edge.domain.queue.visit import Phase, Visit


def put(state: SiteState, visit: Visit) -> None:
    """Put the newest record of a visit, and whoever's place depends on it."""
    before = state.visits.get(visit.id)
    _put_one(state, visit)
    if before is None or _regroups(before, visit):
        _regroup_several(state, visit.person)
    if before is None or _moves_family(before, visit):
        _place_family(state, visit)


def class_of(visit: Visit) -> str:
    """Return the class that a visit goes as."""
    if visit.priority or visit.priority_reason:
        return visit.priority
    if visit.guardian:
        return CHILD
    return APPOINTED if visit.appointment_kept else ""


def head_start_ms(visit: Visit, policy: Policy) -> int:
    """Return by how much a visit's class lets it stand earlier; a class nobody knows by nothing."""
    return policy.head_start_minutes.get(class_of(visit), 0) * 60_000


def _put_one(state: SiteState, visit: Visit) -> None:
    before = state.visits.get(visit.id)
    state.visits[visit.id] = visit
    if before is not None:
        _take_out(state, before, visit)
    else:
        state.tickets.setdefault(visit.ticket, {})[visit.id] = None
    if visit.is_open:
        state.present[visit.station][visit.id] = None
    if visit.phase is Phase.CALLED:
        state.called.setdefault((visit.station, visit.desk), {})[visit.id] = None
    if visit.phase is Phase.WAITING and visit.is_open and not visit.passed_over:
        state.lines[visit.station].put(_place(state, visit), _came(visit))


def _take_out(state: SiteState, before: Visit, after: Visit) -> None:
    """Take a visit out of where it was and is no more."""
    if before.station != after.station or not after.is_open:
        state.present[before.station].pop(before.id, None)
    if before.phase is Phase.CALLED:
        state.called[before.station, before.desk].pop(before.id, None)
    leaves = after.phase is not Phase.WAITING or after.passed_over
    if leaves or before.station != after.station:
        state.lines[before.station].take(before.id)


def _came(visit: Visit) -> Came:
    return (visit.entered_ms, *visit.order, visit.id)


def _place(state: SiteState, visit: Visit) -> Place:
    since, best = visit.entered_ms, head_start_ms(visit, state.policy)
    if not state.families.is_alone(visit.root):
        members = state.families.of(visit.root)
        best = max(head_start_ms(state.visits[each], state.policy) for each in members)
        since = state.families.since_ms(visit.root, visit.station, since)
    root = state.visits.get(visit.root, visit)
    return (since - best, *root.order, *visit.order, visit.id)


def _regroups(before: Visit, after: Visit) -> bool:
    return (before.person, before.is_open, before.touched) != (
        after.person,
        after.is_open,
        after.touched,
    )


def regroup(state: SiteState, person: str | None) -> None:
    """Link the visits of ``person`` anew, and let the right one of them stand in its line."""
    group = state.persons.of(person)
    if group:
        for each in changed(state.visits, regrouped([state.visits[each] for each in group])):
            _put_one(state, each)


def _regroup_several(state: SiteState, person: str | None) -> None:
    """Link anew where there is something to link: nearly everybody comes once."""
    if len(state.persons.of(person)) > 1:
        regroup(state, person)


def _moves_family(before: Visit, after: Visit) -> bool:
    return (before.station, before.entered_ms, class_of(before)) != (
        after.station,
        after.entered_ms,
        class_of(after),
    )


def _place_family(state: SiteState, visit: Visit) -> None:
    """Place anew who came with ``visit``, and who came with it as their first one."""
    for root in {visit.root: None, visit.id: None}:
        members = state.families.of(root)
        if len(members) > 1 or root != visit.root:
            for each in members:
                _put_one(state, state.visits[each])

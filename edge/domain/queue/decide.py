"""What a command comes to: events to journal, or a refusal. Changes nothing itself."""

from edge.domain.queue import of_day, of_visit
from edge.domain.queue.commands import CallNext, CheckInAtDesk, Command, SiteCommand
from edge.domain.queue.fits import misfit
from edge.domain.queue.outcome import Planned, Refused
from edge.domain.queue.state import SiteState


def decide(state: SiteState, command: Command, now_ms: int) -> list[Planned] | Refused:
    """Return the events that ``command`` leads to, in their order, or why it leads to none.

    Args:
        now_ms: Now, on the site's timeline (``SiteState.now_ms``).
    """
    if not command.staff:
        return Refused("staff_missing")
    planned = _decide(state, command, now_ms)
    if isinstance(planned, Refused):
        return planned
    return misfit(planned) or planned


def _decide(state: SiteState, command: Command, now_ms: int) -> list[Planned] | Refused:
    if isinstance(command, CallNext):
        return of_day.call_next(state, command)
    if isinstance(command, CheckInAtDesk):
        return of_day.check_in(state, command)
    if isinstance(command, SiteCommand):
        return of_day.decide(state, command)
    if of_visit.is_written(state, command):
        return []
    visit = of_visit.find(state, command)
    if isinstance(visit, Refused):
        return visit
    return of_visit.decide(state, visit, command, now_ms)

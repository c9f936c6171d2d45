"""Somebody wants staff: told to the site's desks at once, and shown here as soon as nobody loses a number.

The call outlives its page: who was shown it for a minute and went on waiting is still to be looked
after. It ends where somebody leaves that page by a touch, or at a desk.
"""

from dataclasses import replace

from edge.domain.commands import CallStaff, ShowScreen
from edge.domain.facts import HelpWanted
from edge.domain.reading import RESULT
from edge.domain.screen import Busy, Complained, Done, StaffWanted
from edge.domain.state import State, Step, go_home, show

NUMBER_SEEN_MS = 2_500
"""A number that came while somebody pressed stays up so long before the call is shown."""


def call_staff(state: State, wanted: HelpWanted) -> Step:
    """Return what follows when staff are called; a number that is just being made is seen first."""
    call = CallStaff(wanted=True)
    made_meanwhile = isinstance(state.screen, RESULT) and wanted.at_ms < state.since_ms
    if isinstance(state.screen, Busy) or made_meanwhile:
        return replace(state, calling=True), [call]
    state, shown = _shown(state, wanted.at_ms)
    return state, [call, *shown]


def show_call(state: State, now_ms: int) -> Step:
    """Return what follows from a call that could not be shown at once, now that time went by."""
    unseen = isinstance(state.screen, RESULT) and now_ms - state.since_ms < NUMBER_SEEN_MS
    if not state.calling or unseen or isinstance(state.screen, Busy):
        return state, []
    return _shown(state, now_ms)


def told(state: State) -> Step:
    """Return what follows when the site's desks show the call."""
    if not isinstance(state.screen, StaffWanted) or state.screen.told:
        return state, []
    screen = replace(state.screen, told=True)
    return replace(state, screen=screen), [ShowScreen(screen, still_there=state.still_there)]


def left_by_touch(before: State, after: Step) -> Step:
    """Return ``after``, with the end of the call where a touch took its page away."""
    state, commands = after
    if not isinstance(before.screen, StaffWanted) or isinstance(state.screen, StaffWanted):
        return after
    return state, [CallStaff(wanted=False), *commands]


def _shown(state: State, now_ms: int) -> Step:
    ticket = state.screen.ticket if isinstance(state.screen, Done | Complained) else None
    if not state.verifies:
        state, _ = go_home(state, now_ms)
    return show(replace(state, calling=False), StaffWanted(ticket=ticket), now_ms)

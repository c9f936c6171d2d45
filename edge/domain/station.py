"""A kiosk that staff make a verify station for a while, from a desk: begun and ended while nobody is served.

Nothing of it is kept: it ends by itself, by a touch, from the desk, and with the program.
"""

from dataclasses import replace

from edge.domain.facts import StationAsked
from edge.domain.screen import Attract, OutOfOrder, VerifyReady
from edge.domain.state import State, Step, go_home, gone
from edge.domain.view import View

IDLE_MS = 10 * 60_000
"""So long without any certificate, and the kiosk gives numbers again."""


def station_asked(state: State, asked: StationAsked) -> Step:
    """Return what follows from what somebody pressed at a desk; whoever is being served is served first."""
    if state.rules.verify_station:
        return state, []
    return begin_or_end(replace(state, verify_asked=asked.verify), asked.at_ms)


def begin_or_end(state: State, now_ms: int) -> Step:
    """Return what follows, now that time went by: the change that was asked for, or the end of idleness."""
    nobody = isinstance(state.screen, Attract | OutOfOrder | VerifyReady)
    if not nobody or state.touched_ms is not None:
        return state, []
    if state.verify_asked is not None:
        return _become(state, now_ms, verify=state.verify_asked)
    if state.verifying_ms is not None and now_ms - state.verifying_ms >= IDLE_MS:
        return give_numbers(state, now_ms)
    return state, []


def give_numbers(state: State, now_ms: int) -> Step:
    """Return what follows when a kiosk gives numbers again."""
    return _become(state, now_ms, verify=False)


def _become(state: State, now_ms: int, *, verify: bool) -> Step:
    before = state.verifying_ms is not None
    state = replace(state, verify_asked=None, verifying_ms=now_ms if verify else None)
    if verify is before:
        return state, []
    state = replace(
        gone(state),
        put_off=None,
        # What lies there was answered as what it is no more.
        view=View(),
    )
    return go_home(state, now_ms)

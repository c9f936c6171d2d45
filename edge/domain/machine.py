"""The machine's own state in the conversation: camera, aim, health, waiting time."""

from dataclasses import replace
from typing import assert_never

from edge.domain.commands import ShowScreen
from edge.domain.facts import (
    AimJudged,
    CameraFailed,
    CameraWorked,
    HealthChanged,
    Machine,
    WaitEstimated,
)
from edge.domain.outcomes import home_unless_in_use
from edge.domain.screen import Attract, HoldUp, OutOfOrder, VerifyReady
from edge.domain.state import State, Step, show
from edge.domain.time_limits import HEARD_MOST_MS


def machine_changed(state: State, fact: Machine) -> Step:
    """Return what follows when the machine says something of itself; no person loses a screen."""
    match fact:
        case AimJudged():
            return _scan_screen_again(replace(state, hint=fact.hint), fact.at_ms)
        case CameraFailed() | CameraWorked():
            state = replace(state, camera_works=isinstance(fact, CameraWorked))
            return _scan_screen_again(state, fact.at_ms)
        case HealthChanged():
            return _health(replace(state, faults=fact.faults), fact.at_ms)
        case WaitEstimated():
            return replace(state, wait=fact.minutes, wait_ms=fact.at_ms), []
        case _:
            assert_never(fact)


def _scan_screen_again(state: State, now_ms: int) -> Step:
    if not isinstance(state.screen, Attract | HoldUp | VerifyReady):
        return state, []
    screen = state.scan_screen
    if not isinstance(screen, HoldUp):
        return show(state, screen, now_ms)
    # Somebody seems to be there, as when they are spoken to; it is no touch, for it may be a passer-by.
    asked_ms = state.asked_ms if now_ms - state.since_ms > HEARD_MOST_MS else None
    state = replace(state, screen=screen, heard_ms=now_ms, asked_ms=asked_ms)
    return state, [ShowScreen(screen, still_there=state.still_there)]


def _health(state: State, now_ms: int) -> Step:
    if state.verifies:
        return state, []
    if not isinstance(state.screen, Attract | OutOfOrder):
        # Whoever is being served is told when their next step cannot be kept safe.
        return home_unless_in_use(state, now_ms) if state.fault else (state, [])
    return show(state, state.home, now_ms) if state.screen != state.home else (state, [])

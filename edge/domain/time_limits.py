"""How long a screen stays when nobody does anything, and the warning before it goes.

Source: EN 301 549, 5.1.3.6 and WCAG 2.2, 2.2.1: whoever is warned has 20 seconds to say "yes, I am
here" by any key, as often as they like.
"""

from dataclasses import replace
from typing import Final

from edge.domain.commands import Command, ShowScreen, TryJournal
from edge.domain.reading import agree
from edge.domain.screen import (
    AskGuardian,
    Asking,
    Attract,
    Busy,
    Certificates,
    ChooseSubject,
    Complained,
    Differs,
    Done,
    Doses,
    HoldUp,
    Keypad,
    NoCertificate,
    NotMe,
    OutOfOrder,
    Passport,
    Read,
    Refused,
    Screen,
    StaffWanted,
    TwoCards,
    Verified,
    VerifyReady,
    Wants,
)
from edge.domain.state import State, Step, go_home, gone

JOURNAL_RETRY_MS: Final = 15_000
WARNED_MS: Final = 20_000
"""How long before its end a screen asks whether somebody is still there."""
LEFT_MS: Final = 45_000
"""So long without a touch at the beginning, and the person who chose a language there has left."""

_NEVER = float("inf")
_SHOWN_MS: Final[dict[type[Screen], float]] = {
    Attract: _NEVER,
    Busy: _NEVER,
    OutOfOrder: _NEVER,
    VerifyReady: _NEVER,
    Verified: 10_000,
    NoCertificate: 10_000,
    TwoCards: 8_000,
    Asking: 15_000,
    Differs: 30_000,
    AskGuardian: 30_000,
    Refused: 32_000,
    NotMe: 32_000,
    Wants: 60_000,
    HoldUp: 60_000,
    ChooseSubject: 60_000,
    Keypad: 60_000,
    StaffWanted: 60_000,
    Certificates: 60_000,
    Doses: 60_000,
    Passport: 120_000,
}
# Here a person reads, types or decides, and would lose something.
_WARNS = Wants | HoldUp | Certificates | Doses | ChooseSubject | Keypad | Passport | Refused | NotMe


def time_passed(state: State, now_ms: int) -> Step:
    """Return what follows when a little time went by."""
    commands: list[Command] = []
    if state.journal_fault and now_ms - state.tried_ms >= JOURNAL_RETRY_MS:
        state = replace(state, tried_ms=now_ms)
        commands.append(TryJournal())
    state, shown = _left(state, now_ms)
    commands.extend(shown)
    stayed_ms = now_ms - state.since_ms
    if stayed_ms >= shown_for_ms(state.screen):
        state, shown = _ended(state, now_ms)
        commands.extend(shown)
    elif _should_warn(state, stayed_ms):
        state = replace(state, still_there=True)
        commands.append(ShowScreen(state.screen, still_there=True))
    return state, commands


def warns(screen: Screen) -> bool:
    """Return whether the person is asked before this screen goes."""
    return isinstance(screen, _WARNS) or (
        isinstance(screen, Done | Complained)
        and (
            # The number stands nowhere else then.
            screen.slip in {"failed", "doubtful"}
            or (isinstance(screen, Done) and bool(screen.missed))
        )
    )


def _ended(state: State, now_ms: int) -> Step:
    if isinstance(state.screen, Read | Differs | AskGuardian):
        # Nobody goes without a number for not touching the screen; of a guardian none is noted.
        return agree(state, now_ms)
    return go_home(gone(state), now_ms)


def _left(state: State, now_ms: int) -> Step:
    """Return what follows when nobody has touched the beginning for long: its person has left.

    At the beginning the kiosk cannot see who stands there. A foreigner who went back, to look for
    the passport, must not be thrown into Vietnamese meanwhile; somebody of 75 who comes up must find
    Vietnamese. The ordinary way ends with a result, and there the person is known to have gone, so
    this pause concerns only visits that were broken off.
    """
    idle = isinstance(state.screen, Attract | OutOfOrder)
    if not idle or state.touched_ms is None or now_ms - state.touched_ms < LEFT_MS:
        return state, []
    return gone(state), [ShowScreen(state.screen)]


def _should_warn(state: State, stayed_ms: int) -> bool:
    if state.still_there or not warns(state.screen):
        return False
    return stayed_ms >= shown_for_ms(state.screen) - WARNED_MS


def shown_for_ms(screen: Screen) -> float:
    """Return how long a screen stays when nobody does anything."""
    match screen:
        case Read():
            return screen.ends_ms
        case Done() | Complained():
            return _result_ms(screen)
        case _:
            return _SHOWN_MS[type(screen)]


def _result_ms(screen: Done | Complained) -> float:
    if isinstance(screen, Done) and screen.missed:
        return 45_000
    match screen.slip:
        case "printing":
            return 20_000
        case "printed":
            return 8_000 if not isinstance(screen, Done) or not screen.again else 15_000
        case _:
            return 45_000

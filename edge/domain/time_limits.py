"""How long a screen stays when nobody does anything, and the warning before it goes.

A screen's time begins when a person last touched it, and begins again for as long as it is being
read to somebody: nobody hears the end of a sentence from another screen.

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
    GoesOn,
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
HEARD_MOST_MS: Final = 120_000
"""So long after the last touch speech keeps a screen; none takes that long unless it hangs."""
DECIDING_MS: Final = 40_000
"""How long a question stays, and a card's page or its differences once somebody has touched them."""
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
    AskGuardian: DECIDING_MS,
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
_WARNS = (
    Wants | HoldUp | Certificates | Doses | ChooseSubject | Keypad | Passport | Refused | NotMe
    | AskGuardian
)  # fmt: skip


def time_passed(state: State, now_ms: int) -> Step:
    """Return what follows when a little time went by."""
    commands: list[Command] = []
    if state.journal_fault and now_ms - state.tried_ms >= JOURNAL_RETRY_MS:
        state = replace(state, tried_ms=now_ms)
        commands.append(TryJournal())
    state, shown = _left(state, now_ms)
    commands.extend(shown)
    if now_ms >= _ends_ms(state):
        state, shown = _ended(state, now_ms)
        commands.extend(shown)
    elif _should_warn(state, now_ms):
        state = replace(state, asked_ms=now_ms)
        commands.append(ShowScreen(state.screen, still_there=True))
    return state, commands


def warns(screen: Screen) -> bool:
    """Return whether the person is asked before this screen goes."""
    return isinstance(screen, _WARNS) or (
        isinstance(screen, Done | Complained)
        and (
            # The number stands nowhere else then.
            screen.slip in {"failed", "doubtful"} or _tells_of_other_slips(screen)
        )
    )


def _ended(state: State, now_ms: int) -> Step:
    if isinstance(state.screen, GoesOn):
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


def _should_warn(state: State, now_ms: int) -> bool:
    if state.still_there or not (warns(state.screen) or _is_being_decided(state)):
        return False
    return now_ms >= _ends_ms(state) - WARNED_MS


def _ends_ms(state: State) -> float:
    """Return when the screen goes, unless it is touched or read aloud meanwhile."""
    heard_ms = min(state.heard_ms, state.since_ms + HEARD_MOST_MS)
    if state.asked_ms is not None:
        # The question is read aloud, too; whoever listens has the 20 seconds after its end.
        return max(state.asked_ms, heard_ms) + WARNED_MS
    stays_ms = DECIDING_MS if _is_being_decided(state) else shown_for_ms(state.screen)
    return max(state.since_ms, heard_ms) + stays_ms


def _is_being_decided(state: State) -> bool:
    """Return whether somebody who was only shown what was read is looking for an answer."""
    return isinstance(state.screen, Read | Differs) and state.used


def shown_for_ms(screen: Screen) -> float:
    """Return how long a screen stays when nobody does anything."""
    match screen:
        case Read() | Differs():
            return screen.ends_ms
        case Done() | Complained():
            return _result_ms(screen)
        case _:
            return _SHOWN_MS[type(screen)]


def _tells_of_other_slips(screen: Done | Complained) -> bool:
    return isinstance(screen, Done) and bool(screen.missed or screen.correction)


def _result_ms(screen: Done | Complained) -> float:
    if _tells_of_other_slips(screen):
        return 45_000
    # The time begins anew when the printer is done.
    return {"printing": 30_000, "printed": 20_000}.get(screen.slip, 45_000)

"""What a person does at the screen: opens, chooses, agrees, goes back, calls staff."""

from dataclasses import replace
from typing import assert_never

from edge.domain.answers import Want
from edge.domain.certificates import at_station
from edge.domain.commands import ShowScreen
from edge.domain.facts import (
    CertificateWanted,
    CompanionAnnounced,
    Confirmed,
    Denied,
    HelpWanted,
    KeypadOpened,
    LargeTypeWanted,
    Opening,
    PassportOpened,
    PendingWanted,
    Reply,
    ReprintWanted,
    ScreenLeft,
    ScreenTouched,
    SubjectChosen,
    Touch,
    WantChosen,
    WantsOpened,
)
from edge.domain.on_paper import on_paper
from edge.domain.reading import RESULT, agree, complain, not_me
from edge.domain.screen import (
    AskGuardian,
    Busy,
    Certificates,
    ChooseSubject,
    Differs,
    Done,
    Doses,
    HoldUp,
    Keypad,
    NotMe,
    Passport,
    Read,
    Refused,
    Screen,
    TwoCards,
    Wants,
)
from edge.domain.staff_call import call_staff, left_by_touch
from edge.domain.state import State, Step, go_home, gone, show
from edge.domain.view import View


def touched(state: State, touch: Touch) -> Step:
    """Return what follows from what a person did; little does while a check-in is written."""
    return left_by_touch(state, _touched(state, touch))


def _touched(state: State, touch: Touch) -> Step:
    if state.verifies:
        return at_station(state, touch)
    state = replace(state, touched_ms=touch.at_ms)
    if isinstance(touch, LargeTypeWanted):
        return _larger(state, touch)
    if isinstance(touch, HelpWanted):
        return call_staff(state, touch)
    if isinstance(state.screen, Busy):
        return state, []
    match touch:
        case ScreenTouched():
            return _still_there(state, touch.at_ms)
        case ScreenLeft():
            return _back(state, touch.at_ms)
        case _ if isinstance(touch, Opening):
            return _opened(state, touch)
        case _:
            return _replied(state, touch)


def _larger(state: State, wanted: LargeTypeWanted) -> Step:
    state = replace(state, large=wanted.on)
    if not isinstance(state.screen, Busy):
        state = _in_use(state, wanted.at_ms)
    return state, [ShowScreen(state.screen)]


def _still_there(state: State, now_ms: int) -> Step:
    asked = state.still_there
    state = _in_use(state, now_ms)
    return state, [ShowScreen(state.screen)] if asked else []


def _in_use(state: State, now_ms: int) -> State:
    return replace(state, since_ms=now_ms, used=True, asked_ms=None)


def _opened(state: State, opening: Opening) -> Step:
    match opening:
        case KeypadOpened():
            return show(state, Keypad(), opening.at_ms)
        case PassportOpened():
            return show(state, Passport(), opening.at_ms)
        case WantsOpened():
            state, _ = go_home(state, opening.at_ms)
            return show(state, Wants(), opening.at_ms)
        case WantChosen():
            return _wants(state, opening)
        case CompanionAnnounced():
            if not isinstance(state.screen, Done) or state.helper is None:
                return state, []
            state = replace(state, companion=True, pending=None)
            return show(state, state.scan_screen, opening.at_ms)
        case _:
            assert_never(opening)


def _wants(state: State, chosen: WantChosen) -> Step:
    # Whoever reads an answer and says that it is wrong need not show the card again.
    known = isinstance(state.screen, Certificates | Doses)
    state = replace(
        state,
        want=chosen.want,
        subject=None,
        pending=state.pending if known else None,
        companion=False,
        # The card may still lie there from what the person did before: it counts anew.
        view=View(),
    )
    if chosen.want is Want.COMPLAINT:
        return show(state, ChooseSubject(), chosen.at_ms)
    return show(state, state.scan_screen, chosen.at_ms)


def _replied(state: State, reply: Reply) -> Step:
    match reply:
        case Confirmed():
            return agree(state, reply.at_ms, guardian=True)
        case Denied():
            if isinstance(state.screen, AskGuardian):
                return agree(state, reply.at_ms)
            return _denied(state, reply)
        case SubjectChosen():
            if not isinstance(state.screen, ChooseSubject):
                return state, []
            return complain(replace(state, subject=reply.subject), reply.at_ms)
        case ReprintWanted() | CertificateWanted() | PendingWanted():
            return on_paper(state, reply)
        case _:
            assert_never(reply)


def _denied(state: State, denied: Denied) -> Step:
    if isinstance(state.screen, Read | Differs):
        return not_me(state, denied.at_ms)
    return state, []


def _back(state: State, now_ms: int) -> Step:
    screen = _one_step_back(state)
    if screen is None:
        # Whoever says "done" under their result has finished. Whoever goes back from anywhere else
        # still stands here: their language and letters stay until nobody has touched for a while.
        return go_home(gone(state) if isinstance(state.screen, RESULT) else state, now_ms)
    if isinstance(screen, Wants):
        state, _ = go_home(state, now_ms)
    return show(state, screen, now_ms)


def _one_step_back(state: State) -> Screen | None:
    """Return where "back" leads; None is the beginning."""
    match state.screen:
        case HoldUp(companion=False, want=Want.COMPLAINT):
            return ChooseSubject()
        case HoldUp(companion=False) | ChooseSubject():
            return Wants()
        case Keypad() | Passport() | Refused() | TwoCards() | NotMe():
            there = state.scan_screen
            return there if isinstance(there, HoldUp) else None
        case _:
            return None

"""The kiosk's conversation: ``decide(state, fact) -> (state, commands)``.

The order of the commands is the law: a check-in is stored first; only the fact that it *is* stored
brings the slip and the number on the screen. Nothing here waits: the printer's and the camera's
troubles arrive as facts and change words, never whether a person is served.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from edge.domain.commands import (
    Command,
    ForgetFrames,
    PrintSlip,
    ShowScreen,
    StoreCheckIn,
    StoreRefusal,
    TryJournal,
)
from edge.domain.facts import (
    AimJudged,
    CameraFailed,
    CameraWorked,
    CheckInStored,
    CodesSeen,
    Fact,
    HealthChanged,
    HelpWanted,
    JournalFailed,
    JournalRecovered,
    KeypadOpened,
    NumberEntered,
    Outcome,
    PrintFinished,
    ScreenLeft,
    ScreenTouched,
    Seen,
    Source,
    TickPassed,
    Touch,
)
from edge.domain.screen import (
    Attract,
    Busy,
    Done,
    Fault,
    Keypad,
    OutOfOrder,
    Refused,
    Screen,
    SlipState,
    StaffWanted,
    TwoCards,
)
from edge.domain.view import GONE_AFTER_MS, View, claims_by_person
from protocol.documents.model import Claim, Refusal

ONE_CARD_MS = 700
"""After two cards, a single one must be alone for this long: a decoder may miss one in a frame."""
NUMBER_READ_MS = 2_500
"""A number stays up this long before the next person's card may replace it."""
JOURNAL_RETRY_MS = 15_000
REMEMBERED_MS = 16 * 3_600_000
"""Longer than any session; then a person is served as a new one."""

Step = tuple["State", list[Command]]


@dataclass(frozen=True, slots=True)
class Given:
    """The number that a person holds."""

    ticket: str
    masked_name: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class State:
    """Where the conversation stands. Lives in memory only.

    Attributes:
        since_ms: When the screen was put up, or last touched.
        job: Print job of the number on the screen.
        given: Person's matching key -> the number they hold.
        fault: Why no check-in can be kept safe now; stays until the journal was written again.
        tried_ms: When the journal was last tried.
        two_cards_ms: When two people's cards were last in view together.
    """

    screen: Screen = field(default_factory=Attract)
    since_ms: int = 0
    view: View = field(default_factory=View)
    job: str | None = None
    given: Mapping[str, Given] = field(default_factory=dict)
    camera_works: bool = True
    fault: Fault | None = None
    tried_ms: int = 0
    two_cards_ms: int | None = None

    @property
    def home(self) -> Screen:
        """What is shown when nobody is being served."""
        return OutOfOrder(self.fault) if self.fault else Attract(self.camera_works)


def decide(state: State, fact: Fact) -> Step:
    """Return what follows from ``fact``: the new state, and commands to run in this order."""
    match fact:
        case CodesSeen():
            return _codes_seen(replace(state, view=state.view.at(fact.at_ms)), fact)
        case NumberEntered():
            return _read(state, fact.seen, "keypad", fact.at_ms)
        case KeypadOpened() | ScreenTouched() | ScreenLeft() | HelpWanted():
            return _touched(state, fact)
        case CheckInStored() | JournalFailed() | JournalRecovered() | PrintFinished():
            return _came_out(state, fact)
        case CameraFailed() | CameraWorked():
            return _camera_changed(state, fact)
        case AimJudged() | HealthChanged():
            return state, []
        case TickPassed():
            return _tick(replace(state, view=state.view.at(fact.at_ms)), fact.at_ms)
        case _:
            assert_never(fact)


def _codes_seen(state: State, seen: CodesSeen) -> Step:
    claims = claims_by_person(seen.codes)
    state = replace(state, view=state.view.still(seen.codes, seen.at_ms))
    if _number_must_stay(state, claims, seen.at_ms):
        return state, []
    if len(claims) > 1:
        return _two_cards(state, seen.at_ms)
    if claims:
        return _one_card(state, seen, next(iter(claims.values())))
    return _no_card(state, seen)


def _number_must_stay(state: State, claims: Mapping[str, Seen], now_ms: int) -> bool:
    """Tell whether the number on the screen still belongs to somebody who stands there."""
    if not isinstance(state.screen, Done):
        return False
    own_card_there = any(state.view.knows(claim) for claim in claims.values())
    return own_card_there or now_ms - state.since_ms < NUMBER_READ_MS


def _two_cards(state: State, now_ms: int) -> Step:
    told = state.two_cards_ms is not None and now_ms - state.two_cards_ms <= GONE_AFTER_MS
    state = replace(state, two_cards_ms=now_ms)
    if isinstance(state.screen, TwoCards):
        return replace(state, since_ms=now_ms), []
    if isinstance(state.screen, Busy | StaffWanted | OutOfOrder):
        return state, []
    state, shown = _show(state, TwoCards(), now_ms)
    return state, shown if told else [StoreRefusal("unknown", "two_cards", "camera"), *shown]


def _one_card(state: State, seen: CodesSeen, claim: Seen) -> Step:
    alone = not isinstance(state.screen, TwoCards) or seen.at_ms - state.since_ms >= ONE_CARD_MS
    if state.view.knows(claim) or isinstance(state.screen, Busy) or not alone:
        return state, []
    state = replace(state, view=state.view.answer(seen.codes, seen.at_ms))
    return _read(state, claim, "camera", seen.at_ms)


def _no_card(state: State, seen: CodesSeen) -> Step:
    fresh = [code for code in seen.codes if not state.view.knows(code)]
    state = replace(state, view=state.view.answer(seen.codes, seen.at_ms))
    # A poster on the wall or a wrong card must not wipe out a number, a half-typed entry or a fault.
    if not fresh or not isinstance(state.screen, Attract | Refused | TwoCards):
        return state, []
    return _read(state, fresh[0], "camera", seen.at_ms)


def _read(state: State, seen: Seen, source: Source, now_ms: int) -> Step:
    match seen.reading:
        case Refusal(document, reason):
            state, shown = _show(state, Refused(document, reason), now_ms)
            return state, [StoreRefusal(document.value, reason.value, source), *shown]
        case Claim() as claim:
            person = seen.person or ""
            held = state.given.get(person)
            if held is not None and now_ms - held.at_ms < REMEMBERED_MS:
                done = Done(held.ticket, held.masked_name, slip="printed", again=True)
                return _show(state, done, now_ms)
            state, shown = _show(state, Busy(), now_ms)
            return state, [*shown, StoreCheckIn(claim, person, seen.masked_name, source)]
        case _:
            assert_never(seen.reading)


def _touched(state: State, touch: Touch) -> Step:
    if isinstance(state.screen, Busy):
        return state, []
    match touch:
        case KeypadOpened():
            return _show(state, Keypad(), touch.at_ms)
        case HelpWanted():
            return _show(state, StaffWanted(), touch.at_ms)
        case ScreenTouched():
            return replace(state, since_ms=touch.at_ms), []
        case ScreenLeft():
            return _show(state, state.home, touch.at_ms)
        case _:
            assert_never(touch)


def _came_out(state: State, outcome: Outcome) -> Step:
    match outcome:
        case CheckInStored():
            return _stored(state, outcome)
        case JournalFailed():
            state = replace(state, fault=outcome.fault, tried_ms=outcome.at_ms)
            return _home_unless_busy_with_people(state, outcome.at_ms)
        case JournalRecovered():
            return _home_unless_busy_with_people(replace(state, fault=None), outcome.at_ms)
        case PrintFinished():
            return _print_finished(state, outcome)
        case _:
            assert_never(outcome)


def _home_unless_busy_with_people(state: State, now_ms: int) -> Step:
    if isinstance(state.screen, Done | Keypad | StaffWanted):
        return state, []
    return _show(state, state.home, now_ms)


def _stored(state: State, stored: CheckInStored) -> Step:
    held = {p: g for p, g in state.given.items() if stored.at_ms - g.at_ms < REMEMBERED_MS}
    held[stored.person] = Given(stored.ticket, stored.masked_name, stored.at_ms)
    state = replace(state, given=held, job=stored.job, fault=None)
    state, shown = _show(state, Done(stored.ticket, stored.masked_name), stored.at_ms)
    slip = PrintSlip(stored.job, stored.visit, stored.ticket, stored.masked_name)
    return state, [slip, *shown, ForgetFrames()]


_SLIP: dict[str, SlipState] = {"proven": "printed", "doubtful": "doubtful", "failed": "failed"}


def _print_finished(state: State, finished: PrintFinished) -> Step:
    if not isinstance(state.screen, Done) or state.screen.again or state.job != finished.job:
        return state, []
    return _show(state, replace(state.screen, slip=_SLIP[finished.outcome]), finished.at_ms)


def _camera_changed(state: State, fact: CameraFailed | CameraWorked) -> Step:
    state = replace(state, camera_works=isinstance(fact, CameraWorked))
    if not isinstance(state.screen, Attract):
        return state, []
    return _show(state, state.home, fact.at_ms)


def _tick(state: State, now_ms: int) -> Step:
    commands: list[Command] = []
    if state.fault and now_ms - state.tried_ms >= JOURNAL_RETRY_MS:
        state = replace(state, tried_ms=now_ms)
        commands.append(TryJournal())
    if now_ms - state.since_ms >= shown_for_ms(state.screen):
        state, shown = _show(state, state.home, now_ms)
        commands.extend(shown)
    return state, commands


def shown_for_ms(screen: Screen) -> float:
    """Return how long a screen stays when nobody does anything."""
    match screen:
        case Attract() | Busy() | OutOfOrder():
            return float("inf")
        case Done(slip="printing"):
            return 20_000
        case Done(slip="failed" | "doubtful"):
            return 30_000
        case Done() | TwoCards():
            return 8_000
        case Refused():
            return 12_000
        case Keypad() | StaffWanted():
            return 60_000
        case _:
            assert_never(screen)


def _show(state: State, screen: Screen, now_ms: int) -> Step:
    return replace(state, screen=screen, since_ms=now_ms), [ShowScreen(screen)]

"""From something that was read to a number, a complaint or a question: one short step at a time.

A card's holder who just stands there is led to the number by time alone; whoever wants to say
something can. Nothing is written before its turn, so that "that is not me" leaves nothing behind.
"""

from dataclasses import replace
from typing import assert_never

from edge.domain.answers import Asker, Want
from edge.domain.commands import (
    AskRecords,
    AskStillHere,
    StoreCheckIn,
    StoreComplaint,
    StoreRefusal,
)
from edge.domain.facts import Hall, HallEmptied, NoLongerHere, Seen, Source
from edge.domain.screen import (
    AskGuardian,
    Asking,
    Busy,
    Certificates,
    Complained,
    Differs,
    Done,
    Doses,
    NotMe,
    Passport,
    Read,
    Refused,
    Screen,
)
from edge.domain.state import Given, Helper, Pending, State, Step, gone, show
from protocol.documents.model import Claim, DocumentClass, Reason, Refusal

CARD, DIFFERENCES, GUARDIAN = "card", "differences", "guardian"
_ENDS_SHOWN = 3
CERTIFICATE_READ_MS = 8_000
"""How long the card's page stays once the verdict on a certificate stands on it."""
RESULT = Done | Complained | Certificates | Doses
"""Screens on which somebody got what they came for; the next person's turn may follow."""


def read(state: State, seen: Seen, source: Source, now_ms: int) -> Step:
    """Return what follows from a document or a number that was just read."""
    match seen.reading:
        case Refusal(document, reason):
            state, shown = show(state, _refused(state, seen, document, reason), now_ms)
            return state, [StoreRefusal(document.value, reason.value, source), *shown]
        case Claim() as claim:
            return _read_claim(state, Pending(seen, claim, source), now_ms)
        case _:
            assert_never(seen.reading)


def _refused(state: State, seen: Seen, document: DocumentClass, reason: Reason) -> Screen:
    if seen.mistyped and isinstance(state.screen, Passport):
        return Passport(seen.mistyped, state.screen.tries + 1)
    return Refused(document, reason)


def _read_claim(state: State, pending: Pending, now_ms: int) -> Step:
    if isinstance(state.screen, RESULT):
        state = _next_turn(state, pending.person)
    state = replace(state, pending=pending)
    match state.want:
        case Want.CHECK_IN:
            held = state.held_by(pending.person, now_ms)
            return go_on(state, now_ms) if held is None else _again(state, held, now_ms)
        case Want.CERTIFICATE | Want.RECORD:
            return _ask(state, pending, now_ms)
        case Want.COMPLAINT:
            return complain(state, now_ms)
        case _:
            assert_never(state.want)


def _next_turn(state: State, person: str) -> State:
    """Return the state for whoever holds a card up under a result: they came for a number.

    If it is somebody else, whoever got that result has left, with their language and letters.
    """
    if state.pending is None or state.pending.person != person:
        state = gone(state)
    return replace(state, want=Want.CHECK_IN, subject=None)


def go_on(state: State, now_ms: int) -> Step:
    """Return the next step to the number of the person who was read."""
    pending = state.pending
    if pending is None:
        return state, []
    question = _question(state, pending)
    if question is not None:
        return show(state, question, now_ms)
    state, shown = show(state, Busy(), now_ms)
    return state, [*shown, _check_in(state, pending)]


def _question(state: State, pending: Pending) -> Screen | None:
    """Return what the person should see before the number is given, or None."""
    seen, claim, agreed = pending.seen, pending.claim, pending.agreed
    # Who typed a number has looked at it twice already.
    if pending.source != "keypad" and state.rules.confirm_ms and CARD not in agreed:
        number = masked_number(claim.number)
        ends_ms = state.rules.confirm_ms if pending.earlier is None else CERTIFICATE_READ_MS
        return Read(claim.document, seen.masked_name, number, ends_ms, pending.earlier)
    if pending.differences and DIFFERENCES not in agreed:
        return Differs(tuple(difference.field for difference in pending.differences))
    if seen.minor and state.companion and GUARDIAN not in agreed:
        return AskGuardian(seen.masked_name)
    return None


def agree(state: State, now_ms: int, *, guardian: bool = False) -> Step:
    """Return what follows when the person let the shown step pass; ``guardian`` if they are one."""
    step = {Read: CARD, Differs: DIFFERENCES, AskGuardian: GUARDIAN}.get(type(state.screen))
    if state.pending is None or step is None:
        return state, []
    agreed = state.pending.agreed | {step}
    pending = replace(state.pending, agreed=agreed, guardian=guardian and step == GUARDIAN)
    return go_on(replace(state, pending=pending), now_ms)


def not_me(state: State, now_ms: int) -> Step:
    """Return what follows when somebody else's card was read: nothing of it stays."""
    if state.pending is None:
        return state, []
    document, source = state.pending.claim.document.value, state.pending.source
    state, shown = show(replace(state, pending=None), NotMe(), now_ms)
    return state, [StoreRefusal(document, "not_me", source), *shown]


def complain(state: State, now_ms: int) -> Step:
    """Return what follows once it is known who complains of what; asks for what is missing."""
    pending = state.pending
    if state.subject is None or pending is None:
        return show(state, state.scan_screen, now_ms)
    order = StoreComplaint(state.subject, pending.claim, pending.person, pending.source)
    state, shown = show(state, Busy(), now_ms)
    return state, [*shown, order]


def masked_number(number: str) -> str:
    """Return a number of which only the end can be read, as its owner will know it."""
    hidden = max(0, len(number) - _ENDS_SHOWN)
    return "•" * hidden + number[hidden:]


def hall_changed(state: State, fact: Hall) -> Step:
    """Return what follows when numbers that were given here are over: they are forgotten.

    Whoever was just told to wait with one gets a new one.
    """
    if isinstance(fact, HallEmptied):
        return replace(state, given={}), []
    return _no_longer_here(state, fact)


def _no_longer_here(state: State, gone: NoLongerHere) -> Step:
    held = state.given.get(state.pending.person) if state.pending else None
    given = {person: each for person, each in state.given.items() if each.visit != gone.visit}
    state = replace(state, given=given)
    if held is None or held.visit != gone.visit or not _is_told_again(state.screen):
        return state, []
    helper = state.helper if gone.companion else None
    return go_on(replace(state, helper=helper, companion=gone.companion), gone.at_ms)


def _is_told_again(screen: Screen) -> bool:
    return isinstance(screen, Done) and screen.again


def _again(state: State, held: Given, now_ms: int) -> Step:
    ask = AskStillHere(
        state.pending.person if state.pending else "", held.visit, held.ticket, state.companion
    )
    helper = state.helper if state.companion else Helper(held.visit)
    state = replace(state, helper=helper, companion=False)
    done = Done(
        held.ticket,
        held.masked_name,
        slip="printed",
        again=True,
        desk=held.desk,
        wait=state.wait_now(now_ms),
        doses=state.pending.doses if state.pending else None,
        missed=state.missed,
    )
    state, shown = show(state, done, now_ms)
    return state, [*shown, ask]


def _ask(state: State, pending: Pending, now_ms: int) -> Step:
    held = state.held_by(pending.person, now_ms)
    asker = Asker(pending.person, held.visit if held else None, pending.claim)
    state, shown = show(state, Asking(), now_ms)
    return state, [*shown, AskRecords(state.want, asker)]


def _check_in(state: State, pending: Pending) -> StoreCheckIn:
    match = pending.seen.match
    return StoreCheckIn(
        pending.claim,
        pending.person,
        pending.seen.masked_name,
        pending.source,
        standing=match.standing.value if match else "",
        desk=match.desk if match else "",
        differences=tuple(difference.field for difference in pending.differences),
        companion_of=state.helper.visit if state.companion and state.helper else None,
        guardian=pending.guardian,
        priority=pending.seen.priority,
        appointment=(match.appointment or "") if match else "",
    )

"""What lies before the camera: one person's card, two people's, something else, or the same again."""

from collections.abc import Mapping
from dataclasses import replace

from edge.domain.answers import Want
from edge.domain.certificates import ask_verdict, fresh_certificate, station_saw
from edge.domain.commands import StoreRefusal
from edge.domain.facts import CodesSeen, Seen
from edge.domain.reading import RESULT, read
from edge.domain.screen import (
    AskGuardian,
    Asking,
    Attract,
    Busy,
    ChooseSubject,
    Differs,
    HoldUp,
    NotMe,
    OutOfOrder,
    Read,
    Refused,
    StaffWanted,
    TwoCards,
)
from edge.domain.state import State, Step, show
from edge.domain.view import GONE_AFTER_MS, PutOff, claims_by_person

ONE_CARD_MS = 700
"""After two cards, a single one must be alone for this long: a decoder may miss one in a frame."""
NUMBER_READ_MS = 2_500
"""A number stays up this long before the next person's card may replace it."""

PUT_OFF_MS = 2_000
"""An engine's card that had to wait is taken up for so long after page and number of whoever came just
before it may have ended. Its owner looks at that screen, and hears it, meanwhile; later they may have
gone."""

# A person answers a question here; a card in the other hand must not run away with the screen.
_ANSWERING = Busy | Asking | Read | Differs | AskGuardian | ChooseSubject


def codes_seen(state: State, seen: CodesSeen) -> Step:
    """Return what follows from a frame that holds codes."""
    claims = claims_by_person(seen.codes)
    state = replace(state, view=state.view.still(seen.codes, seen.at_ms))
    if state.verifies:
        return station_saw(state, seen)
    certificate = fresh_certificate(state, seen)
    if certificate is not None:
        return ask_verdict(state, certificate, seen.at_ms)
    if isinstance(state.screen, _ANSWERING) or _result_must_stay(state, claims, seen.at_ms):
        return _put_off(state, claims, seen), []
    if len(claims) > 1:
        return _two_cards(state, seen)
    if claims:
        return _one_card(state, seen, next(iter(claims.values())))
    return _no_card(state, seen)


def _result_must_stay(state: State, claims: Mapping[str, Seen], now_ms: int) -> bool:
    """Tell whether the number on the screen still belongs to somebody who stands there."""
    if not isinstance(state.screen, RESULT):
        return False
    own_card_there = any(state.view.knows(claim) for claim in claims.values())
    return own_card_there or now_ms - state.since_ms < NUMBER_READ_MS


def offer_again(state: State, now_ms: int) -> Step:
    """Return what follows from an engine's card that had to wait, now that a little time went by."""
    put_off = state.put_off
    if put_off is None:
        return state, []
    most_ms = state.rules.confirm_ms + NUMBER_READ_MS + PUT_OFF_MS
    if now_ms - _waits_since(state, put_off) > most_ms or put_off.seen.person == _served(state):
        return replace(state, put_off=None), []
    if not _next_may_come(state, now_ms):
        return state, []
    return codes_seen(state, CodesSeen((put_off.seen,), now_ms, "engine"))


def _waits_since(state: State, put_off: PutOff) -> int:
    """Return from when a card's wait is counted: a page that nobody touches ends after its last word."""
    return put_off.at_ms if state.used else max(put_off.at_ms, state.heard_ms)


def _next_may_come(state: State, now_ms: int) -> bool:
    """Tell whether the screen is free for anybody who comes: not for a certain person's card."""
    if isinstance(state.screen, RESULT):
        return now_ms - state.since_ms >= NUMBER_READ_MS
    anybody = state.want is Want.CHECK_IN and not state.companion
    return anybody and isinstance(state.screen, Attract | Refused | NotMe)


def _put_off(state: State, claims: Mapping[str, Seen], seen: CodesSeen) -> State:
    """Keep an engine's card until the screen is free; what a camera sees is seen again anyway.

    Another document of the person who is being served is no next person.
    """
    waiting = [
        claim
        for claim in claims.values()
        if claim.person != _served(state) and not state.view.knows(claim)
    ]
    if seen.source != "engine" or not waiting:
        return state
    return replace(state, put_off=PutOff(waiting[0], seen.at_ms))


def _served(state: State) -> str | None:
    return state.pending.person if state.pending else None


def _two_cards(state: State, seen: CodesSeen) -> Step:
    now_ms = seen.at_ms
    told = state.two_cards_ms is not None and now_ms - state.two_cards_ms <= GONE_AFTER_MS
    state = replace(state, two_cards_ms=now_ms)
    if isinstance(state.screen, TwoCards):
        return replace(state, since_ms=now_ms), []
    if isinstance(state.screen, StaffWanted | OutOfOrder):
        return state, []
    state, shown = show(state, TwoCards(), now_ms)
    return state, shown if told else [StoreRefusal("unknown", "two_cards", seen.source), *shown]


def _one_card(state: State, seen: CodesSeen, claim: Seen) -> Step:
    alone = not isinstance(state.screen, TwoCards) or seen.at_ms - state.since_ms >= ONE_CARD_MS
    if state.view.knows(claim) or not alone:
        return state, []
    # A certificate beside the card has its turn once it is known whose it may be.
    cards = (code for code in seen.codes if code.certificate is None)
    state = replace(state, view=state.view.answer(cards, seen.at_ms))
    if state.put_off is not None and state.put_off.seen.person == claim.person:
        state = replace(state, put_off=None)
    return read(state, claim, seen.source, seen.at_ms)


def _no_card(state: State, seen: CodesSeen) -> Step:
    fresh = [code for code in seen.codes if not state.view.knows(code)]
    state = replace(state, view=state.view.answer(seen.codes, seen.at_ms))
    # A poster on the wall or a wrong card must not wipe out a number, a half-typed entry or a fault.
    if not fresh or not isinstance(state.screen, Attract | HoldUp | Refused | TwoCards | NotMe):
        return state, []
    return read(state, fresh[0], seen.source, seen.at_ms)

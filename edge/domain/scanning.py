"""What lies before the camera: one person's card, two people's, something else, or the same again."""

from collections.abc import Mapping
from dataclasses import replace

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
from edge.domain.view import GONE_AFTER_MS, claims_by_person

ONE_CARD_MS = 700
"""After two cards, a single one must be alone for this long: a decoder may miss one in a frame."""
NUMBER_READ_MS = 2_500
"""A number stays up this long before the next person's card may replace it."""

# A person answers a question here; a card in the other hand must not run away with the screen.
_ANSWERING = Busy | Asking | Read | Differs | AskGuardian | ChooseSubject


def codes_seen(state: State, seen: CodesSeen) -> Step:
    """Return what follows from a frame that holds codes."""
    claims = claims_by_person(seen.codes)
    state = replace(state, view=state.view.still(seen.codes, seen.at_ms))
    if state.rules.verify_station:
        return station_saw(state, seen)
    certificate = fresh_certificate(state, seen)
    if certificate is not None:
        return ask_verdict(state, certificate, seen.at_ms)
    if isinstance(state.screen, _ANSWERING) or _result_must_stay(state, claims, seen.at_ms):
        return state, []
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
    return read(state, claim, seen.source, seen.at_ms)


def _no_card(state: State, seen: CodesSeen) -> Step:
    fresh = [code for code in seen.codes if not state.view.knows(code)]
    state = replace(state, view=state.view.answer(seen.codes, seen.at_ms))
    # A poster on the wall or a wrong card must not wipe out a number, a half-typed entry or a fault.
    if not fresh or not isinstance(state.screen, Attract | HoldUp | Refused | TwoCards | NotMe):
        return state, []
    return read(state, fresh[0], seen.source, seen.at_ms)

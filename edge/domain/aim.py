"""How a person should hold the card so that it can be read, judged from cheap measures of frames.

A hint that changes with every frame cannot be read, so one needs two frames that agree to come up,
stays up for a moment, and goes when its cause is gone or a code was read.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Hint(StrEnum):
    """What the person should do."""

    CLOSER = "closer"
    FARTHER = "farther"
    HOLD_STILL = "hold_still"
    TOO_BRIGHT = "too_bright"
    TOO_DARK = "too_dark"
    TURN_CARD = "turn_card"


@dataclass(frozen=True, slots=True)
class Look:
    """What cheap measures say of one frame; shares are of 1.

    Attributes:
        presence: Share of the picture that differs from the empty room.
        light: Mean brightness of what is present.
        glare: Share of what is present, or of the code, that is blown out to white.
        motion: How much what is present changed since the frame before; 0 is a still hand.
        code_side: Longer side of a place that looks like a code, as a share of the picture's
            shorter side; None when there is none.
        code_cut: The place touches the picture's edge.
        sharpness: How crisp the place's edges are; about 1 in focus, below 0.4 no engine reads it.
        card_share: Share of the picture inside something with a card's outline, where there is one
            and no code is seen in it.
    """

    at_ms: int
    presence: float = 0.0
    light: float = 0.5
    glare: float = 0.0
    motion: float = 0.0
    code_side: float | None = None
    code_cut: bool = False
    sharpness: float = 1.0
    card_share: float | None = None


LEAST_PRESENCE = 0.012
DARK = 0.13
BLOWN_OUT = 0.25
SHAKING = 0.10
BLURRED = 0.4
SMALL_SIDE, USUAL_SIDE, LARGE_SIDE = 0.15, 0.3, 0.85
SMALL_CARD = 0.08
CARD_TURNED_MS = 1_200
"""A card without a code must be held for this long: it may still be on its way."""
UNREAD_MS = 500
"""A code of fair size and sharpness gets this long before its holder is bothered."""
SHOWN_MS = 800
"""A hint stays up for this long, unless the code was read."""
GONE_MS = 400


@dataclass(frozen=True, slots=True)
class Aim:
    """What the last frames came to; begin anew when a code was read.

    Attributes:
        hint: What the person is told now.
        since_ms: When that was first told.
        cause: What the last frame alone would have told.
        caused_ms: When a frame last gave the hint that is up.
        unread_ms: Since when a code has been in view without being read.
        card_ms: Since when a card without a code has been in view.
    """

    hint: Hint | None = None
    since_ms: int = 0
    cause: Hint | None = None
    caused_ms: int = 0
    unread_ms: int | None = None
    card_ms: int | None = None


def judge(aim: Aim, look: Look) -> Aim:
    """Return what the person is told after one more frame in which no code was read yet."""
    aim = replace(
        aim,
        unread_ms=_since(aim.unread_ms, look.at_ms, there=look.code_side is not None),
        card_ms=_since(aim.card_ms, look.at_ms, there=look.card_share is not None),
    )
    cause = cause_of(aim, look)
    agreed = cause is not None and cause == aim.cause
    aim = replace(aim, cause=cause)
    if cause == aim.hint:
        return replace(aim, caused_ms=look.at_ms)
    if aim.hint is not None and look.at_ms - aim.since_ms < SHOWN_MS:
        return aim
    if agreed:
        return replace(aim, hint=cause, since_ms=look.at_ms, caused_ms=look.at_ms)
    if aim.hint is not None and look.at_ms - aim.caused_ms >= GONE_MS:
        return replace(aim, hint=None)
    return aim


def cause_of(aim: Aim, look: Look) -> Hint | None:
    """Return what one frame alone, after those before it, would have the person do."""
    if look.code_side is not None:
        return _cause_at_code(aim, look, look.code_side)
    if look.presence < LEAST_PRESENCE:
        return None
    if look.light < DARK:
        return Hint.TOO_DARK
    if look.glare > BLOWN_OUT:
        return Hint.TOO_BRIGHT
    if look.card_share is None or aim.card_ms is None:
        return None
    if look.card_share < SMALL_CARD:
        return Hint.CLOSER
    return Hint.TURN_CARD if look.at_ms - aim.card_ms >= CARD_TURNED_MS else None


def _cause_at_code(aim: Aim, look: Look, side: float) -> Hint | None:
    if look.light < DARK:
        return Hint.TOO_DARK
    if look.code_cut or side > LARGE_SIDE:
        return Hint.FARTHER
    if look.glare > BLOWN_OUT:
        return Hint.TOO_BRIGHT
    if side < SMALL_SIDE:
        return Hint.CLOSER
    if look.motion > SHAKING:
        return Hint.HOLD_STILL
    if look.sharpness < BLURRED:
        # Focus is fixed: what is large and blurred is too near, what is small is too far.
        return Hint.FARTHER if side > USUAL_SIDE else Hint.CLOSER
    waited = aim.unread_ms is not None and look.at_ms - aim.unread_ms >= UNREAD_MS
    return Hint.HOLD_STILL if waited else None


def _since(began_ms: int | None, now_ms: int, *, there: bool) -> int | None:
    if not there:
        return None
    return now_ms if began_ms is None else began_ms

"""What a person is told while the card is held up."""

from dataclasses import replace

import pytest

from edge.domain.aim import Aim, Hint, Look, judge

EVERY_MS = 100


def watched(look: Look, frames: int, aim: Aim | None = None, start_ms: int = 1_000) -> Aim:
    """Return what ``frames`` frames like ``look`` come to."""
    aim = aim or Aim()
    for number in range(frames):
        aim = judge(aim, replace(look, at_ms=start_ms + number * EVERY_MS))
    return aim


CODE = Look(0, presence=0.2, code_side=0.4)


@pytest.mark.parametrize(
    ("look", "hint"),
    [
        (replace(CODE, code_side=0.1), Hint.CLOSER),
        (replace(CODE, code_side=0.95), Hint.FARTHER),
        (replace(CODE, code_cut=True), Hint.FARTHER),
        (replace(CODE, motion=0.5), Hint.HOLD_STILL),
        (replace(CODE, glare=0.5), Hint.TOO_BRIGHT),
        (replace(CODE, light=0.05), Hint.TOO_DARK),
        (replace(CODE, code_side=0.2, sharpness=0.1), Hint.CLOSER),
        (replace(CODE, code_side=0.7, sharpness=0.1), Hint.FARTHER),
        (Look(0, presence=0.3, light=0.05), Hint.TOO_DARK),
        (Look(0, presence=0.3, glare=0.6), Hint.TOO_BRIGHT),
    ],
)
def test_the_second_frame_tells_what_to_do(look: Look, hint: Hint) -> None:
    assert watched(look, 1).hint is None
    assert watched(look, 2).hint is hint


def test_a_code_that_could_be_read_any_moment_is_left_in_peace_for_half_a_second() -> None:
    assert watched(CODE, 5).hint is None
    assert watched(CODE, 8).hint is Hint.HOLD_STILL


def test_a_card_without_a_code_is_to_be_turned_once_it_is_held_up_for_good() -> None:
    card = Look(0, presence=0.3, card_share=0.25)

    assert watched(card, 11).hint is None
    assert watched(card, 14).hint is Hint.TURN_CARD


def test_a_card_so_far_off_that_its_code_is_not_seen_is_to_come_closer() -> None:
    assert watched(Look(0, presence=0.05, card_share=0.04), 2).hint is Hint.CLOSER


def test_somebody_who_walks_past_is_told_nothing() -> None:
    assert watched(Look(0, presence=0.6, motion=0.7), 50).hint is None


def test_an_empty_room_at_night_is_told_nothing() -> None:
    assert watched(Look(0, presence=0.0, light=0.02), 50).hint is None


def test_a_hint_does_not_flicker_when_frames_disagree() -> None:
    small, shaken = replace(CODE, code_side=0.1), replace(CODE, motion=0.5)
    aim = watched(small, 2)
    hints = []
    for number in range(20):
        look = small if number % 2 else shaken
        aim = judge(aim, replace(look, at_ms=1_200 + number * EVERY_MS))
        hints.append(aim.hint)

    assert set(hints) == {Hint.CLOSER}


def test_another_hint_comes_when_the_first_was_readable_and_its_cause_is_gone() -> None:
    aim = watched(replace(CODE, code_side=0.1), 10)

    aim = watched(replace(CODE, motion=0.5), 2, aim, start_ms=2_000)

    assert aim.hint is Hint.HOLD_STILL


def test_a_hint_goes_when_its_cause_is_gone() -> None:
    aim = watched(replace(CODE, code_side=0.1), 10)

    assert watched(Look(0), 3, aim, start_ms=2_000).hint is Hint.CLOSER
    assert watched(Look(0), 6, aim, start_ms=2_000).hint is None

"""What a person is told of cards that are drawn as a camera sees them."""

import numpy as np
import pytest
from factories import frames

from edge.adapters.aim_opencv import OpencvAimer
from edge.domain.aim import Aim, Hint, judge

WIDTH = 1280
BACK = frames.card(np.full((8, 8), 255, np.uint8), np.random.default_rng(1))


def front(seed: int) -> frames.Grey:
    rng = np.random.default_rng(seed)
    return frames.card(frames.modules(frames.card_text(rng)), rng)


def hint(seed, show, *, count: int = 4) -> Hint | None:
    """Return what is said after ``count`` frames of ``show``, held up in a room that was empty."""
    rng = np.random.default_rng(seed)
    room, aimer, aim = frames.scene(WIDTH, rng), OpencvAimer(), Aim()
    for number in range(6):
        aimer.measure(frames.noisy(room, 2, rng), number * 100)
    for number in range(count):
        look = aimer.measure(frames.noisy(show(room, number), 2, rng), 600 + number * 100)
        aim = judge(aim, look)
    return aim.hint


def held(sheet, room, px_per_mm: float) -> frames.Grey:
    return frames.place(sheet, room, np.random.default_rng(3), px_per_mm=px_per_mm)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("expected", "spoil"),
    [
        (None, lambda sheet, room, _: held(sheet, room, 7)),
        (Hint.CLOSER, lambda sheet, room, _: held(sheet, room, 3.5)),
        (Hint.FARTHER, lambda sheet, room, _: held(sheet, room, 25)),
        (Hint.TOO_DARK, lambda sheet, room, _: frames.lit(held(sheet, room, 7), 0.1)),
        (Hint.TOO_BRIGHT, lambda sheet, room, _: frames.lit(held(sheet, room, 8), 2.5)),
        (Hint.HOLD_STILL, lambda sheet, room, n: np.roll(held(sheet, room, 7), 30 * (n % 2), 1)),
        (Hint.CLOSER, lambda sheet, room, _: frames.defocused(held(sheet, room, 6.5), 5)),
        (Hint.FARTHER, lambda sheet, room, _: frames.defocused(held(sheet, room, 17), 9)),
    ],
    ids=["good", "far", "near", "dark", "bright", "shaken", "blurred_far", "blurred_near"],
)
def test_the_hint_says_what_is_wrong_with_the_picture(seed, expected, spoil) -> None:
    sheet = front(seed)

    assert hint(seed, lambda room, number: spoil(sheet, room, number)) is expected


@pytest.mark.parametrize("seed", range(3))
def test_a_card_that_shows_its_other_side_is_to_be_turned(seed: int) -> None:
    assert hint(seed, lambda room, _: held(BACK, room, 8), count=16) is Hint.TURN_CARD


def test_an_empty_room_says_nothing_whatever_stands_in_it() -> None:
    assert [hint(seed, lambda room, _: room, count=20) for seed in range(4)] == [None] * 4


def said(shown: list[tuple[frames.Grey, int]]) -> list[Hint | None]:
    """Return what is said after each frame, ten a second; each picture stays for so many frames."""
    rng = np.random.default_rng(4)
    aimer, aim, hints = OpencvAimer(), Aim(), []
    seen = [frames.noisy(picture, 2, rng) for picture, count in shown for _ in range(count)]
    for number, frame in enumerate(seen):
        aim = judge(aim, aimer.measure(frame, number * 100))
        hints.append(aim.hint)
    return hints


WALL = np.full((720, WIDTH), 96, np.uint8)


@pytest.mark.parametrize("held_frames", [5, 40, 300])
@pytest.mark.parametrize("before", [0, 30])
def test_a_card_that_was_taken_away_leaves_no_hint_behind(held_frames, before) -> None:
    shown = [(WALL, before), (held(BACK, WALL, 8), held_frames), (WALL, 40)]

    assert said(shown)[-28:] == [None] * 28


def test_cards_held_up_one_after_another_leave_no_hint_behind() -> None:
    card = held(BACK, WALL, 8)
    shown = [(WALL, 30), *[(card, 15), (WALL, 10)] * 6, (WALL, 30)]

    assert said(shown)[-28:] == [None] * 28


def test_a_lamp_that_is_switched_on_is_nobody() -> None:
    assert hint(2, lambda room, _: frames.lit(room, 1.0, 40), count=20) is None


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((0, 0), np.uint8),
        np.zeros((20, 1280), np.uint8),
        np.zeros((720, 1280, 3), np.uint8),
        np.full((720, 1280), 255, np.uint8),
    ],
    ids=["nothing", "strip", "colour", "white"],
)
def test_a_frame_that_is_none_is_measured_without_harm(frame) -> None:
    aimer = OpencvAimer()

    assert judge(Aim(), aimer.measure(frame, 0)).hint is None
    assert judge(Aim(), aimer.measure(frame, 100)).hint is None


def test_a_camera_that_changes_its_size_begins_anew() -> None:
    aimer = OpencvAimer()
    aimer.measure(np.zeros((720, 1280), np.uint8), 0)

    assert aimer.measure(np.full((480, 640), 200, np.uint8), 100).presence == 0.0

import pytest

from edge.domain.clip_judgement import Heard, judge_clip, judge_levels
from edge.domain.language_pack import Trouble


def troubles(heard: Heard) -> list[Trouble]:
    return [finding.trouble for finding in judge_clip("x.wav", heard)]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (Heard(2, -18), []),
        (Heard(16, -18), [Trouble.CLIP_LONG]),
        (Heard(0.05, -18), [Trouble.CLIP_SHORT]),
        (Heard(2, -60, 2.0), [Trouble.CLIP_SILENT]),
        (Heard(2, -40), [Trouble.CLIP_QUIET]),
        (Heard(2, -5), [Trouble.CLIP_LOUD]),
        (Heard(2, -18, 0.5), [Trouble.CLIP_PAUSE]),
        (Heard(2, -18, 0.0, cut_off=True), [Trouble.CLIP_CUT_OFF]),
        (Heard(2, -5, 0.5, cut_off=True), ["clip_loud", "clip_cut_off", "clip_pause"]),
    ],
)
def test_a_clip_is_judged_by_what_is_heard(heard, expected):
    assert troubles(heard) == expected


def test_the_one_that_is_not_as_loud_as_the_rest_is_named():
    levels = {f"{n}.wav": -18.0 + n for n in range(5)} | {"far.wav": -30.0, "near.wav": -5.0}

    found = judge_levels(levels)

    assert [(f.trouble, f.place, f.detail) for f in found] == [
        (Trouble.CLIP_UNLIKE, "far.wav", "-14"),
        (Trouble.CLIP_UNLIKE, "near.wav", "+11"),
    ]


def test_too_few_clips_are_not_compared():
    assert judge_levels({"a": -10, "b": -30}) == []

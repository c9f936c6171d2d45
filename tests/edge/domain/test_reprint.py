"""Second slips: few, and not two for one touch."""

from edge.domain.reprint import REMEMBERED_MS, Reprints


def granted(reprints: Reprints, *wishes: tuple[str, int]) -> list[bool]:
    answers = []
    for visit, at_ms in wishes:
        reprints, answer = reprints.grant(visit, at_ms)
        answers.append(answer)
    return answers


def test_a_visit_gets_as_many_as_the_site_allows():
    assert granted(Reprints(most=2), *((("v1", n * 60_000)) for n in range(4))) == [
        True,
        True,
        False,
        False,
    ]


def test_one_visits_wishes_do_not_count_against_anothers():
    wishes = (("v1", 0), ("v2", 1), ("v3", 2))

    assert granted(Reprints(most=1), *wishes) == [True, True, True]


def test_a_finger_that_rests_on_the_button_is_one_wish():
    wishes = (("v1", 0), ("v1", 900), ("v1", 9_999), ("v1", 10_000))

    assert granted(Reprints(most=9), *wishes) == [True, False, False, True]


def test_a_site_may_allow_none():
    assert granted(Reprints(most=0), ("v1", 0)) == [False]


def test_who_came_yesterday_is_forgotten():
    reprints, _ = Reprints(most=1).grant("v1", 0)

    reprints, _ = reprints.grant("v2", REMEMBERED_MS)

    assert set(reprints.times) == {"v2"}

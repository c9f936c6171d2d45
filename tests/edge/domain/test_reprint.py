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


def test_staff_print_beyond_the_limit_and_their_finger_may_rest_too():
    known, answers = Reprints(most=1), []
    for at_ms, limited in ((0, True), (20_000, True), (20_000, False), (21_000, False)):
        known, answer = known.grant("v1", at_ms, limited=limited)
        answers.append(answer)

    assert answers == [True, False, True, False]


def test_what_left_no_paper_is_not_counted():
    known, _ = Reprints(most=2).grant("v1", 0)
    known, _ = known.grant("v1", 60_000)

    known = known.ended("v1", failed=True, marked=True, at_ms=61_000)

    assert known.times == {"v1": (0,)}
    assert known.given_back("v1").times == {}
    assert known.given_back("v2").times == known.times


def test_where_nothing_came_out_its_replacement_is_granted_without_end():
    known = Reprints(most=0).ended("v1", failed=True, marked=False, at_ms=0)

    known, answer = known.grant("v1", 1)

    assert (answer, known.times) == (True, {})


def test_a_site_may_allow_none():
    assert granted(Reprints(most=0), ("v1", 0)) == [False]


def test_who_came_yesterday_is_forgotten():
    reprints, _ = Reprints(most=1).grant("v1", 0)

    reprints, _ = reprints.grant("v2", REMEMBERED_MS)

    assert set(reprints.times) == {"v2"}

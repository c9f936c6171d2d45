"""Which slip says that it is a second one: never the first that anybody can hold."""

from edge.domain.reprint import REMEMBERED_MS, Reprints

ENDED = Reprints().ended


def test_after_a_slip_that_may_have_come_out_the_next_is_marked() -> None:
    known = ENDED("visit-1", failed=False, marked=False, at_ms=0)

    assert known.marked("visit-1")[1]


def test_after_a_slip_that_never_came_out_the_next_is_the_first() -> None:
    known = ENDED("visit-1", failed=True, marked=False, at_ms=0)

    known, marked = known.marked("visit-1")

    assert not marked
    assert known.marked("visit-1")[1], "while that one is on its way, another is a second one"


def test_one_that_fails_again_leaves_the_next_unmarked() -> None:
    known, _ = ENDED("visit-1", failed=True, marked=False, at_ms=0).marked("visit-1")

    known = known.ended("visit-1", failed=True, marked=False, at_ms=1)

    assert not known.marked("visit-1")[1]


def test_a_marked_one_that_fails_leaves_the_next_marked() -> None:
    known = ENDED("visit-1", failed=True, marked=True, at_ms=0)

    assert known.marked("visit-1")[1]


def test_it_is_not_remembered_for_ever() -> None:
    known = ENDED("visit-1", failed=True, marked=False, at_ms=0)

    known = known.ended("visit-2", failed=False, marked=False, at_ms=REMEMBERED_MS)

    assert known.nothing_out == {}

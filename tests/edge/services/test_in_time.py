"""Nobody is waited for beyond a few seconds, and whoever is too slow only once."""

import pytest

from edge.domain.answers import Answer, Asker, Found
from edge.ports import RecordsUnavailable
from edge.services.in_time import DeadLine, InTime
from edge.simulated.clock import SimulatedClock

ASKER = Asker("person")


class Refusing:
    """Says no after some seconds of the machine's running time."""

    def __init__(self, clock, seconds):
        self.clock, self.seconds, self.asked = clock, seconds, 0

    def ask(self, _asker):
        self.asked += 1
        self.clock.advance(self.seconds)
        raise RecordsUnavailable("no route to the centre")


class Knows:
    def __init__(self, found):
        self.found = found

    def ask(self, _asker):
        return Answer(self.found)


@pytest.mark.parametrize(("seconds", "asked"), [(0.01, 3), (2.5, 1)])
def test_a_line_that_is_refused_late_is_left_alone_and_one_that_is_refused_at_once_is_not(
    seconds, asked
):
    clock = SimulatedClock()
    refusing = Refusing(clock, seconds)
    in_time = InTime(refusing, clock)

    found = [in_time.ask(ASKER).found for _ in range(3)]
    clock.advance(31)
    in_time.ask(ASKER)

    assert (found, refusing.asked) == ([Found.NOT_REACHABLE] * 3, asked + 1)


def test_an_answer_is_handed_on_and_who_cannot_ask_is_nobody():
    clock = SimulatedClock()

    assert InTime(Knows(Found.PENDING), clock).ask(ASKER) == Answer(Found.PENDING)
    assert InTime(Knows(Found.NOT_REACHABLE), clock).begin(ASKER)() is None
    assert InTime(None, clock).ask(ASKER).found is Found.NOT_REACHABLE


def test_whoever_asks_another_question_over_the_same_dead_line_does_not_wait_again():
    clock, dead = SimulatedClock(), DeadLine()
    certificates, records = Refusing(clock, 2.5), Refusing(clock, 2.5)

    InTime(certificates, clock, dead=dead).ask(ASKER)
    found = InTime(records, clock, dead=dead).ask(ASKER).found

    assert (found, certificates.asked, records.asked) == (Found.NOT_REACHABLE, 1, 0)

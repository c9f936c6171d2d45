"""A number that is over: whoever held it checks in anew."""

from dataclasses import replace

from factories.conversations import GIA, MAU, Conversation, kinds

from edge.domain.commands import AskStillHere, ShowScreen, StoreCheckIn
from edge.domain.facts import HallEmptied, NoLongerHere, TickPassed
from edge.domain.screen import Busy, Done
from edge.domain.state import Helper


def come_again(talk):
    """Return what follows when the first person holds up the card once more, later."""
    talk.tell(TickPassed(talk.after(30_000).now_ms))
    return talk.see(MAU)


def over(talk, visit="visit-1", *, companion=False):
    return talk.tell(NoLongerHere(visit, companion, talk.now_ms))


def test_when_another_day_began_in_the_hall_nobody_holds_a_number_from_before():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(HallEmptied(talk.now_ms))

    assert kinds(come_again(talk)) == [ShowScreen, StoreCheckIn]


def test_whoever_was_told_a_number_that_is_over_gets_a_new_one():
    talk = Conversation()
    talk.check_in(MAU)
    told = come_again(talk)

    followed = over(talk)

    assert kinds(told) == [ShowScreen, AskStillHere]
    assert kinds(followed) == [ShowScreen, StoreCheckIn]
    assert followed[0].screen == Busy()
    assert (followed[1].person, followed[1].companion_of) == ("person-mau", None)
    assert talk.state.given == {}


def test_a_companion_whose_number_is_over_stays_a_companion():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(TickPassed(talk.after(30_000).now_ms))
    talk.state = replace(talk.state, companion=True, helper=Helper("visit-9"))
    asked = talk.see(MAU)[-1]

    followed = over(talk, companion=asked.companion)

    assert followed[-1].companion_of == "visit-9"


def test_an_answer_that_comes_late_takes_the_screen_from_nobody():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(TickPassed(talk.after(30_000).now_ms))
    talk.check_in(GIA)

    assert over(talk) == []
    assert isinstance(talk.state.screen, Done)
    assert list(talk.state.given) == ["person-gia"]
    assert over(talk, "visit-2") == []
    assert talk.state.given == {}


def test_an_answer_after_everybody_left_is_remembered_all_the_same():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(TickPassed(talk.after(60_000).now_ms))

    assert over(talk) == []
    assert talk.state.given == {}

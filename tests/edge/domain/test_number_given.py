"""What may still follow on a number: another slip, the wait, the end of patience."""

from dataclasses import replace

from factories.conversations import GIA, MAU, Conversation, orders

from edge.domain.commands import (
    ReprintSlip,
)
from edge.domain.facts import (
    PrintFinished,
    ReprintQueued,
    ReprintWanted,
    TickPassed,
    WaitEstimated,
)
from edge.domain.reprint import LIMIT
from edge.domain.speech import Tone, tone


def test_a_lost_slip_is_printed_again_once_each_time_the_card_is_shown():
    talk = Conversation()
    talk.check_in(MAU)
    too_early = talk.tell(ReprintWanted(talk.now_ms))
    talk.after(10_000).see(MAU)
    asked = talk.tell(ReprintWanted(talk.now_ms))
    talk.tell(ReprintQueued("job-again", talk.now_ms))
    twice = talk.tell(ReprintWanted(talk.now_ms))
    ended = talk.tell(PrintFinished("job-again", "failed", talk.now_ms))

    assert too_early == []
    assert orders(asked, ReprintSlip) == [ReprintSlip("visit-1", "A001", "N. T. M***")]
    assert twice == []
    assert ended[0].screen.slip == "failed"


def test_a_slip_that_was_printed_often_enough_is_no_fault_of_the_printer():
    talk = Conversation()
    talk.check_in(MAU)
    talk.after(10_000).see(MAU)
    talk.tell(ReprintWanted(talk.now_ms))
    talk.tell(ReprintQueued("job-again", talk.now_ms))

    talk.tell(PrintFinished("job-again", "failed", talk.now_ms, "TRAM1:A", LIMIT))

    assert (talk.state.screen.slip, talk.state.screen.qr) == ("limit", None)
    assert tone(talk.state.screen) is Tone.ATTENTION
    beside = PrintFinished("job-2", "failed", talk.now_ms, reason=LIMIT, beside="job-again")
    assert talk.tell(beside) == []


def test_a_number_that_was_forgotten_meanwhile_is_not_printed_again():
    talk = Conversation()
    talk.check_in(MAU)
    talk.after(10_000).see(MAU)
    talk.state = replace(talk.state, given={})

    assert talk.tell(ReprintWanted(talk.now_ms)) == []


def test_a_slip_that_ends_changes_nothing_for_who_only_looks_at_the_number_again():
    talk = Conversation()
    talk.check_in(MAU)
    talk.after(10_000).see(MAU)

    assert talk.tell(PrintFinished("job-1", "failed", talk.now_ms)) == []


def test_the_wait_is_told_while_it_is_known_and_not_longer():
    talk = Conversation()
    talk.tell(WaitEstimated((10, 25), talk.now_ms))
    talk.check_in(MAU)
    known = talk.state.screen.wait
    talk.after(10 * 60_000).check_in(GIA)

    assert (known, talk.state.screen.wait) == ((10, 25), None)


def test_a_number_that_no_slip_holds_is_not_taken_away_without_asking():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(PrintFinished("job-1", "failed", talk.now_ms))

    asked = talk.tell(TickPassed(talk.after(25_000).now_ms))

    assert asked[0].still_there

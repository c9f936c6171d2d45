"""The slip of what differs did not come out: the person is told, whoever's turn it is."""

from dataclasses import replace

import pytest
from factories.conversations import GIA, MAU, Conversation, orders

from edge.domain.commands import PrintSlip, ReprintSlip, StoreCheckIn
from edge.domain.facts import CompanionAnnounced, Confirmed, PrintFinished, ReprintWanted
from edge.domain.roster import Difference, Match, Standing
from edge.domain.screen import HoldUp, MissedSlip, NotOut
from edge.domain.speech import Tone, tone
from edge.domain.time_limits import shown_for_ms, warns

BORN = Difference("birth", "1985-08-17", "1985-07-18")
LISTED = replace(MAU, match=Match(Standing.TO_SUPPLEMENT, "Bàn 2", (BORN,)))


def differing() -> Conversation:
    talk = Conversation()
    talk.see(LISTED)
    (order,) = orders(talk.tell(Confirmed(talk.now_ms)), StoreCheckIn)
    talk.store(order)
    return talk


def correction(outcome: NotOut, now_ms: int) -> PrintFinished:
    return PrintFinished("job-beside", outcome, now_ms, beside="job-1")


@pytest.mark.parametrize("outcome", ["failed", "doubtful"])
def test_a_person_is_told_that_the_slip_of_what_differs_did_not_come_out(outcome: NotOut) -> None:
    talk = differing()
    talk.tell(PrintFinished("job-1", "proven", talk.now_ms))

    talk.tell(correction(outcome, talk.now_ms))

    done = talk.state.screen
    assert (done.slip, done.correction) == ("printed", outcome)
    assert (shown_for_ms(done), warns(done), tone(done)) == (45_000, True, Tone.ATTENTION)


def test_the_number_keeps_what_is_told_of_the_other_slip() -> None:
    talk = differing()

    talk.tell(correction("failed", talk.now_ms))
    talk.tell(PrintFinished("job-1", "proven", talk.now_ms))

    assert (talk.state.screen.slip, talk.state.screen.correction) == ("printed", "failed")


def test_one_that_came_out_is_no_news() -> None:
    talk = differing()

    assert talk.tell(PrintFinished("job-beside", "proven", talk.now_ms, beside="job-1")) == []


def test_a_helper_who_went_on_is_told_of_it_too() -> None:
    talk = differing()
    talk.tell(CompanionAnnounced(talk.now_ms))

    talk.tell(correction("failed", talk.now_ms))

    assert isinstance(talk.state.screen, HoldUp)
    assert talk.state.screen.missed == (MissedSlip("A001", "failed", correction=True),)


@pytest.mark.parametrize("correction_first", [True, False])
def test_of_both_slips_of_a_person_a_helper_is_told_of_the_one_with_the_number(
    correction_first: bool,
) -> None:
    talk = differing()
    talk.tell(CompanionAnnounced(talk.now_ms))
    ends = [correction("failed", talk.now_ms), PrintFinished("job-1", "failed", talk.now_ms)]

    for end in ends if correction_first else reversed(ends):
        talk.tell(end)

    assert isinstance(talk.state.screen, HoldUp)
    assert talk.state.screen.missed == (MissedSlip("A001", "failed"),)


def test_it_is_no_news_to_the_next_person() -> None:
    talk = differing()
    talk.after(10_000).check_in(GIA)

    assert talk.tell(correction("failed", talk.now_ms)) == []


def test_whoever_has_the_slip_printed_again_gets_that_of_what_differs_again() -> None:
    talk = differing()
    talk.after(10_000).see(LISTED)

    (again,) = orders(talk.tell(ReprintWanted(talk.now_ms)), ReprintSlip)

    assert orders(talk.commands, PrintSlip)[0].corrections == (BORN,)
    assert (again.corrections, again.alone) == ((BORN,), False)

"""What a person may want beside a number: certificates, doses, a complaint."""

from datetime import date

import pytest
from factories.conversations import GIA, INSURANCE, MAU, Conversation, orders

from edge.domain.answers import Answer, Asker, Found, Item, Subject, Want
from edge.domain.commands import (
    AskRecords,
    PrintSlip,
    ShowScreen,
    StoreCheckIn,
    StoreComplaint,
)
from edge.domain.facts import (
    Answered,
    ComplaintStored,
    JournalFailed,
    KeypadOpened,
    NumberEntered,
    PrintFinished,
    ScreenLeft,
    SubjectChosen,
    WantChosen,
    WantsOpened,
)
from edge.domain.screen import (
    Asking,
    Certificates,
    ChooseSubject,
    Complained,
    Doses,
    HoldUp,
    OutOfOrder,
    TwoCards,
)

DOSES = Answer(Found.AVAILABLE, (Item("1", 1, date(2021, 9, 12)),))


@pytest.mark.parametrize(
    ("want", "screen"), [(Want.CERTIFICATE, Certificates), (Want.RECORD, Doses)]
)
def test_a_person_asks_by_card_and_gets_the_answer(want, screen):
    talk = Conversation()
    talk.tell(WantsOpened(talk.now_ms))
    talk.tell(WantChosen(want, talk.now_ms))
    asked = talk.see(MAU)

    answered = talk.tell(Answered(want, "person-mau", DOSES, talk.now_ms))

    assert asked == [
        ShowScreen(Asking()),
        AskRecords(want, Asker("person-mau", None, MAU.reading)),
    ]
    assert answered == [ShowScreen(screen(DOSES, "N. T. M***"))]


def test_who_only_types_a_number_sees_no_details():
    talk = Conversation()
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))
    talk.tell(KeypadOpened(talk.now_ms))
    talk.tell(NumberEntered(MAU, talk.now_ms))

    talk.tell(Answered(Want.RECORD, "person-mau", DOSES, talk.now_ms))

    assert talk.state.screen.answer == Answer(Found.AVAILABLE)


def test_an_answer_that_comes_too_late_or_to_somebody_else_is_not_shown():
    talk = Conversation()
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))
    talk.see(MAU)
    others = talk.tell(Answered(Want.RECORD, "person-gia", DOSES, talk.now_ms))
    talk.tell(ScreenLeft(talk.now_ms))

    late = talk.tell(Answered(Want.RECORD, "person-mau", DOSES, talk.now_ms))

    assert (others, late) == ([], [])


def test_a_card_that_still_lies_there_counts_for_the_new_wish():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(WantChosen(Want.CERTIFICATE, talk.now_ms))

    asked = talk.after(100).see(MAU)

    assert orders(asked, AskRecords)[0].asker.visit == "visit-1"


def test_the_next_persons_card_on_an_answer_is_a_check_in():
    talk = Conversation()
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))
    talk.see(MAU)
    talk.tell(Answered(Want.RECORD, "person-mau", DOSES, talk.now_ms))

    at_once = talk.after(1_000).see(GIA)
    later = talk.after(3_000).see(GIA)

    assert at_once == []
    assert orders(later, StoreCheckIn)


def test_a_complaint_is_chosen_then_the_card_is_shown_then_it_has_a_number():
    talk = Conversation()
    talk.tell(WantChosen(Want.COMPLAINT, talk.now_ms))
    choose = talk.state.screen
    talk.tell(SubjectChosen(Subject.DOSE_MISSING, talk.now_ms))
    hold = talk.state.screen
    order = orders(talk.see(MAU), StoreComplaint)[0]
    followed = talk.tell(ComplaintStored("visit-9", "job-9", "PA001", talk.now_ms))
    printed = talk.tell(PrintFinished("job-9", "proven", talk.now_ms))

    assert (choose, hold) == (ChooseSubject(), HoldUp(Want.COMPLAINT))
    assert (order.subject, order.person) == (Subject.DOSE_MISSING, "person-mau")
    slip = PrintSlip("job-9", "visit-9", "PA001", None, kind="complaint")
    assert followed[:2] == [slip, ShowScreen(Complained("PA001"))]
    assert printed == [ShowScreen(Complained("PA001", slip="printed"))]


def test_whoever_reads_a_wrong_answer_need_not_show_the_card_again():
    talk = Conversation()
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))
    talk.see(MAU)
    talk.tell(Answered(Want.RECORD, "person-mau", Answer(Found.UNKNOWN), talk.now_ms))
    talk.tell(WantChosen(Want.COMPLAINT, talk.now_ms))

    followed = talk.tell(SubjectChosen(Subject.DOSE_MISSING, talk.now_ms))

    assert orders(followed, StoreComplaint)[0].claim == MAU.reading


def test_a_wish_is_forgotten_when_the_person_goes_back_to_the_choice():
    talk = Conversation()
    talk.tell(WantChosen(Want.COMPLAINT, talk.now_ms))
    talk.tell(ScreenLeft(talk.now_ms))

    assert orders(talk.see(MAU), StoreCheckIn)


def test_two_cards_for_a_wish_lead_back_to_it():
    talk = Conversation()
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))
    talk.see(MAU, GIA)
    two = talk.state.screen
    talk.tell(ScreenLeft(talk.now_ms))

    assert (two, talk.state.screen) == (TwoCards(), HoldUp(Want.RECORD))


def test_a_wrong_card_for_a_wish_is_explained_and_the_wish_stays():
    talk = Conversation()
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))
    talk.see(INSURANCE)
    talk.tell(ScreenLeft(talk.now_ms))

    assert talk.state.screen == HoldUp(Want.RECORD)


def test_a_journal_that_fails_takes_an_asked_for_card_away():
    talk = Conversation()
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))

    assert talk.tell(JournalFailed("D02", talk.now_ms)) == [ShowScreen(OutOfOrder("D02"))]

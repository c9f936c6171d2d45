"""Everything that lies between a card and its number, and the ways back."""

from dataclasses import replace

import pytest
from factories.conversations import GIA, MAU, Conversation, careful, orders

from edge.domain.answers import Subject, Want
from edge.domain.commands import (
    PrintSlip,
    ShowScreen,
    StoreCheckIn,
    StoreRefusal,
)
from edge.domain.facts import (
    Confirmed,
    Denied,
    HelpWanted,
    KeypadOpened,
    NumberEntered,
    PassportOpened,
    ReprintWanted,
    ScreenLeft,
    ScreenTouched,
    Seen,
    SubjectChosen,
    TickPassed,
    WantChosen,
    WantsOpened,
)
from edge.domain.reading import complain, go_on, not_me
from edge.domain.roster import Difference, Match, Standing
from edge.domain.screen import (
    Attract,
    ChooseSubject,
    Differs,
    Done,
    HoldUp,
    Keypad,
    NotMe,
    Passport,
    Read,
    Refused,
    StaffWanted,
    Wants,
)
from edge.domain.speech import Tone, tone
from edge.domain.state import State
from protocol.documents.model import DocumentClass, Reason, Refusal
from protocol.documents.passport import Part

DIFFERENCE = Difference("birth", "1985-08-17", "1985-07-18")


LISTED = replace(MAU, match=Match(Standing.TO_SUPPLEMENT, desk="Bàn 2", differences=(DIFFERENCE,)))


def test_what_was_read_is_shown_masked_and_becomes_a_number_by_itself():
    talk = careful()

    shown = talk.see(MAU)
    early = talk.tell(TickPassed(talk.after(5_900).now_ms))
    late = talk.tell(TickPassed(talk.after(100).now_ms))

    read = Read(DocumentClass.CCCD_2021, "N. T. M***", "•••••••••123", 6_000)
    assert shown == [ShowScreen(read)]
    assert early == []
    assert orders(late, StoreCheckIn)[0].claim == MAU.reading


def test_whoever_agrees_need_not_wait():
    talk = careful()
    talk.see(MAU)

    assert orders(talk.tell(Confirmed(talk.now_ms)), StoreCheckIn)


def test_somebody_elses_card_leaves_nothing_but_that_it_was_refused():
    talk = careful()
    talk.see(MAU)

    followed = talk.tell(Denied(talk.now_ms))
    talk.look(MAU, milliseconds=3_000)

    assert followed == [StoreRefusal("cccd_2021", "not_me", "camera"), ShowScreen(NotMe())]
    assert talk.state.pending is None
    assert orders(talk.commands, StoreCheckIn) == []


def test_a_card_in_the_other_hand_does_not_take_the_question_away():
    talk = careful()
    talk.see(MAU)

    assert talk.after(500).see(GIA) == []
    assert talk.after(500).see(MAU, GIA) == []


def test_differences_are_told_before_the_number_and_only_their_fields_are_stored():
    talk = Conversation()

    shown = talk.see(LISTED)
    order = orders(talk.tell(Confirmed(talk.now_ms)), StoreCheckIn)[0]
    followed = talk.store(order)

    assert shown == [ShowScreen(Differs(("birth",)))]
    assert (order.standing, order.desk, order.differences) == ("to_supplement", "Bàn 2", ("birth",))
    assert orders(followed, PrintSlip)[0].corrections == (DIFFERENCE,)
    assert talk.state.screen.desk == "Bàn 2"
    assert talk.state.screen.standing == "to_supplement"


def test_nobody_goes_without_a_number_for_not_touching_the_screen():
    talk = Conversation()
    talk.see(LISTED)

    assert orders(talk.tell(TickPassed(talk.after(40_000).now_ms)), StoreCheckIn)


def test_a_card_that_differs_may_be_somebody_elses():
    talk = Conversation()
    talk.see(LISTED)

    assert talk.tell(Denied(talk.now_ms))[-1] == ShowScreen(NotMe())


MISTYPED = Seen(
    "code-typed",
    Refusal(DocumentClass.PASSPORT, Reason.BAD_CHECK_DIGIT),
    mistyped=(Part.NUMBER, Part.BIRTH),
)


def test_a_mistyped_passport_is_typed_again_where_it_stands():
    talk = Conversation()
    talk.tell(PassportOpened(talk.now_ms))

    first = talk.tell(NumberEntered(MISTYPED, talk.now_ms))
    again = talk.tell(NumberEntered(MISTYPED, talk.now_ms))

    assert first == [
        StoreRefusal("passport", "bad_check_digit", "keypad"),
        ShowScreen(Passport((Part.NUMBER, Part.BIRTH), 1)),
    ]
    assert again[-1] == ShowScreen(Passport((Part.NUMBER, Part.BIRTH), 2))
    assert tone(talk.state.screen) is Tone.ATTENTION


def test_lines_that_come_where_nobody_types_a_passport_are_explained():
    talk = Conversation()

    talk.tell(NumberEntered(MISTYPED, talk.now_ms))

    assert talk.state.screen == Refused(DocumentClass.PASSPORT, Reason.BAD_CHECK_DIGIT)


@pytest.mark.parametrize("open_page", [KeypadOpened, PassportOpened, WantsOpened])
def test_a_person_is_asked_before_the_page_goes_and_any_touch_keeps_it(open_page):
    talk = Conversation()
    talk.tell(open_page(talk.now_ms))
    page = talk.state.screen
    talk.tell(TickPassed(talk.after(100_000 if page == Passport() else 40_000).now_ms))
    asked = talk.state.still_there
    again = talk.tell(TickPassed(talk.after(1_000).now_ms))

    kept = talk.tell(ScreenTouched(talk.now_ms))

    assert asked
    assert again == []
    assert kept == [ShowScreen(page)]
    assert not talk.state.still_there


@pytest.mark.parametrize(
    ("facts", "there"),
    [
        ([WantChosen(Want.RECORD, 1)], Wants()),
        ([WantChosen(Want.COMPLAINT, 1)], Wants()),
        (
            [WantChosen(Want.COMPLAINT, 1), SubjectChosen(Subject.OTHER, 1)],
            ChooseSubject(),
        ),
        ([WantChosen(Want.RECORD, 1), KeypadOpened(1)], HoldUp(Want.RECORD)),
        ([PassportOpened(1)], Attract()),
        ([WantsOpened(1)], Attract()),
        ([HelpWanted(1)], Attract()),
    ],
)
def test_back_leads_one_step_back(facts, there):
    talk = Conversation()
    for fact in facts:
        talk.tell(fact)

    talk.tell(ScreenLeft(talk.now_ms))

    assert talk.state.screen == there


def test_calling_staff_drops_what_was_read():
    talk = careful()
    talk.see(MAU)
    talk.tell(HelpWanted(talk.now_ms))

    assert talk.state.screen == StaffWanted()
    assert talk.state.pending is None


@pytest.mark.parametrize(
    "fact",
    [Confirmed(1), Denied(1), SubjectChosen(Subject.OTHER, 1), ReprintWanted(1)],
    ids=lambda fact: type(fact).__name__,
)
def test_an_answer_that_nobody_asked_for_changes_nothing(fact):
    assert Conversation().tell(fact) == []


def test_steps_without_anybody_read_lead_nowhere():
    state = State(screen=Keypad())

    assert go_on(state, 1) == (state, [])
    assert not_me(state, 1) == (state, [])
    assert complain(state, 1)[0].screen == Attract()


def test_a_number_is_taken_as_done_only_in_the_order_of_the_law():
    talk = careful()
    talk.see(MAU)
    followed = talk.tell(Confirmed(talk.now_ms))
    talk.store(orders(followed, StoreCheckIn)[0])

    assert isinstance(talk.state.screen, Done)
    assert [type(command) for command in talk.commands].index(StoreCheckIn) < [
        type(command) for command in talk.commands
    ].index(PrintSlip)

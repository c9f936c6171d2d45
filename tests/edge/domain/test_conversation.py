"""What a person may want beside a number, and everything that lies between a card and its number."""

from dataclasses import replace
from datetime import date

import pytest
from factories.conversations import GIA, INSURANCE, MAU, Conversation

from edge.domain.aim import Hint
from edge.domain.answers import Answer, Asker, Found, Item, Subject, Want
from edge.domain.commands import (
    AskRecords,
    PrintSlip,
    ReprintSlip,
    ShowScreen,
    StoreCheckIn,
    StoreComplaint,
    StoreRefusal,
)
from edge.domain.facts import (
    AimJudged,
    Answered,
    CameraFailed,
    CompanionAnnounced,
    ComplaintStored,
    Confirmed,
    Denied,
    HealthChanged,
    HelpWanted,
    JournalFailed,
    KeypadOpened,
    NumberEntered,
    PassportOpened,
    PrintFinished,
    ReprintQueued,
    ReprintWanted,
    ScreenLeft,
    ScreenTouched,
    SubjectChosen,
    TickPassed,
    WaitEstimated,
    WantChosen,
    WantsOpened,
)
from edge.domain.health import FaultCode
from edge.domain.minors import is_minor
from edge.domain.reading import complain, go_on, not_me
from edge.domain.roster import Difference, Match, Standing
from edge.domain.screen import (
    AskGuardian,
    Asking,
    Attract,
    Certificates,
    ChooseSubject,
    Complained,
    Differs,
    Done,
    Doses,
    HoldUp,
    Keypad,
    NotMe,
    OutOfOrder,
    Passport,
    Read,
    StaffWanted,
    TwoCards,
    Wants,
)
from edge.domain.state import State
from protocol.documents.model import Claim, DocumentClass, PartialDate

DIFFERENCE = Difference("birth", "1985-08-17", "1985-07-18")
LISTED = replace(MAU, match=Match(Standing.TO_SUPPLEMENT, desk="Bàn 2", differences=(DIFFERENCE,)))
CHILD = replace(GIA, code="code-child", person="person-child", minor=True)
DOSES = Answer(Found.AVAILABLE, (Item("1", 1, date(2021, 9, 12)),))


def careful() -> Conversation:
    """Return a conversation at a site that shows what was read, as is usual."""
    return Conversation(State())


def orders(commands, kind):
    return [command for command in commands if isinstance(command, kind)]


def test_what_was_read_is_shown_masked_and_becomes_a_number_by_itself():
    talk = careful()

    shown = talk.see(MAU)
    early = talk.tell(TickPassed(talk.after(1_900).now_ms))
    late = talk.tell(TickPassed(talk.after(100).now_ms))

    read = Read(DocumentClass.CCCD_2021, "N. T. M***", "•••••••••123", 2_000)
    assert shown == [ShowScreen(read)]
    assert early == []
    assert orders(late, StoreCheckIn)[0].claim == MAU.reading


def test_whoever_agrees_need_not_wait():
    talk = careful()
    talk.see(MAU)

    assert orders(talk.tell(Confirmed(talk.now_ms)), StoreCheckIn)


def test_a_touch_gives_the_time_to_read_anew():
    talk = careful()
    talk.see(MAU)
    talk.tell(ScreenTouched(talk.after(1_500).now_ms))

    assert talk.tell(TickPassed(talk.after(1_500).now_ms)) == []


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
    assert talk.state.screen.standing is Standing.TO_SUPPLEMENT


def test_nobody_goes_without_a_number_for_not_touching_the_screen():
    talk = Conversation()
    talk.see(LISTED)

    assert orders(talk.tell(TickPassed(talk.after(30_000).now_ms)), StoreCheckIn)


def test_a_card_that_differs_may_be_somebody_elses():
    talk = Conversation()
    talk.see(LISTED)

    assert talk.tell(Denied(talk.now_ms))[-1] == ShowScreen(NotMe())


def family() -> Conversation:
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(CompanionAnnounced(talk.now_ms))
    return talk


def test_a_helper_checks_a_family_in_each_with_their_own_slip():
    talk = family()
    asked = talk.state.screen
    talk.check_in(GIA)
    first = talk.state.screen
    talk.tell(CompanionAnnounced(talk.now_ms))
    talk.check_in(replace(GIA, code="code-3", person="person-3"))

    companions = orders(talk.commands, StoreCheckIn)[1:]
    slips = [(slip.ticket, slip.companions) for slip in orders(talk.commands, PrintSlip)]
    assert asked == HoldUp(Want.CHECK_IN, companion=True)
    assert (first.ticket, first.companions) == ("A002", 1)
    assert [order.companion_of for order in companions] == ["visit-1", "visit-1"]
    assert slips == [("A001", 0), ("A002", 1), ("A003", 2)]


def test_the_next_in_the_queue_is_nobodys_companion():
    talk = Conversation()
    talk.check_in(MAU)
    talk.after(3_000).check_in(GIA)

    assert orders(talk.commands, StoreCheckIn)[1].companion_of is None


def test_a_companion_who_has_a_number_is_shown_it():
    talk = family()

    talk.after(5_000).see(MAU)

    assert talk.state.screen.again


@pytest.mark.parametrize(
    ("answer", "guardian"), [(Confirmed, True), (Denied, False), (None, False)]
)
def test_the_helper_of_a_minor_is_asked_and_any_answer_gives_a_number(answer, guardian):
    talk = family()
    talk.see(CHILD)
    asked = talk.state.screen
    fact = answer(talk.now_ms) if answer else TickPassed(talk.after(30_000).now_ms)

    order = orders(talk.tell(fact), StoreCheckIn)[0]

    assert asked == AskGuardian("Đ. T. G***")
    assert order.guardian is guardian


def test_a_minor_alone_gets_a_number_and_is_told_to_bring_a_guardian():
    talk = Conversation()
    talk.check_in(CHILD)

    assert talk.state.screen.minor_alone


def test_companions_are_announced_beside_a_number_only():
    assert Conversation().tell(CompanionAnnounced(1)) == []


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


def test_a_number_that_no_slip_holds_is_not_taken_away_without_asking():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(PrintFinished("job-1", "failed", talk.now_ms))

    asked = talk.tell(TickPassed(talk.after(25_000).now_ms))

    assert asked[0].still_there


def test_how_to_hold_the_card_is_told_where_a_card_is_asked_for():
    talk = Conversation()
    first = talk.tell(AimJudged(Hint.CLOSER, talk.now_ms))
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))
    there = talk.state.screen
    talk.tell(KeypadOpened(talk.now_ms))

    assert first == [ShowScreen(Attract(hint=Hint.CLOSER))]
    assert there == HoldUp(Want.RECORD, hint=Hint.CLOSER)
    assert talk.tell(AimJudged(None, talk.now_ms)) == []


def test_a_dead_camera_is_told_where_a_card_is_asked_for():
    talk = Conversation()
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))

    shown = talk.tell(CameraFailed(talk.now_ms))

    assert shown == [ShowScreen(HoldUp(Want.RECORD, camera_works=False))]


def test_an_ill_machine_serves_and_tells_the_staff_and_only_a_full_disk_stops_it():
    talk = Conversation()
    paper = talk.tell(HealthChanged((FaultCode.PAPER_OUT,), talk.now_ms))
    same = talk.tell(HealthChanged((FaultCode.PAPER_OUT,), talk.now_ms))
    full = talk.tell(HealthChanged((FaultCode.DISK_FULL,), talk.now_ms))
    journal = talk.tell(HealthChanged((FaultCode.JOURNAL_FAILED,), talk.now_ms))
    well = talk.tell(HealthChanged((), talk.now_ms))

    assert paper == [ShowScreen(Attract(faults=(FaultCode.PAPER_OUT,)))]
    assert same == []
    assert (full, journal) == ([ShowScreen(OutOfOrder("D01"))], [ShowScreen(OutOfOrder("D02"))])
    assert well == [ShowScreen(Attract())]


def test_a_machine_that_falls_ill_takes_no_page_from_a_person_but_one_that_leads_nowhere():
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))
    typing = talk.tell(HealthChanged((FaultCode.DISK_FULL,), talk.now_ms))
    talk.tell(HealthChanged((FaultCode.HOT,), talk.now_ms))
    talk.tell(WantChosen(Want.RECORD, talk.now_ms))

    asked = talk.tell(HealthChanged((FaultCode.DISK_FULL,), talk.now_ms))

    assert typing == []
    assert asked == [ShowScreen(OutOfOrder("D01"))]


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


def test_a_wish_is_forgotten_when_the_person_goes_back_to_the_choice():
    talk = Conversation()
    talk.tell(WantChosen(Want.COMPLAINT, talk.now_ms))
    talk.tell(ScreenLeft(talk.now_ms))

    assert orders(talk.see(MAU), StoreCheckIn)


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


def test_steps_without_anybody_read_lead_nowhere():
    state = State(screen=Keypad())

    assert go_on(state, 1) == (state, [])
    assert not_me(state, 1) == (state, [])
    assert complain(state, 1)[0].screen == Attract()


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("birth", "number", "minor"),
    [
        (PartialDate(2010, 11, 22), "058210000001", False),
        (PartialDate(2010, 11, 23), "058210000001", True),
        (PartialDate(2010), "058210000001", True),
        (PartialDate(2009), "058209000001", False),
        (PartialDate(2030, 1, 1), "058210000001", False),
        (None, "058212000001", True),
        (None, "058085000001", False),
        (None, "C1234567", False),
    ],
)
def test_a_minor_is_known_by_the_date_or_else_by_the_number(birth, number, minor):
    claim = Claim(DocumentClass.CCCD_2021, number, birth=birth)

    assert is_minor(claim, TODAY, 16) is minor


def test_a_number_is_taken_as_done_only_in_the_order_of_the_law():
    talk = careful()
    talk.see(MAU)
    followed = talk.tell(Confirmed(talk.now_ms))
    talk.store(orders(followed, StoreCheckIn)[0])

    assert isinstance(talk.state.screen, Done)
    assert [type(command) for command in talk.commands].index(StoreCheckIn) < [
        type(command) for command in talk.commands
    ].index(PrintSlip)

"""From a card or a typed number to a number of the queue, each person one."""

from factories.conversations import GIA, INSURANCE, MAU, MAU_BY_NOTICE, Conversation, kinds

from edge.domain.commands import (
    AskStillHere,
    ForgetFrames,
    PrintSlip,
    ShowScreen,
    StoreCheckIn,
    StoreRefusal,
)
from edge.domain.facts import (
    HelpWanted,
    JournalFailed,
    KeypadOpened,
    NumberEntered,
    PrintFinished,
    ScreenLeft,
    ScreenTouched,
    TickPassed,
)
from edge.domain.screen import (
    Attract,
    Busy,
    Done,
    Keypad,
    OutOfOrder,
)


def test_a_scan_is_stored_before_anything_is_printed_or_said_to_be_done():
    talk = Conversation()

    asked = talk.see(MAU)
    followed = talk.store(asked[-1])

    assert kinds(asked) == [ShowScreen, StoreCheckIn]
    assert asked[0].screen == Busy()
    assert kinds(followed) == [PrintSlip, ShowScreen, ForgetFrames]
    assert followed[1].screen == Done("A001", "N. T. M***", slip="printing")


def test_a_check_in_that_is_not_stored_is_neither_printed_nor_called_done():
    talk = Conversation()
    talk.see(MAU)

    followed = talk.tell(JournalFailed("D01", talk.now_ms))

    assert followed == [ShowScreen(OutOfOrder("D01"))]
    assert PrintSlip not in kinds(talk.commands)


def test_a_card_left_in_view_is_served_once():
    talk = Conversation()
    talk.check_in(MAU)

    talk.look(MAU, milliseconds=60_000)

    assert kinds(talk.commands).count(StoreCheckIn) == 1
    assert talk.screens() == [Busy(), Done("A001", "N. T. M***")]


def test_the_same_card_later_shows_the_number_it_has_and_gives_no_second_one():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(TickPassed(talk.after(30_000).now_ms))

    followed = talk.see(MAU)

    assert followed == [
        ShowScreen(Done("A001", "N. T. M***", slip="printed", again=True)),
        AskStillHere("person-mau", "visit-1", "A001"),
    ]


def test_another_document_of_the_same_person_gives_no_second_number():
    talk = Conversation()
    talk.check_in(MAU)

    followed = talk.after(30_000).see(MAU_BY_NOTICE)

    assert followed[0].screen.ticket == "A001"
    assert followed[0].screen.again


def test_a_person_of_yesterday_is_served_as_a_new_one():
    talk = Conversation()
    talk.check_in(MAU)

    asked = talk.after(20 * 3_600_000).see(MAU)
    talk.store(asked[-1])

    assert kinds(asked) == [ShowScreen, StoreCheckIn]
    assert len(talk.state.given) == 1


def test_the_next_card_waits_until_the_number_could_be_read_and_is_then_served():
    talk = Conversation()
    talk.check_in(MAU)

    at_once = talk.after(300).see(GIA)
    later = talk.after(2_500).see(GIA)

    assert at_once == []
    assert kinds(later) == [ShowScreen, StoreCheckIn]


def test_a_typed_number_checks_in_as_a_card_does():
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))

    followed = talk.tell(NumberEntered(MAU_BY_NOTICE, talk.now_ms))

    assert kinds(followed) == [ShowScreen, StoreCheckIn]
    assert followed[1].source == "keypad"


def test_a_typed_number_that_is_none_is_refused_as_typed():
    talk = Conversation()

    followed = talk.tell(NumberEntered(INSURANCE, talk.now_ms))

    assert followed[0] == StoreRefusal("health_insurance", "health_insurance", "keypad")


def test_a_card_held_up_at_the_keypad_is_served():
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))

    assert kinds(talk.see(MAU)) == [ShowScreen, StoreCheckIn]


def test_the_keypad_closes_a_minute_after_the_last_touch():
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))
    talk.tell(ScreenTouched(talk.after(50_000).now_ms))

    early = talk.tell(TickPassed(talk.after(40_000).now_ms))
    late = talk.tell(TickPassed(talk.after(20_000).now_ms))

    assert early == [ShowScreen(Keypad(), still_there=True)]
    assert late == [ShowScreen(Attract())]


def test_back_leads_to_the_beginning_from_every_screen():
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))
    assert talk.state.screen == Keypad()

    assert talk.tell(ScreenLeft(talk.now_ms)) == [ShowScreen(Attract())]


def test_a_touch_while_a_check_in_is_written_changes_nothing():
    talk = Conversation()
    talk.see(MAU)

    assert talk.tell(ScreenLeft(talk.now_ms)) == []
    assert talk.state.screen == Busy()


def test_cards_wait_while_a_check_in_is_written():
    talk = Conversation()
    talk.see(MAU)

    assert talk.after(100).see(GIA) == []
    assert talk.after(100).see(GIA, MAU) == []


def test_how_the_slip_ended_changes_the_words_under_the_number():
    endings = {}
    for outcome in ("proven", "doubtful", "failed"):
        talk = Conversation()
        talk.check_in(MAU)
        talk.tell(PrintFinished("job-1", outcome, talk.now_ms))
        endings[outcome] = talk.state.screen.slip

    assert endings == {"proven": "printed", "doubtful": "doubtful", "failed": "failed"}


def test_without_a_slip_what_its_qr_says_is_on_the_screen():
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(PrintFinished("job-1", "failed", talk.now_ms, "TRAM1:A"))

    assert (talk.state.screen.slip, talk.state.screen.qr) == ("failed", "TRAM1:A")


def test_a_slip_of_somebody_who_left_changes_no_screen():
    talk = Conversation()
    talk.check_in(MAU)
    talk.after(3_000).check_in(GIA)

    followed = talk.tell(PrintFinished("job-1", "failed", talk.now_ms))

    assert followed == []


def test_a_number_without_a_slip_stays_longer_than_one_with():
    waits = {}
    for outcome in ("proven", "failed"):
        talk = Conversation()
        talk.check_in(MAU)
        talk.tell(PrintFinished("job-1", outcome, talk.now_ms))
        waits[outcome] = talk.tell(TickPassed(talk.after(20_000).now_ms))

    assert waits == {"proven": [ShowScreen(Attract())], "failed": []}


def test_the_plea_for_staff_stays_a_minute():
    talk = Conversation()
    talk.tell(HelpWanted(talk.now_ms))

    early = talk.tell(TickPassed(talk.after(59_000).now_ms))
    late = talk.tell(TickPassed(talk.after(1_000).now_ms))

    assert early == []
    assert late == [ShowScreen(Attract())]

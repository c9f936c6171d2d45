"""A camera or a journal that fails, as the person before the kiosk meets it."""

from factories.conversations import MAU, Conversation

from edge.domain.commands import (
    ShowScreen,
    TryJournal,
)
from edge.domain.facts import (
    CameraFailed,
    CameraWorked,
    JournalFailed,
    JournalRecovered,
    KeypadOpened,
    ScreenLeft,
    TickPassed,
)
from edge.domain.screen import (
    Attract,
    OutOfOrder,
)


def test_a_dead_camera_is_said_and_the_keypad_goes_on():
    talk = Conversation()

    failed = talk.tell(CameraFailed(talk.now_ms))
    worked = talk.tell(CameraWorked(talk.now_ms))

    assert failed == [ShowScreen(Attract(camera_works=False))]
    assert worked == [ShowScreen(Attract())]


def test_a_camera_that_dies_while_somebody_types_disturbs_nobody():
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))

    during = talk.tell(CameraFailed(talk.now_ms))
    after = talk.tell(ScreenLeft(talk.now_ms))

    assert during == []
    assert after == [ShowScreen(Attract(camera_works=False))]


def test_out_of_order_stays_whatever_is_touched_and_the_journal_is_tried_again():
    talk = Conversation()
    talk.tell(JournalFailed("D02", talk.now_ms))

    touched = talk.tell(ScreenLeft(talk.now_ms))
    early = talk.tell(TickPassed(talk.after(14_000).now_ms))
    late = talk.tell(TickPassed(talk.after(1_000).now_ms))
    at_once = talk.tell(TickPassed(talk.after(1_000).now_ms))

    assert touched == [ShowScreen(OutOfOrder("D02"))]
    assert (early, late, at_once) == ([], [TryJournal()], [])


def test_a_journal_that_can_be_written_again_brings_the_kiosk_back():
    talk = Conversation()
    talk.tell(JournalFailed("D01", talk.now_ms))

    assert talk.tell(JournalRecovered(talk.now_ms)) == [ShowScreen(Attract())]


def test_a_person_at_an_out_of_order_kiosk_is_still_tried_and_its_success_ends_the_fault():
    talk = Conversation()
    talk.tell(JournalFailed("D01", talk.now_ms))

    talk.check_in(MAU)
    talk.tell(TickPassed(talk.after(30_000).now_ms))

    assert talk.state.screen == Attract()
    assert talk.state.fault is None


def test_a_fault_takes_no_screen_from_a_person_who_is_served_and_shows_afterwards():
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))

    during = talk.tell(JournalFailed("D01", talk.now_ms))
    after = talk.tell(ScreenLeft(talk.now_ms))

    assert during == []
    assert after == [ShowScreen(OutOfOrder("D01"))]

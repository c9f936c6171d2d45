"""Codes that give no number: two people's cards at once, and what is no card at all."""

from factories.conversations import GIA, INSURANCE, MAU, MAU_BY_NOTICE, POSTER, Conversation, kinds

from edge.domain.commands import (
    ShowScreen,
    StoreCheckIn,
    StoreRefusal,
)
from edge.domain.facts import (
    HelpWanted,
    JournalFailed,
    KeypadOpened,
    ScreenLeft,
    TickPassed,
)
from edge.domain.screen import (
    Attract,
    Done,
    Refused,
    StaffWanted,
    TwoCards,
)
from protocol.documents.model import DocumentClass, Reason


def test_two_peoples_cards_in_view_are_refused_once_with_a_plea_for_one():
    talk = Conversation()

    followed = talk.see(MAU, GIA)
    talk.look(MAU, GIA, milliseconds=5_000)

    assert followed == [
        StoreRefusal("unknown", "two_cards", "camera"),
        ShowScreen(TwoCards()),
    ]
    assert talk.commands == followed


def test_going_back_with_two_cards_still_in_view_asks_again_and_writes_nothing_more():
    talk = Conversation()
    talk.see(MAU, GIA)
    talk.tell(ScreenLeft(talk.now_ms))

    followed = talk.after(100).see(MAU, GIA)

    assert followed == [ShowScreen(TwoCards())]


def test_the_card_that_stays_when_the_other_goes_is_served_after_a_moment():
    talk = Conversation()
    talk.see(MAU, GIA)

    at_once = talk.after(100).see(MAU)
    later = talk.after(700).see(MAU)

    assert at_once == []
    assert kinds(later) == [ShowScreen, StoreCheckIn]


def test_a_card_and_a_notice_of_one_person_are_one_person():
    talk = Conversation()

    followed = talk.see(MAU, MAU_BY_NOTICE)

    assert kinds(followed) == [ShowScreen, StoreCheckIn]
    assert followed[1].claim == MAU.reading


def test_a_number_stays_while_its_card_lies_beside_the_next_one():
    talk = Conversation()
    talk.check_in(MAU)

    talk.look(MAU, GIA, milliseconds=6_000)

    assert talk.state.screen == Done("A001", "N. T. M***")


def test_two_cards_do_not_hide_that_somebody_waits_for_staff():
    talk = Conversation()
    talk.tell(HelpWanted(talk.now_ms))

    assert talk.see(MAU, GIA) == []
    assert talk.state.screen == StaffWanted()


def test_a_card_beside_a_poster_is_served():
    talk = Conversation()

    assert kinds(talk.see(POSTER, MAU)) == [ShowScreen, StoreCheckIn]


def test_a_refused_code_is_an_event_and_a_sentence_once_while_it_stays():
    talk = Conversation()

    followed = talk.see(INSURANCE)
    talk.look(INSURANCE, milliseconds=10_000)

    assert followed == [
        StoreRefusal("health_insurance", "health_insurance", "camera"),
        ShowScreen(Refused(DocumentClass.HEALTH_INSURANCE, Reason.HEALTH_INSURANCE)),
    ]
    assert talk.commands == followed


def test_a_refused_code_shown_again_after_it_was_taken_away_is_explained_again():
    talk = Conversation()
    talk.see(INSURANCE)

    followed = talk.after(4_000).see(INSURANCE)

    assert kinds(followed) == [StoreRefusal, ShowScreen]


def test_the_right_card_after_a_wrong_one_is_served_at_once():
    talk = Conversation()
    talk.see(INSURANCE)

    assert kinds(talk.after(500).see(MAU)) == [ShowScreen, StoreCheckIn]


def test_a_poster_on_the_wall_hides_neither_a_number_nor_a_half_typed_entry():
    talk = Conversation()
    talk.check_in(MAU)
    on_number = talk.after(5_000).see(POSTER)
    talk.after(10_000).tell(KeypadOpened(talk.now_ms))

    on_keypad = talk.see(INSURANCE)

    assert (on_number, on_keypad) == ([], [])


def test_two_cards_do_not_hide_that_the_kiosk_is_out_of_order():
    talk = Conversation()
    talk.tell(JournalFailed("D01", talk.now_ms))

    assert talk.see(MAU, GIA) == []


def test_a_refusal_makes_way_after_a_while():
    talk = Conversation()
    talk.see(INSURANCE)

    asked = talk.tell(TickPassed(talk.after(12_000).now_ms))
    gone = talk.tell(TickPassed(talk.after(20_000).now_ms))

    refused = Refused(DocumentClass.HEALTH_INSURANCE, Reason.HEALTH_INSURANCE)
    assert asked == [ShowScreen(refused, still_there=True)]
    assert gone == [ShowScreen(Attract())]

"""How long a screen stays: touched, read aloud, asked about, and left alone."""

from dataclasses import replace

import pytest
from factories.conversations import GIA, MAU, Conversation, careful, orders

from edge.domain.aim import Hint
from edge.domain.answers import Want
from edge.domain.commands import ShowScreen, StoreCheckIn
from edge.domain.facts import (
    AimJudged,
    CompanionAnnounced,
    Denied,
    KeypadOpened,
    LargeTypeWanted,
    PrintFinished,
    ScreenHeard,
    ScreenTouched,
    TickPassed,
    WantChosen,
)
from edge.domain.roster import Difference, Match, Standing
from edge.domain.screen import AskGuardian, Attract, Differs, HoldUp, Keypad, Read
from edge.domain.time_limits import HEARD_MOST_MS

LISTED = replace(
    MAU,
    match=Match(
        Standing.TO_SUPPLEMENT, differences=(Difference("birth", "1985-08-17", "1985-07-18"),)
    ),
)
CHILD = replace(GIA, minor=True)


def wait(talk: Conversation, milliseconds: int) -> list:
    """Let time pass as it does, a quarter of a second at a time; return what followed."""
    followed = []
    for _ in range(0, milliseconds, 250):
        followed += talk.tell(TickPassed(talk.after(250).now_ms))
    return followed


def read_aloud(talk: Conversation, milliseconds: int) -> list:
    """Let the page say for so long that it is speaking."""
    followed = []
    for _ in range(0, milliseconds, 1_000):
        followed += wait(talk, 1_000)
        followed += talk.tell(ScreenHeard(talk.now_ms))
    return followed


def printed() -> Conversation:
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(PrintFinished("job-1", "proven", talk.after(2_000).now_ms))
    return talk


def differing() -> Conversation:
    talk = Conversation()
    talk.see(LISTED)
    return talk


def with_a_child() -> Conversation:
    talk = Conversation()
    talk.check_in(MAU)
    talk.tell(CompanionAnnounced(talk.after(1_000).now_ms))
    talk.see(CHILD)
    return talk


def test_a_card_s_page_stays_until_all_was_said_and_its_own_time_after_that():
    talk = careful()
    talk.see(MAU)

    assert read_aloud(talk, 8_000) == []
    assert wait(talk, 5_750) == []
    assert orders(wait(talk, 250), StoreCheckIn)


def test_with_the_sound_off_a_card_s_page_stays_six_seconds():
    talk = careful()
    talk.see(MAU)

    assert wait(talk, 5_750) == []
    assert orders(wait(talk, 250), StoreCheckIn)


def test_whoever_touches_a_card_s_page_is_asked_before_it_goes():
    talk = careful()
    talk.see(MAU)
    talk.tell(ScreenTouched(talk.after(5_000).now_ms))

    early, asked = wait(talk, 19_750), wait(talk, 250)
    later, gone = wait(talk, 19_750), wait(talk, 250)

    assert (early, later) == ([], [])
    assert [(type(each.screen), each.still_there) for each in asked] == [(Read, True)]
    assert orders(gone, StoreCheckIn)


def test_larger_letters_on_a_card_s_page_give_time_to_read_them():
    talk = careful()
    talk.see(MAU)
    talk.tell(LargeTypeWanted(True, talk.after(1_000).now_ms))

    assert wait(talk, 19_000) == []


def test_a_touch_of_the_page_before_says_nothing_of_a_card_s_page():
    talk = careful()
    talk.tell(ScreenTouched(talk.now_ms))
    talk.see(MAU)

    assert orders(wait(talk, 6_000), StoreCheckIn)


def test_what_differs_gives_way_to_the_number_when_nobody_touches_it():
    talk = differing()

    said, kept, gone = read_aloud(talk, 11_000), wait(talk, 19_750), wait(talk, 250)

    assert (said, kept) == ([], [])
    assert orders(gone, StoreCheckIn)


def differing_and_touched():
    talk = differing()
    talk.tell(ScreenTouched(talk.now_ms))
    return talk


@pytest.mark.parametrize(
    ("begin", "screen"), [(differing_and_touched, Differs), (with_a_child, AskGuardian)]
)
def test_a_question_is_asked_about_before_it_goes_and_then_gives_the_number(begin, screen):
    talk = begin()
    assert isinstance(talk.state.screen, screen)

    early, asked, gone = wait(talk, 19_750), wait(talk, 250), wait(talk, 20_000)

    assert early == []
    assert [command.still_there for command in asked] == [True]
    assert orders(gone, StoreCheckIn)


def test_the_answer_to_a_question_can_be_given_after_the_kiosk_has_asked():
    talk = differing_and_touched()
    wait(talk, 30_000)

    talk.tell(Denied(talk.now_ms))

    assert not talk.state.still_there
    assert orders(talk.commands, StoreCheckIn) == []


def test_nobody_is_asked_whether_they_are_there_while_they_listen():
    talk = differing_and_touched()

    assert read_aloud(talk, 25_000) == []
    assert wait(talk, 19_750) == []
    assert len(wait(talk, 250)) == 1


def test_who_listens_to_the_question_whether_they_are_there_has_20_seconds_from_its_end():
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))
    asked = wait(talk, 40_000)

    said = read_aloud(talk, 5_000)
    kept = wait(talk, 19_750)
    gone = wait(talk, 250)

    assert asked == [ShowScreen(Keypad(), still_there=True)]
    assert (said, kept) == ([], [])
    assert gone == [ShowScreen(Attract())]


def test_a_number_stays_20_seconds_after_its_slip_came_out():
    talk = printed()

    assert wait(talk, 19_750) == []
    assert wait(talk, 250) == [ShowScreen(Attract())]


def test_a_number_stays_20_seconds_after_it_was_said():
    talk = printed()

    assert read_aloud(talk, 31_000) == []
    assert wait(talk, 19_750) == []
    assert wait(talk, 250) == [ShowScreen(Attract())]


def test_the_next_person_s_card_is_taken_at_once_while_a_number_is_still_being_said():
    talk = printed()
    read_aloud(talk, 3_000)

    assert orders(talk.see(GIA), StoreCheckIn)


def test_speech_that_never_ends_keeps_no_screen_for_ever():
    talk = printed()

    followed = read_aloud(talk, HEARD_MOST_MS + 20_000)

    assert followed == [ShowScreen(Attract())]


def passers_by(talk: Conversation, milliseconds: int) -> list:
    """Let somebody walk past the camera now and then."""
    followed = []
    for _ in range(0, milliseconds, 10_000):
        for hint in (Hint.CLOSER, None):
            talk.tell(AimJudged(hint, talk.now_ms))
            followed += wait(talk, 5_000)
    return followed


def test_passers_by_keep_no_question_for_a_card_up_for_ever():
    talk = Conversation()
    talk.tell(WantChosen(Want.CERTIFICATE, talk.now_ms))

    followed = passers_by(talk, HEARD_MOST_MS + 70_000)

    assert [type(each.screen) for each in followed] == [HoldUp, Attract]
    assert followed[0].still_there


def test_who_is_just_holding_a_card_up_is_not_asked_and_the_question_goes_for_a_hint():
    talk = Conversation()
    talk.tell(WantChosen(Want.CERTIFICATE, talk.now_ms))

    assert passers_by(talk, 60_000) == []
    assert [each.still_there for each in wait(talk, 40_000)] == [True]
    assert talk.tell(AimJudged(Hint.CLOSER, talk.now_ms)) == [
        ShowScreen(HoldUp(Want.CERTIFICATE, hint=Hint.CLOSER))
    ]
    assert wait(talk, 39_750) == []


def test_speech_is_nobody_s_touch():
    talk = Conversation()

    talk.tell(ScreenHeard(talk.now_ms))

    assert (talk.state.touched_ms, talk.state.used) == (None, False)
    assert isinstance(talk.state.screen, Attract)

"""What one person chose for themselves, and when that person has left."""

from dataclasses import replace

from factories.conversations import GIA, MAU, Conversation

from edge.domain.commands import PrintSlip, ReprintSlip, ShowScreen, StoreCheckIn
from edge.domain.dose_hint import DoseHint
from edge.domain.facts import (
    CompanionAnnounced,
    KeypadOpened,
    LargeTypeWanted,
    NumberEntered,
    PrintFinished,
    ReprintWanted,
    ScreenLeft,
    ScreenTouched,
    TickPassed,
    WantsOpened,
)
from edge.domain.screen import Attract, Busy, Done, HoldUp, Keypad, MissedSlip
from edge.domain.speech import Tone, tone
from edge.domain.state import State
from edge.domain.time_limits import LEFT_MS, shown_for_ms, warns
from protocol.documents.model import PartialDate

HINT = DoseHint(2, PartialDate(2026, 6, 5), 170)
LISTED = replace(MAU, doses=HINT)


def slip(commands) -> PrintSlip:
    return next(command for command in commands if isinstance(command, PrintSlip))


def large(talk: Conversation) -> None:
    talk.tell(LargeTypeWanted(True, talk.now_ms))


def test_who_wants_large_letters_gets_them_at_once_and_on_the_slip() -> None:
    talk = Conversation()

    commands = talk.tell(LargeTypeWanted(True, talk.now_ms))

    assert commands == [ShowScreen(Attract())]
    assert talk.state.large
    assert slip(talk.check_in(MAU)).large


def test_the_usual_letters_come_back_when_they_are_wanted() -> None:
    talk = Conversation()
    large(talk)

    talk.tell(LargeTypeWanted(False, talk.now_ms))

    assert not slip(talk.check_in(MAU)).large


def test_large_letters_are_asked_for_while_a_check_in_is_written_too() -> None:
    talk = Conversation()
    talk.see(MAU)
    assert talk.state.screen == Busy()

    large(talk)

    assert talk.state.large
    assert talk.state.screen == Busy()


def test_large_letters_are_in_nothing_that_is_stored() -> None:
    plain, wished = Conversation(), Conversation()
    large(wished)

    stored = [
        next(c for c in talk.see(MAU) if isinstance(c, StoreCheckIn)) for talk in (plain, wished)
    ]

    assert stored[0] == stored[1]


def test_after_the_result_the_next_person_finds_everything_as_usual() -> None:
    talk = Conversation()
    large(talk)
    talk.check_in(MAU)

    talk.after(30_000).tell(TickPassed(talk.now_ms))

    assert isinstance(talk.state.screen, Attract)
    assert (talk.state.large, talk.state.visitor) == (False, 1)


def test_who_says_done_under_a_result_has_left() -> None:
    talk = Conversation()
    large(talk)
    talk.check_in(MAU)

    talk.after(500).tell(ScreenLeft(talk.now_ms))

    assert (talk.state.large, talk.state.visitor) == (False, 1)


def test_whoever_holds_their_card_up_under_somebody_s_number_finds_everything_as_usual() -> None:
    talk = Conversation()
    large(talk)
    talk.check_in(MAU)

    talk.after(3_000).see(GIA)

    assert (talk.state.large, talk.state.visitor) == (False, 1)


def test_who_holds_the_same_card_up_again_under_the_number_is_still_there() -> None:
    talk = Conversation()
    large(talk)
    talk.check_in(MAU)

    talk.after(6_000).see(MAU)

    assert isinstance(talk.state.screen, Done)
    assert talk.state.screen.again
    assert (talk.state.large, talk.state.visitor) == (True, 0)


def test_a_companion_finds_what_their_helper_chose() -> None:
    talk = Conversation()
    large(talk)
    talk.check_in(MAU)
    talk.tell(CompanionAnnounced(talk.after(3_000).now_ms))

    talk.after(1_000).see(GIA)

    assert (talk.state.large, talk.state.visitor) == (True, 0)


def test_who_goes_back_to_the_beginning_still_stands_there() -> None:
    talk = Conversation()
    large(talk)
    talk.after(500).tell(WantsOpened(talk.now_ms))

    talk.after(500).tell(ScreenLeft(talk.now_ms))

    assert isinstance(talk.state.screen, Attract)
    assert (talk.state.large, talk.state.visitor) == (True, 0)


def test_nobody_who_touched_the_beginning_is_there_after_a_while() -> None:
    talk = Conversation()
    large(talk)

    assert talk.after(LEFT_MS - 1).tell(TickPassed(talk.now_ms)) == []
    assert talk.after(1).tell(TickPassed(talk.now_ms)) == [ShowScreen(Attract())]
    assert (talk.state.large, talk.state.visitor) == (False, 1)
    assert talk.after(LEFT_MS).tell(TickPassed(talk.now_ms)) == []


def test_every_touch_says_that_the_person_is_still_there() -> None:
    talk = Conversation()
    large(talk)
    talk.after(LEFT_MS - 1).tell(ScreenTouched(talk.now_ms))

    talk.after(LEFT_MS - 1).tell(TickPassed(talk.now_ms))

    assert talk.state.large


def test_a_visit_that_ran_out_of_time_is_over() -> None:
    talk = Conversation()
    large(talk)
    talk.tell(WantsOpened(talk.now_ms))

    talk.after(60_000).tell(TickPassed(talk.now_ms))

    assert (talk.state.large, talk.state.visitor) == (False, 1)


def test_what_the_list_says_of_doses_is_on_the_screen_and_on_the_slip_and_nowhere_else() -> None:
    talk = Conversation()

    order = next(c for c in talk.see(LISTED) if isinstance(c, StoreCheckIn))
    commands = talk.store(order)

    assert slip(commands).doses == HINT
    assert isinstance(talk.state.screen, Done)
    assert talk.state.screen.doses == HINT
    assert not {"doses", "last_dose"} & set(StoreCheckIn.__slots__)


def test_who_only_typed_a_number_is_told_nothing_of_doses() -> None:
    talk = Conversation()
    talk.tell(KeypadOpened(talk.now_ms))
    commands = talk.tell(NumberEntered(LISTED, talk.now_ms))

    commands = talk.store(next(c for c in commands if isinstance(c, StoreCheckIn)))

    assert slip(commands).doses is None
    assert talk.state.screen.doses is None


def test_a_reprint_is_as_large_and_as_full_as_the_first_slip() -> None:
    talk = Conversation()
    talk.check_in(LISTED)
    talk.after(30_000).tell(TickPassed(talk.now_ms))
    talk.see(LISTED)
    large(talk)

    order = talk.after(100).tell(ReprintWanted(talk.now_ms))[0]

    assert isinstance(order, ReprintSlip)
    assert (order.large, order.doses) == (True, HINT)


def helping() -> Conversation:
    """Return a conversation whose helper went on before the first slip was known to have failed."""
    talk = Conversation()
    talk.check_in(MAU)
    talk.after(300).tell(CompanionAnnounced(talk.now_ms))
    return talk


MISSED = (MissedSlip("A001", "failed"),)


def test_a_helper_who_went_on_is_told_at_once_of_the_slip_that_failed() -> None:
    talk = helping()

    commands = talk.after(4_000).tell(PrintFinished("job-1", "failed", talk.now_ms))

    assert commands == [ShowScreen(talk.state.screen)]
    assert isinstance(talk.state.screen, HoldUp)
    assert talk.state.screen.missed == MISSED
    assert tone(talk.state.screen) is Tone.ATTENTION


def test_a_slip_that_came_out_is_no_news_to_a_helper_who_went_on() -> None:
    talk = helping()

    assert talk.after(4_000).tell(PrintFinished("job-1", "proven", talk.now_ms)) == []


def test_while_a_helper_types_the_page_stays_and_the_next_number_says_it() -> None:
    talk = helping()
    talk.tell(KeypadOpened(talk.now_ms))
    assert talk.tell(PrintFinished("job-1", "failed", talk.now_ms)) == []
    assert talk.state.screen == Keypad()

    commands = talk.tell(NumberEntered(GIA, talk.now_ms))
    talk.store(next(c for c in commands if isinstance(c, StoreCheckIn)))

    done = talk.state.screen
    assert isinstance(done, Done)
    assert (done.ticket, done.companions, done.missed) == ("A002", 1, MISSED)


def test_the_failure_of_an_earlier_slip_reaches_the_next_number_s_page() -> None:
    talk = helping()
    talk.after(3_000).check_in(GIA)

    talk.tell(PrintFinished("job-1", "doubtful", talk.now_ms))
    talk.tell(PrintFinished("job-2", "proven", talk.now_ms))

    done = talk.state.screen
    assert isinstance(done, Done)
    assert (done.slip, done.missed) == ("printed", (MissedSlip("A001", "doubtful"),))
    assert tone(done) is Tone.ATTENTION
    assert warns(done)
    assert shown_for_ms(done) == 45_000


def test_a_companion_who_had_a_number_already_does_not_hide_the_missed_slip() -> None:
    talk = Conversation()
    talk.check_in(GIA)
    talk.after(3_000).check_in(MAU)
    talk.tell(CompanionAnnounced(talk.now_ms))
    talk.tell(PrintFinished("job-2", "failed", talk.now_ms))

    talk.after(3_000).see(GIA)

    assert isinstance(talk.state.screen, Done)
    assert talk.state.screen.again
    assert talk.state.screen.missed == (MissedSlip("A002", "failed"),)


def test_a_stranger_s_slip_is_not_told_to_the_next_person() -> None:
    talk = Conversation()
    talk.check_in(MAU)
    talk.after(3_000).check_in(GIA)

    assert talk.tell(PrintFinished("job-1", "failed", talk.now_ms)) == []
    assert talk.state.screen.missed == ()


def test_with_nobody_there_a_failed_slip_changes_nothing() -> None:
    talk = Conversation(State())

    assert talk.tell(PrintFinished("job-1", "failed", talk.now_ms)) == []

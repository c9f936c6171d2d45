"""Staff are called: the desks hear of it at once, and nobody loses a number for it."""

import pytest
from factories.conversations import MAU, Conversation, careful, orders

from edge.domain.commands import CallStaff, ShowScreen, StoreCheckIn
from edge.domain.facts import HelpWanted, KeypadOpened, ScreenLeft, StaffTold, TickPassed
from edge.domain.screen import Attract, Busy, Done, StaffWanted, VerifyReady
from edge.domain.staff_call import NUMBER_SEEN_MS
from edge.domain.state import Rules, State

CALL, END = CallStaff(wanted=True), CallStaff(wanted=False)


def calling() -> Conversation:
    talk = Conversation()
    talk.tell(HelpWanted(talk.now_ms))
    return talk


def test_the_desks_are_told_before_the_screen_is_shown() -> None:
    assert calling().commands == [CALL, ShowScreen(StaffWanted())]


@pytest.mark.parametrize("leaving", [ScreenLeft, KeypadOpened])
def test_whoever_leaves_the_page_by_a_touch_ends_the_call(
    leaving: type[ScreenLeft | KeypadOpened],
) -> None:
    talk = calling()

    assert talk.tell(leaving(talk.after(5_000).now_ms))[0] == END


def test_a_call_outlives_the_minute_of_its_page() -> None:
    talk = calling()

    talk.tell(TickPassed(talk.after(61_000).now_ms))

    assert talk.state.screen == Attract()
    assert END not in talk.commands


def test_the_page_says_once_that_the_desks_show_the_call() -> None:
    talk = calling()

    first = talk.tell(StaffTold(talk.now_ms))
    again = talk.tell(StaffTold(talk.now_ms))

    assert first == [ShowScreen(StaffWanted(told=True))]
    assert again == []


def test_it_says_nothing_to_whoever_came_next() -> None:
    talk = calling()
    talk.tell(ScreenLeft(talk.now_ms))

    assert talk.tell(StaffTold(talk.now_ms)) == []


def test_pressed_while_a_number_is_made_it_is_told_at_once_and_shown_after_the_number() -> None:
    talk = Conversation()
    (order,) = orders(talk.see(MAU), StoreCheckIn)
    pressed = talk.tell(HelpWanted(talk.after(100).now_ms))
    busy = talk.tell(TickPassed(talk.now_ms))
    talk.after(200).store(order)
    early = talk.tell(TickPassed(talk.after(NUMBER_SEEN_MS - 1).now_ms))
    number = talk.state.screen
    talk.tell(TickPassed(talk.after(1).now_ms))

    assert (pressed, busy, early) == ([CALL], [], [])
    assert isinstance(number, Done)
    assert talk.state.screen == StaffWanted(ticket="A001")
    assert talk.commands.count(CALL) == 1


def test_heard_only_once_the_number_was_there_it_does_not_take_it_away_unseen() -> None:
    talk = Conversation()
    (order,) = orders(talk.see(MAU), StoreCheckIn)
    assert isinstance(talk.state.screen, Busy)
    pressed_ms = talk.after(100).now_ms
    talk.after(200).store(order)

    heard = talk.tell(HelpWanted(pressed_ms))

    assert heard == [CALL]
    assert isinstance(talk.state.screen, Done)


def test_pressed_under_a_number_it_is_shown_at_once_and_keeps_the_number() -> None:
    talk = Conversation()
    talk.check_in(MAU)

    talk.tell(HelpWanted(talk.after(500).now_ms))
    called = talk.state.screen
    talk.tell(StaffTold(talk.now_ms))

    assert called == StaffWanted(ticket="A001")
    assert talk.state.screen == StaffWanted(told=True, ticket="A001")


def test_who_goes_back_before_it_was_shown_is_shown_it_all_the_same() -> None:
    talk = Conversation()
    (order,) = orders(talk.see(MAU), StoreCheckIn)
    talk.tell(HelpWanted(talk.after(100).now_ms))
    talk.after(100).store(order)
    talk.tell(ScreenLeft(talk.now_ms))

    talk.tell(TickPassed(talk.after(250).now_ms))

    assert talk.state.screen == StaffWanted()


def test_what_was_read_is_dropped_when_staff_are_called() -> None:
    talk = careful()
    talk.see(MAU)

    talk.tell(HelpWanted(talk.now_ms))

    assert talk.state.pending is None


def test_a_verify_station_calls_them_likewise() -> None:
    rules = Rules(verify_station=True)
    station = Conversation(State(rules=rules, screen=VerifyReady()))
    called = station.tell(HelpWanted(station.now_ms))

    left = station.tell(ScreenLeft(station.after(100).now_ms))

    assert called == [CALL, ShowScreen(StaffWanted())]
    assert left[0] == END

"""A kiosk that a desk makes a verify station for a while: when nobody is served, and not for ever."""

import pytest
from factories.conversations import AT_ONCE, INSURANCE, MAU, Conversation
from factories.earlier import CERTIFICATE, judged

from edge.domain.commands import JudgeCertificate, ShowScreen, StoreCheckIn
from edge.domain.facts import (
    HelpWanted,
    JournalFailed,
    KeypadOpened,
    ScreenLeft,
    ScreenTouched,
    StationAsked,
    TickPassed,
)
from edge.domain.screen import Attract, Done, Keypad, OutOfOrder, StaffWanted, Verified, VerifyReady
from edge.domain.state import Rules, State
from edge.domain.station import IDLE_MS
from edge.domain.time_limits import LEFT_MS

READY = VerifyReady(for_a_while=True)


@pytest.fixture
def kiosk():
    return Conversation(State(rules=AT_ONCE))


@pytest.fixture
def station(kiosk):
    kiosk.tell(StationAsked(verify=True, at_ms=kiosk.now_ms))
    return kiosk


def pass_time(kiosk, milliseconds):
    return kiosk.tell(TickPassed(kiosk.after(milliseconds).now_ms))


def test_a_press_at_a_desk_makes_a_waiting_kiosk_a_verify_station(kiosk):
    assert kiosk.tell(StationAsked(verify=True, at_ms=1_000)) == [ShowScreen(READY)]
    assert kiosk.see(CERTIFICATE) == [JudgeCertificate(b"HC1:ONE", None, None)]
    assert isinstance(kiosk.tell(judged(None))[0].screen, Verified)


def test_it_checks_nobody_in_and_writes_nothing(station):
    assert not [c for c in station.see(MAU) if isinstance(c, StoreCheckIn)]
    assert station.tell(KeypadOpened(2_000)) == []


def test_whoever_is_being_served_is_served_first(kiosk):
    kiosk.check_in(MAU)
    assert kiosk.tell(StationAsked(verify=True, at_ms=kiosk.now_ms)) == []
    pass_time(kiosk, 1_000)
    assert isinstance(kiosk.state.screen, Done)

    pass_time(kiosk, 60_000)
    pass_time(kiosk, 250)

    assert kiosk.state.screen == READY


def test_whoever_has_touched_the_first_page_may_go_on_from_there(kiosk):
    kiosk.tell(ScreenTouched(kiosk.now_ms))
    kiosk.tell(StationAsked(verify=True, at_ms=kiosk.now_ms))
    assert isinstance(kiosk.state.screen, Attract)
    kiosk.tell(KeypadOpened(kiosk.now_ms))
    assert isinstance(kiosk.state.screen, Keypad)
    kiosk.tell(ScreenLeft(kiosk.now_ms))

    pass_time(kiosk, LEFT_MS)

    assert kiosk.state.screen == READY


@pytest.mark.parametrize("how", ["desk", "touch", "idle"])
def test_it_gives_numbers_again_by_the_desk_by_a_touch_or_by_itself(station, how):
    if how == "desk":
        station.tell(StationAsked(verify=False, at_ms=station.now_ms))
    elif how == "touch":
        station.tell(ScreenLeft(station.now_ms))
    else:
        pass_time(station, IDLE_MS - 1)
        assert station.state.screen == READY
        pass_time(station, 1)

    assert isinstance(station.state.screen, Attract)
    assert [c for c in station.after(100).see(MAU) if isinstance(c, StoreCheckIn)]


def test_a_card_that_lay_there_is_taken_as_soon_as_numbers_are_given_again(station):
    station.see(MAU)
    station.tell(ScreenLeft(station.now_ms))
    assert station.state.screen == READY

    station.tell(ScreenLeft(station.now_ms))

    assert [c for c in station.after(100).see(MAU) if isinstance(c, StoreCheckIn)]


def test_certificates_keep_it_and_other_codes_do_not(station):
    pass_time(station, IDLE_MS - 1_000)
    station.tell(judged(None, station.now_ms))
    pass_time(station, 10_000)
    assert station.state.screen == VerifyReady(checked=1, for_a_while=True)
    pass_time(station, IDLE_MS - 15_000)
    station.see(INSURANCE)
    assert station.state.verifies

    pass_time(station, 10_000)
    pass_time(station, 250)

    assert isinstance(station.state.screen, Attract)


def test_the_same_press_again_begins_its_time_anew_and_changes_no_page(station):
    pass_time(station, IDLE_MS - 1_000)
    assert station.tell(StationAsked(verify=True, at_ms=station.now_ms)) == []
    pass_time(station, 2_000)
    assert station.state.screen == READY
    assert Conversation().tell(StationAsked(verify=False, at_ms=1_000)) == []


def test_a_call_for_staff_is_shown_and_leads_back_to_the_station(station):
    station.tell(HelpWanted(station.now_ms))
    assert isinstance(station.state.screen, StaffWanted)
    station.tell(StationAsked(verify=False, at_ms=station.now_ms))
    assert isinstance(station.state.screen, StaffWanted)

    station.tell(ScreenLeft(station.now_ms))
    pass_time(station, 250)

    assert isinstance(station.state.screen, Attract)


def test_a_fault_that_came_meanwhile_is_shown_when_numbers_are_given_again(station):
    station.tell(JournalFailed("D01", station.now_ms))
    assert station.state.screen == READY

    station.tell(ScreenLeft(station.now_ms))

    assert station.state.screen == OutOfOrder("D01")


def test_a_kiosk_that_is_a_verify_station_by_its_settings_stays_one():
    state = State(rules=Rules(verify_station=True))
    fixed = Conversation(State(rules=state.rules, screen=state.home))

    assert fixed.tell(StationAsked(verify=False, at_ms=1_000)) == []
    assert pass_time(fixed, IDLE_MS) == []
    assert fixed.tell(ScreenLeft(fixed.now_ms)) == [ShowScreen(VerifyReady())]

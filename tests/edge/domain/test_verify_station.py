"""A verify station: a verdict for ten seconds, and nothing else."""

import pytest
from factories.conversations import INSURANCE, MAU, Conversation
from factories.earlier import CERTIFICATE, OTHER_CERTIFICATE, judged

from edge.domain.aim import Hint
from edge.domain.commands import ForgetFrames, JudgeCertificate, ShowScreen
from edge.domain.facts import (
    AimJudged,
    CameraFailed,
    HealthChanged,
    HelpWanted,
    JournalFailed,
    KeypadOpened,
    ScreenLeft,
    TickPassed,
    WantsOpened,
)
from edge.domain.health import FaultCode
from edge.domain.screen import NoCertificate, StaffWanted, Verified, VerifyReady
from edge.domain.speech import Tone, by_itself, tone
from edge.domain.state import Rules, State


@pytest.fixture
def station():
    state = State(rules=Rules(verify_station=True))
    return Conversation(State(rules=state.rules, screen=state.home))


def test_a_certificate_is_judged_without_a_card(station):
    assert station.see(CERTIFICATE) == [JudgeCertificate(b"HC1:ONE", None, None)]
    assert station.after(100).see(CERTIFICATE) == []


def test_the_verdict_is_shown_counted_and_nothing_is_written(station):
    commands = station.tell(judged(person=None))

    assert isinstance(station.state.screen, Verified)
    assert {type(command) for command in commands} == {ShowScreen, ForgetFrames}
    assert station.state.checked == 1


def test_after_ten_seconds_it_is_gone(station):
    station.tell(judged(person=None, at_ms=1_000))
    station.tell(TickPassed(10_900))
    assert isinstance(station.state.screen, Verified)

    station.tell(TickPassed(11_000))

    assert station.state.screen == VerifyReady(checked=1)


def test_the_next_one_needs_no_touch(station):
    station.see(CERTIFICATE)
    station.tell(judged(person=None))

    [order] = station.after(100).see(OTHER_CERTIFICATE)

    assert order.certificate == b"HC1:OTHER"


@pytest.mark.parametrize("code", [MAU, INSURANCE])
def test_anything_else_is_said_to_be_none_and_checks_nobody_in(station, code):
    commands = station.see(code)

    assert commands == [ShowScreen(NoCertificate())]
    assert station.after(100).see(code) == []


def test_a_card_beside_does_not_take_a_verdict_away(station):
    station.tell(judged(person=None))

    assert station.see(MAU) == []


def test_buttons_lead_to_staff_and_back_and_nowhere_else(station):
    station.tell(judged(person=None))
    assert station.tell(KeypadOpened(2_000)) == []
    assert station.tell(WantsOpened(2_000)) == []

    station.tell(HelpWanted(2_000))
    assert isinstance(station.state.screen, StaffWanted)
    station.tell(ScreenLeft(3_000))

    assert station.state.screen == VerifyReady(checked=1)


def test_camera_and_aim_are_shown(station):
    station.tell(AimJudged(Hint.CLOSER, 2_000))
    assert station.state.screen.hint is Hint.CLOSER

    station.tell(CameraFailed(3_000))
    assert not station.state.screen.camera_works


def test_no_disk_and_no_journal_puts_it_out_of_order(station):
    station.tell(HealthChanged((FaultCode.DISK_FULL,), 2_000))
    station.tell(JournalFailed("D01", 2_000))

    assert isinstance(station.state.screen, VerifyReady)
    assert isinstance(station.state.home, VerifyReady)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Tone.SUCCESS),
        ({"doubt": "old_list"}, Tone.ATTENTION),
        ({"doubt": "no_revocations"}, Tone.ATTENTION),
        ({"kind": "test", "newest": None}, Tone.ATTENTION),
        ({"word": "revoked"}, Tone.ERROR),
    ],
)
def test_a_verdict_is_heard(changes, expected):
    assert tone(Verified(judged(**changes).judged)) is expected
    assert by_itself(Verified(judged(**changes).judged))


def test_something_else_is_heard_and_a_station_that_waits_is_quiet():
    assert tone(NoCertificate()) is Tone.ERROR
    assert tone(VerifyReady()) is None
    assert not by_itself(VerifyReady())

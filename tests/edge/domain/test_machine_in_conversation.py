"""What the kiosk's own state changes for the person before it."""

from factories.conversations import Conversation

from edge.domain.aim import Hint
from edge.domain.answers import Want
from edge.domain.commands import (
    ShowScreen,
)
from edge.domain.facts import (
    AimJudged,
    CameraFailed,
    HealthChanged,
    KeypadOpened,
    WantChosen,
)
from edge.domain.health import FaultCode
from edge.domain.screen import (
    Attract,
    HoldUp,
    OutOfOrder,
)


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

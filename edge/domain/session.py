"""The kiosk's conversation: ``decide(state, fact) -> (state, commands)``.

The order of the commands is the law: a check-in is stored first; only the fact that it *is* stored
brings the slip and the number on the screen. Nothing here waits: the printer's and the camera's
troubles arrive as facts and change words, never whether a person is served.

``scanning`` decides on what lies before the camera, ``reading`` leads from a card to a number,
``touches`` follows the person at the screen, ``outcomes`` and ``machine`` what the services say, and
``time_limits`` the clock. ``docs/kiosk-states.md`` is drawn from this code.
"""

from dataclasses import replace

from edge.domain.certificates import judged
from edge.domain.commands import Command
from edge.domain.facts import (
    AimJudged,
    AlreadyHere,
    Answered,
    CameraFailed,
    CameraWorked,
    CertificateJudged,
    CheckInStored,
    CodesSeen,
    ComplaintStored,
    Fact,
    HallEmptied,
    HealthChanged,
    JournalFailed,
    JournalRecovered,
    NoLongerHere,
    NumberEntered,
    PrintFinished,
    ReprintQueued,
    ScreenHeard,
    Site,
    StaffTold,
    StationAsked,
    TickPassed,
    WaitEstimated,
)
from edge.domain.machine import machine_changed
from edge.domain.outcomes import came_out
from edge.domain.reading import hall_changed, read
from edge.domain.scanning import codes_seen, offer_again
from edge.domain.staff_call import show_call, told
from edge.domain.state import State, Step
from edge.domain.station import begin_or_end, station_asked
from edge.domain.time_limits import time_passed
from edge.domain.touches import touched

__all__ = ["decide"]


def decide(state: State, fact: Fact) -> Step:
    """Return what follows from ``fact``: the new state, and commands to run in this order."""
    match fact:
        case CodesSeen():
            return codes_seen(replace(state, view=state.view.at(fact.at_ms)), fact)
        case NumberEntered():
            return read(state, fact.seen, "keypad", fact.at_ms)
        case TickPassed() | ScreenHeard():
            return _time_passed(state, fact)
        case CheckInStored() | AlreadyHere() | ComplaintStored() | Answered() | PrintFinished():
            return came_out(state, fact)
        case JournalFailed() | JournalRecovered() | ReprintQueued():
            return came_out(state, fact)
        case AimJudged() | CameraFailed() | CameraWorked() | HealthChanged() | WaitEstimated():
            return machine_changed(state, fact)
        case HallEmptied() | NoLongerHere() | StaffTold() | StationAsked():
            return _from_site(state, fact)
        case _:
            return (
                judged(state, fact) if isinstance(fact, CertificateJudged) else touched(state, fact)
            )


def _from_site(state: State, fact: Site) -> Step:
    match fact:
        case StaffTold():
            return told(state)
        case StationAsked():
            return station_asked(state, fact)
        case _:
            return hall_changed(state, fact)


def _time_passed(state: State, fact: TickPassed | ScreenHeard) -> Step:
    if isinstance(fact, ScreenHeard):
        return replace(state, heard_ms=fact.at_ms), []
    state = replace(state, view=state.view.at(fact.at_ms))
    commands: list[Command] = []
    for what_follows in (show_call, offer_again, time_passed, begin_or_end):
        state, more = what_follows(state, fact.at_ms)
        commands += more
    return state, commands

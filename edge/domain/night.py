"""A night, as a kiosk sees one that knows no date: for hours nobody came.

A kiosk that reaches its hub, or whose clock is vouched for, is told when a day ends. One that is cut off
and unsure has only its own quiet to go by. Whether to repeat a number then is a choice between two errors:
a number of yesterday is never called, and its person waits in vain; a second number of today is linked to
the first as soon as the hub hears of it, and its person loses nothing. So after so long a quiet all numbers
are over. Where the hub answers after all, its word on who is in the hall still counts.
"""

from dataclasses import replace
from typing import Final

from edge.domain.health import FaultCode
from edge.domain.state import State

NIGHT_MS: Final = 6 * 3_600_000
"""Longer than any noon at a site, shorter than any night."""


def after_a_night(state: State, now_ms: int) -> State:
    """Return the state with all numbers forgotten, if nobody knows the date and it was quiet for so long."""
    if not state.given or FaultCode.CLOCK_UNSURE not in state.faults:
        return state
    newest_ms = max(each.at_ms for each in state.given.values())
    return state if now_ms - newest_ms < NIGHT_MS else replace(state, given={})
